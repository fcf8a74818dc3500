#include "apps/unlease/cli.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/unlease/cli_description.h"
#include "apps/unlease/cli_values.h"
#include "apps/unlease/commands.h"
#include "sim/suggest.h"

namespace unlease::app {
namespace {

// Texts and names here are all that completions and the manual page know, see cli_description.h.
constexpr const char* kAbout =
    "ReleaseDHCPLeaseAll of Win32_NetworkAdapterConfiguration, and every way in which it can fail:\n"
    "plays scenarios of adapters, DHCP servers and Windows faults in virtual time, with no root and no\n"
    "network; on Windows it also shows, captures and releases what this machine has.";

constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0  passed\n"
    "  1  something failed: an expectation, an empty selection, a release\n"
    "  2  the command line: an option, a path that names nothing, a file that cannot be opened\n"
    "  3  a scenario file is invalid; the valid ones were run\n"
    "  4  an invariant was violated, an internal error, or an output that could not be written\n"
    "  Of several, 4 wins over 3 over 1.\n";

constexpr const char* kMainExamples =
    "Examples:\n"
    "  unlease run                                play everything below scenarios/\n"
    "  unlease explain 83                         what a return code means, and who meets it\n"
    "  unlease explain -2147180508                the same number as a COM client shows it\n"
    "  unlease run 'scenarios/codes/83-*.toml' --trace\n"
    "  unlease release --scenario scenarios/codes/98-one-adapter-is-disabled.toml\n"
    "  unlease capture > host.toml                on Windows: this machine as a scenario\n";

constexpr const char* kRunExamples =
    "Examples:\n"
    "  unlease run\n"
    "  unlease run scenarios/codes --tag code-91 --jobs 1\n"
    "  unlease run 'scenarios/**/9*.toml' --filter 'adapter is'\n"
    "  unlease run scenarios/codes/91-not-elevated.toml --set host.elevated=true\n"
    "  unlease run scenarios --json result.json --fail-fast\n"
    "  unlease run scenarios --junit junit.xml --markdown summary.md\n"
    "  unlease run my.toml --watch\n"
    "  unlease run scenarios/codes/98-one-adapter-is-disabled.toml --trace\n";

constexpr const char* kEmulateExamples =
    "The adapters that are bound at 0s acquire their leases first, in real time, with MAC addresses of their\n"
    "own; then the steps are played. What only the simulated servers could tell is not judged. Leases that it\n"
    "did not release by its end stay bound at their server. Linux, root or CAP_NET_RAW.\n"
    "Examples:\n"
    "  unlease emulate my.toml --interface eth1\n"
    "  unlease emulate my.toml --interface veth0 --pcap packets --json -\n";

constexpr const char* kServeExamples =
    "The servers answer until the run's deadline or Ctrl-C, then expect.servers is judged. The state of a\n"
    "server and the faults of its segment hold, with its timeline; calls and adapters are left out. It is a\n"
    "DHCP server for everybody on that network: do not use it on one that is in use. Linux, root or\n"
    "CAP_NET_RAW.\n"
    "Examples:\n"
    "  unlease serve my.toml --interface veth0\n"
    "  unlease serve my.toml --interface veth0 --set run.deadline=60s --trace-dir traces --pcap packets\n";

constexpr const char* kCheckExamples =
    "Examples:\n"
    "  unlease check scenarios\n"
    "  unlease check my.toml\n";

constexpr const char* kSchemaExamples =
    "Examples:\n"
    "  unlease schema > scenarios/schema.json\n"
    "  unlease schema --markdown > docs/scenario-format.md\n";

constexpr const char* kExplainExamples =
    "Examples:\n"
    "  unlease explain 83\n"
    "  unlease explain ERROR_ACCESS_DENIED\n"
    "  unlease explain 0x8004A024\n"
    "  unlease explain -2147180508\n"
    "  unlease explain 'access denied'\n";

constexpr const char* kAdaptersExamples =
    "Examples:\n"
    "  unlease adapters\n"
    "  unlease adapters --json -\n"
    "  unlease adapters --scenario scenarios/codes/98-one-adapter-is-disabled.toml\n";

constexpr const char* kReleaseExamples =
    "Examples:\n"
    "  unlease release --scenario scenarios/codes/98-one-adapter-is-disabled.toml --dry-run\n"
    "  unlease release --scenario scenarios/codes/98-one-adapter-is-disabled.toml --json -\n"
    "  unlease release --dry-run\n"
    "  unlease release --yes\n"
    "Exits with 0 where the method returned 0 or 1, else with 1. Without --scenario, --yes and --dry-run\n"
    "it shows what it would do, and exits with 2.\n";

constexpr const char* kCaptureExamples =
    "Examples:\n"
    "  unlease capture > host.toml\n"
    "  unlease run host.toml\n"
    "  unlease capture --raw > host.toml\n"
    "Reads only. In Windows PowerShell before 7, whose > writes UTF-16: cmd /c 'unlease capture > host.toml'.\n";

constexpr const char* kCompletionExamples =
    "Examples:\n"
    "  unlease completion bash > ~/.local/share/bash-completion/completions/unlease\n"
    "  unlease completion zsh > ~/.zfunc/_unlease\n"
    "  unlease completion fish > ~/.config/fish/completions/unlease.fish\n";

constexpr const char* kManualExamples =
    "Examples:\n"
    "  unlease manual > unlease.1\n"
    "  unlease manual | man -l -\n";

// The options of all commands; the parser writes into them, so they stay where they are.
struct CommandLine {
  CommandLine(Console& output, const ThisMachine& machine);

  void add_run();
  void add_run_outputs(CLI::App* command, RunOptions& options);
  void add_overrides(CLI::App* command);
  // What --set said goes to `options`; an error is one of the command line.
  std::optional<std::string> take_overrides(RunOptions& options) const;
  void add_wire_commands();
  void add_check();
  void add_schema();
  void add_explain();
  void add_machine_commands();
  void add_self_descriptions();

  CLI::App app{kAbout, "unlease"};
  Console& console;
  const ThisMachine& here;
  RunOptions run;
  WireOptions emulate;
  WireOptions serve;
  std::vector<std::string> overrides;
  CheckOptions check;
  SchemaOptions schema;
  ExplainOptions explain;
  AdaptersOptions adapters;
  ReleaseOptions release;
  CaptureOptions capture;
  CompletionOptions completion;
  std::vector<std::pair<CLI::App*, std::function<ExitCode()>>> commands;
};

CommandLine::CommandLine(Console& output, const ThisMachine& machine) : console(output), here(machine) {
  app.set_version_flag("--version", "unlease " UNLEASE_VERSION);
  app.footer(std::string(kMainExamples) + "\n" + kExitCodes);
  app.require_subcommand(1);
  add_run();
  add_wire_commands();
  add_check();
  add_schema();
  add_explain();
  add_machine_commands();
  add_self_descriptions();
}

void CommandLine::add_run() {
  CLI::App* const command = app.add_subcommand("run", "Play scenarios and judge them by what they expect");
  run.selector.paths = {"scenarios"};
  command->add_option("paths", run.selector.paths, "Files, folders (searched for *.toml) or patterns")
      ->type_name("PATH")
      ->capture_default_str();
  command->add_option("--tag", run.selector.tags, "Only those with this tag; repeated: with any of them")
      ->type_name("TAG")
      ->allow_extra_args(false);
  command->add_option("--filter", run.selector.filter, "Only those whose file or name contains this, or matches it")
      ->type_name("TEXT|GLOB");
  command->add_option("--jobs", run.jobs, "How many at once; 0: one a hardware thread")->type_name("N");
  command->add_option("--seed", run.seed, "Instead of each scenario's own run.seed")->type_name("N")->transform(seed());
  add_overrides(command);
  add_run_outputs(command, run);
  command->add_flag("--timing", run.timing, "Show real times too, which differ from run to run");
  command->add_flag("--fail-fast", run.fail_fast, "Skip what comes after the first that does not pass");
  command->add_flag("--watch", run.watch, "Play again whenever a file below the paths changes, until Ctrl-C");
  command->footer(std::string(kRunExamples) + "\n" + kExitCodes);
  commands.emplace_back(command, [this, command] {
    if (const auto mistake = take_overrides(run)) return usage_error(console, *mistake, command->get_name());
    return run_command(run, console);
  });
}

void CommandLine::add_overrides(CLI::App* command) {
  command->add_option("--set", overrides, "Change a key in every file before it is checked; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

std::optional<std::string> CommandLine::take_overrides(RunOptions& options) const {
  for (const std::string& text : overrides) {
    auto change = sim::parse_override(text);
    if (!change) return fmt::format("--set '{}' is not KEY=VALUE", text);
    options.selector.overrides.push_back(*std::move(change));
  }
  return std::nullopt;
}

void CommandLine::add_run_outputs(CLI::App* command, RunOptions& options) {
  command
      ->add_option("--json", options.json, "Write the results as JSON too; -: to the standard output, instead of text")
      ->type_name("FILE")
      ->check(path_name());
  command->add_option("--junit", options.junit, "Write the results as JUnit XML too; -: as above")
      ->type_name("FILE")
      ->check(path_name());
  command->add_option("--markdown", options.markdown, "Write a summary as Markdown too; -: as above")
      ->type_name("FILE")
      ->check(path_name());
  command->add_flag("--trace", options.trace,
                    "Print the one selected scenario's trace as NDJSON; the text goes to stderr");
  command
      ->add_option("--pcap", options.pcap_folder,
                   "Write each scenario's packets as a .pcapng file into here, for Wireshark")
      ->type_name("DIR")
      ->check(path_name());
  command->add_option("--trace-dir", options.trace_folder, "Write each scenario's trace as an .ndjson file into here")
      ->type_name("DIR")
      ->check(path_name());
}

void CommandLine::add_wire_commands() {
  using Run = ExitCode (*)(const WireOptions& options, const ThisMachine& machine, Console& output);
  const auto add = [this](const char* name, const char* about, const char* examples, WireOptions& options, Run start) {
    CLI::App* const command = app.add_subcommand(name, about);
    options.run.selector.paths = {""};
    command->add_option("file", options.run.selector.paths.front(), "The scenario")->type_name("PATH")->required();
    command->add_option("--interface", options.interface_name, "An Ethernet interface of this machine, which is up")
        ->type_name("NAME")
        ->required();
    command->add_option("--seed", options.run.seed, "Instead of the scenario's own run.seed")
        ->type_name("N")
        ->transform(seed());
    add_overrides(command);
    add_run_outputs(command, options.run);
    command->footer(std::string(examples) + "\n" + kExitCodes);
    commands.emplace_back(command, [this, command, &options, start] {
      if (const auto mistake = take_overrides(options.run)) return usage_error(console, *mistake, command->get_name());
      return start(options, here, console);
    });
  };
  add("emulate", "Put a scenario's adapters on a real interface, where real servers answer them", kEmulateExamples,
      emulate, emulate_command);
  add("serve", "Let a scenario's servers answer real clients on a real interface", kServeExamples, serve,
      serve_command);
}

void CommandLine::add_check() {
  CLI::App* const command = app.add_subcommand("check", "Load scenarios without playing them, and say what is wrong");
  command->add_option("paths", check.paths, "Files, folders (searched for *.toml) or patterns")
      ->type_name("PATH")
      ->required();
  command->footer(std::string(kCheckExamples) + "\n" + kExitCodes);
  commands.emplace_back(command, [this] { return check_command(check, console); });
}

void CommandLine::add_schema() {
  CLI::App* const command = app.add_subcommand("schema", "Print the JSON Schema of scenario files");
  command->add_flag("--markdown", schema.markdown, "Print the reference page instead");
  command->footer(kSchemaExamples);
  commands.emplace_back(command, [this] { return schema_command(schema, console); });
}

void CommandLine::add_explain() {
  CLI::App* const command =
      app.add_subcommand("explain", "Say what a return code, Win32 error or HRESULT means, and who meets it");
  command->add_option("what", explain.what, "83, 0x8004A024, -2147180508, ERROR_ACCESS_DENIED, 'access denied'")
      ->type_name("NUMBER|NAME")
      ->required();
  command->add_option("--scenarios", explain.scenarios, "Where to look for scenarios that reproduce it")
      ->type_name("DIR")
      ->check(path_name())
      ->capture_default_str();
  command->footer(kExplainExamples);
  commands.emplace_back(command, [this] { return explain_command(explain, console); });
}

void CommandLine::add_machine_commands() {
  const auto add_common = [](CLI::App* command, std::string& scenario, std::string& json) {
    command
        ->add_option("--scenario", scenario,
                     "The machine that this file describes, at 0s, instead of this one; its steps are ignored")
        ->type_name("FILE");
    command->add_option("--json", json, "Write the result as JSON too; -: to the standard output, instead of text")
        ->type_name("FILE")
        ->check(path_name());
  };
  CLI::App* const list = app.add_subcommand("adapters", "List the adapters of this machine, or of a scenario's");
  add_common(list, adapters.scenario, adapters.json);
  list->footer(kAdaptersExamples);
  commands.emplace_back(list, [this] { return adapters_command(adapters, here, console); });

  CLI::App* const call = app.add_subcommand("release", "Call ReleaseDHCPLeaseAll once, and show each outcome");
  add_common(call, release.scenario, release.json);
  call->add_flag("--dry-run", release.dry_run, "Only list the adapters that would be released");
  call->add_flag("--yes", release.yes, "Release on this machine, too, not only on a scenario's");
  call->add_flag("--assume-dhcp", release.assume_dhcp, "Treat every adapter as under DHCP, whatever it says");
  call->footer(std::string(kReleaseExamples) + "\n" + kExitCodes);
  commands.emplace_back(call, [this] { return release_command(release, here, console); });

  CLI::App* const shot =
      app.add_subcommand("capture", "Print this machine's adapters as a scenario, which plays anywhere");
  shot->add_flag("--raw", capture.raw, "With GUIDs and MAC addresses, as comments");
  shot->footer(kCaptureExamples);
  commands.emplace_back(shot, [this] { return capture_command(capture, here, console); });
}

void CommandLine::add_self_descriptions() {
  CLI::App* const complete = app.add_subcommand("completion", "Print what makes a shell complete these commands");
  complete->add_option("shell", completion.shell, "The shell that is to read it")
      ->type_name("bash|zsh|fish")
      ->required();
  complete->footer(kCompletionExamples);
  commands.emplace_back(complete, [this] { return completion_command(completion, describe(app), console); });

  CLI::App* const manual = app.add_subcommand("manual", "Print the manual page, for man");
  manual->footer(kManualExamples);
  commands.emplace_back(manual, [this] { return manual_command(describe(app), console); });
}

// The command whose help an error points to: the one that was being parsed.
std::string command_of(const CommandLine& line) {
  const auto parsed = line.app.get_subcommands();
  return parsed.empty() ? std::string() : parsed.front()->get_name();
}

// What to say of a first word that is no command; none where it is one, or an option, or missing.
std::optional<std::string> unknown_command(const CommandLine& line, std::span<const std::string_view> arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return std::nullopt;
  std::vector<std::string> names;
  names.reserve(line.commands.size());
  for (const auto& [command, action] : line.commands) names.push_back(command->get_name());
  if (std::ranges::find(names, arguments.front()) != names.end()) return std::nullopt;
  const std::vector<std::string_view> known(names.begin(), names.end());
  std::string message = fmt::format("there is no command '{}'", arguments.front());
  if (const auto near = sim::suggestion(arguments.front(), known))
    message += fmt::format(", did you mean '{}'?", *near);
  return message;
}

ExitCode dispatch(std::span<const std::string_view> arguments, Console& console, const ThisMachine& here) {
  CommandLine line(console, here);
  if (const auto message = unknown_command(line, arguments)) return usage_error(console, *message, "");
  try {
    // The parser takes its arguments last first.
    line.app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success& wanted) {  // --help, --version
    line.app.exit(wanted, console.out, console.err);
    return ExitCode::kPassed;
  } catch (const CLI::ParseError& error) {
    return usage_error(console, error.what(), command_of(line));
  }
  for (const auto& [command, action] : line.commands) {
    if (command->parsed()) return action();
  }
  return ExitCode::kBroken;
}

}  // namespace

int run_main(std::span<const std::string_view> arguments, Console& console, const ThisMachine& here) {
  ExitCode code = ExitCode::kBroken;
  try {
    code = dispatch(arguments, console, here);
  } catch (const std::exception& error) {
    print_error(console, fmt::format("internal error: {}", error.what()));
  }
  console.out.flush();
  if (!console.out) {
    print_error(console, "cannot write the standard output");
    code = ExitCode::kBroken;
  }
  return static_cast<int>(code);
}

}  // namespace unlease::app
