// `unlease adapters` and `unlease release`: one machine, for now always a scenario's.
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/unlease/commands.h"
#include "apps/unlease/output_file.h"
#include "apps/unlease/report_json.h"
#include "apps/unlease/text.h"
#include "engine/method.h"
#include "sim/adapter_table.h"
#include "sim/simulated_machine.h"

namespace unlease::app {
namespace {

using Value = JsonWriter::Value;
using Rows = std::vector<std::vector<std::string>>;

// Indexed by AdapterKind.
constexpr std::string_view kKinds[] = {"ethernet", "loopback", "tunnel", "receive_only"};

std::string_view kind_name(AdapterKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view yes_no(bool yes) { return yes ? "yes" : "no"; }
std::string address_text(Ipv4 address) { return address.is_none() ? "-" : to_string(address); }

// The machine of the scenario `path`; the exit code where there is none, after its reason was printed.
std::expected<sim::SimulatedMachine, ExitCode> load_machine(const std::string& path, std::string_view command,
                                                            Console& console) {
  if (path.empty()) {
    return std::unexpected(
        usage_error(console, "this build knows the adapters of scenarios only: give --scenario FILE", command));
  }
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return std::unexpected(usage_error(console, fmt::format("there is no file '{}'", path), command));
  }
  Selected selected{path, sim::load_scenario_file(path)};
  if (selected.loaded.scenario) return sim::SimulatedMachine(*std::move(selected.loaded.scenario));
  console.err << render_diagnostics(selected);
  return std::unexpected(ExitCode::kInvalid);
}

// Opens what --json asks for: none where it does not.
std::expected<std::optional<OutputFile>, ExitCode> open_json(const std::string& path, std::string_view command,
                                                             Console& console) {
  if (path.empty()) return std::optional<OutputFile>();
  auto file = OutputFile::open(path, &console.out);
  if (!file) return std::unexpected(usage_error(console, file.error(), command));
  return std::optional<OutputFile>(std::move(*file));
}

// `code`, or kBroken where the document could not be written.
ExitCode finish_json(std::optional<OutputFile>& file, ExitCode code, Console& console) {
  if (!file) return code;
  const auto written = file->finish();
  if (written) return code;
  print_error(console, written.error());
  return ExitCode::kBroken;
}

void begin_document(JsonWriter& json, std::string_view format, const sim::Scenario& scenario) {
  json.begin_object();
  json.member("format", format);
  json.member("version", 1);
  json.member("scenario", scenario.file);
}

Value adapter_json(const Adapter& adapter) {
  Value json;
  json["name"] = to_string(adapter.name);
  json["guid"] = to_string(adapter.guid);
  json["interface_index"] = adapter.interface_index;
  json["address"] = adapter.address.is_none() ? Value() : Value(to_string(adapter.address));
  json["dhcp_enabled"] = adapter.dhcp_enabled;
  json["ip_enabled"] = adapter.ipv4_enabled;
  json["kind"] = kind_name(adapter.kind);
  return json;
}

void write_adapters_json(std::ostream& out, const sim::Scenario& scenario, std::span<const Adapter> adapters) {
  JsonWriter json(out);
  begin_document(json, "unlease-adapters", scenario);
  json.begin_array("adapters");
  for (const Adapter& adapter : adapters) json.element(adapter_json(adapter));
  json.end_array();
  json.end_object();
}

std::string adapters_text(std::span<const Adapter> adapters) {
  Rows rows{{"NAME", "GUID", "INDEX", "IPV4", "DHCP", "IP ENABLED", "KIND"}};
  for (const Adapter& adapter : adapters) {
    rows.push_back({to_string(adapter.name), to_string(adapter.guid), fmt::format("{}", adapter.interface_index),
                    address_text(adapter.address), std::string(yes_no(adapter.dhcp_enabled)),
                    std::string(yes_no(adapter.ipv4_enabled)), std::string(kind_name(adapter.kind))});
  }
  return table(rows, "");
}

void print_enumeration_error(Console& console, const Error& error) {
  print_error(console, fmt::format("the adapters cannot be listed: {}", describe(error)));
}

// Why the method would leave the adapter alone; empty where it would not.
std::string_view why_spared(const Adapter& adapter, const Options& options) {
  if (adapter.kind != AdapterKind::kEthernet) return "not an Ethernet adapter";
  if (!adapter.dhcp_enabled && !options.assume_dhcp) return "not under DHCP";
  if (!adapter.ipv4_enabled && options.policies.skip_ip_disabled) return "skipped: IP is not enabled";
  return {};
}

ExitCode dry_run(const sim::Scenario& scenario, Hal& hal, std::optional<OutputFile>& file, bool with_text,
                 Console& console) {
  const auto adapters = hal.adapters();
  if (!adapters) {
    print_enumeration_error(console, adapters.error());
    return ExitCode::kFailed;
  }
  std::vector<Adapter> targets;
  Rows rows;
  for (const Adapter& adapter : *adapters) {
    const std::string_view spared = why_spared(adapter, scenario.engine);
    if (spared.empty()) targets.push_back(adapter);
    std::string_view verdict = spared;
    if (spared.empty()) verdict = adapter.ipv4_enabled ? "would be released" : "would give 84: IP is not enabled";
    rows.push_back(
        {to_string(adapter.name), to_string(adapter.guid), address_text(adapter.address), std::string(verdict)});
  }
  if (file) write_adapters_json(file->stream(), scenario, targets);
  const std::string total = count_of(targets.size(), "adapter", "adapters");
  if (with_text) console.out << table(rows, "") << total << " would be targets; nothing was released\n";
  return ExitCode::kPassed;
}

void print_report(Console& console, const Report& report, const sim::AdapterTable& adapters) {
  Rows rows;
  for (const Outcome& outcome : report.outcomes) {
    std::string error;
    if (outcome.error.value != 0) error = describe(outcome.error);
    rows.push_back({adapter_name(outcome.guid, adapters), describe_code(outcome.code),
                    std::string(name(outcome.decision)), format_duration(outcome.ended - outcome.queued), error});
  }
  console.out << table(rows, "");
  const Style style = is_success(report.code) ? Style::kGood : Style::kBad;
  console.out << fmt::format("ReleaseDHCPLeaseAll returned {} in {}\n",
                             styled(console.colour_out, style, describe_code(report.code)),
                             format_duration(report.ended - report.began));
}

}  // namespace

ExitCode adapters_command(const AdaptersOptions& options, Console& console) {
  auto machine = load_machine(options.scenario, "adapters", console);
  if (!machine) return machine.error();
  auto file = open_json(options.json, "adapters", console);
  if (!file) return file.error();

  const auto adapters = machine->hal().adapters();
  if (!adapters) {
    print_enumeration_error(console, adapters.error());
    return ExitCode::kFailed;
  }
  if (*file) write_adapters_json((*file)->stream(), machine->scenario(), *adapters);
  if (options.json != "-") console.out << adapters_text(*adapters);
  return finish_json(*file, ExitCode::kPassed, console);
}

ExitCode release_command(const ReleaseOptions& options, Console& console) {
  auto machine = load_machine(options.scenario, "release", console);
  if (!machine) return machine.error();
  auto file = open_json(options.json, "release", console);
  if (!file) return file.error();

  Hal& hal = machine->hal();
  const sim::Scenario& scenario = machine->scenario();
  const bool with_text = options.json != "-";
  if (options.dry_run) return finish_json(*file, dry_run(scenario, hal, *file, with_text, console), console);

  const Report report = release_dhcp_lease_all(hal, scenario.engine);
  // The names come from the world: another snapshot would count for faults that narrow the nth enumeration.
  const sim::AdapterTable& adapters = machine->world().adapters();
  if (*file) {
    JsonWriter json((*file)->stream());
    begin_document(json, "unlease-release", scenario);
    write_report(json, report, adapters);
    json.end_object();
  }
  if (report.enumeration_error) print_enumeration_error(console, *report.enumeration_error);
  if (with_text) print_report(console, report, adapters);
  return finish_json(*file, is_success(report.code) ? ExitCode::kPassed : ExitCode::kFailed, console);
}

}  // namespace unlease::app
