// `unlease emulate` and `unlease serve`: one side of a scenario on a real interface.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/unlease/commands.h"
#include "apps/unlease/play_one.h"
#include "apps/unlease/real_wire.h"
#include "apps/unlease/run_outputs.h"
#include "apps/unlease/run_result.h"
#include "apps/unlease/text.h"
#include "sim/scenario_sides.h"

namespace unlease::app {
namespace {

// What the two commands do not share.
struct Role {
  std::string_view command;
  sim::ScenarioSide (*side)(sim::Scenario scenario);
  std::string (*greeting)(const sim::Scenario& scenario, std::string_view interface_name);
  bool ends_when_interrupted;  // or is broken off then
};

std::string greet_servers(const sim::Scenario& scenario, std::string_view interface_name) {
  std::string servers;
  for (const sim::ServerSpec& server : scenario.servers) {
    if (!servers.empty()) servers += "; ";
    servers += fmt::format("'{}' {} with {}-{}", server.name, to_string(server.address), to_string(server.pool.first),
                           to_string(server.pool.last));
  }
  return fmt::format("serving on '{}': {}; until {} have passed, or Ctrl-C", interface_name, servers,
                     format_duration(scenario.run.deadline));
}

std::string acquire_greeting(const sim::Scenario& scenario, std::string_view interface_name) {
  std::uint64_t leases = 0;
  for (const sim::AdapterSpec& adapter : scenario.adapters) {
    if (adapter.lease.state == sim::LeaseState::kBound) leases += adapter.size();
  }
  if (leases == 0) return fmt::format("playing on '{}'", interface_name);
  return fmt::format("acquiring {} on '{}'", count_of(leases, "lease", "leases"), interface_name);
}

constexpr Role kEmulate{"emulate", sim::client_side, acquire_greeting, false};
constexpr Role kServe{"serve", sim::server_side, greet_servers, true};

// Something from outside the scenario that kept it from its end.
void add_failure(RunResult& result, std::string_view subject, std::string_view expected, std::string actual) {
  if (result.verdict == RunVerdict::kPassed) result.verdict = RunVerdict::kFailed;
  result.play->failures.push_back({.position = {},
                                   .subject = std::string(subject),
                                   .expected = std::string(expected),
                                   .actual = std::move(actual)});
}

RunResult play_on(RealWire& wire, const Role& role, const Selected& selected, const RunOptions& options) {
  RunResult result = play_one(selected, options, &wire);
  wire.socket().flush();
  if (!result.play) return result;
  result.play->wire->overrun = wire.socket().overrun();
  const std::string when = format_duration(wire.now().time_since_epoch());
  if (const auto& failure = wire.socket().failure()) {
    add_failure(result, "interface", "it is there until the end", fmt::format("{} within {}", *failure, when));
  } else if (wire.ended() && !role.ends_when_interrupted) {
    add_failure(result, "run", "it goes on until its last step has settled", "interrupted after " + when);
  }
  return result;
}

// The one file that the command line names, as this side of it.
std::expected<Selected, std::string> load_side(const WireOptions& options, const Role& role, Console& console) {
  auto selection = select_scenarios(options.run.selector, 1);
  if (!selection) return std::unexpected(selection.error());
  if (selection->size() != 1) {
    return std::unexpected(fmt::format("one scenario goes on an interface, {} are named", selection->size()));
  }
  Selected selected = std::move(selection->front());
  if (!selected.loaded.scenario) return selected;
  sim::ScenarioSide side = role.side(*std::move(selected.loaded.scenario));
  for (const sim::Diagnostic& note : side.notes) {
    std::string place = selected.file;
    if (note.position.line != 0) place += fmt::format(":{}:{}", note.position.line, note.position.column);
    console.err << fmt::format("{}: note: {}\n", place, note.message);
  }
  selected.loaded.scenario.reset();
  selected.loaded.diagnostics = std::move(side.mistakes);
  if (selected.loaded.diagnostics.empty()) selected.loaded.scenario = std::move(side.scenario);
  return selected;
}

ExitCode play_side(const WireOptions& options, const Role& role, const ThisMachine& here, Console& console) {
  const std::string command(role.command);
  if (const auto why = conflict(options.run)) return usage_error(console, *why, command);
  auto selected = load_side(options, role, console);
  if (!selected) return usage_error(console, selected.error(), command);
  const std::vector<Selected> selection{*std::move(selected)};
  const std::optional<sim::Scenario>& scenario = selection.front().loaded.scenario;

  auto outputs = RunOutputs::open(options.run, selection, console);
  if (!outputs) return usage_error(console, outputs.error(), command);
  RunResult result;
  result.verdict = RunVerdict::kInvalid;
  const auto began = std::chrono::steady_clock::now();
  if (scenario) {
    auto socket = here.open_frames(options.interface_name);
    if (!socket) return usage_error(console, socket.error(), command);
    const Interrupt interrupt;
    console.err << role.greeting(*scenario, options.interface_name) << '\n' << std::flush;
    RealWire wire(*std::move(socket));
    result = play_on(wire, role, selection.front(), options.run);
  }
  RunTotals totals;
  ++totals[result.verdict];
  outputs->add(selection.front(), result);
  const bool all_written = outputs->finish(totals, std::chrono::steady_clock::now() - began);
  return all_written ? totals.exit_code() : ExitCode::kBroken;
}

}  // namespace

ExitCode emulate_command(const WireOptions& options, const ThisMachine& here, Console& console) {
  return play_side(options, kEmulate, here, console);
}

ExitCode serve_command(const WireOptions& options, const ThisMachine& here, Console& console) {
  return play_side(options, kServe, here, console);
}

}  // namespace unlease::app
