// `unlease release`.
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/unlease/chosen_machine.h"
#include "apps/unlease/commands.h"
#include "apps/unlease/machine_json.h"
#include "apps/unlease/text.h"
#include "engine/method.h"

namespace unlease::app {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// Why the method would leave the adapter alone; empty where it would not.
std::string_view why_spared(const Adapter& adapter, const Options& how) {
  if (adapter.kind != AdapterKind::kEthernet) return "not an Ethernet adapter";
  if (!adapter.dhcp_enabled && !how.assume_dhcp) return "not under DHCP";
  if (!adapter.ipv4_enabled && how.policies.skip_ip_disabled) return "skipped: IP is not enabled";
  return {};
}

// Shows what a release would do; kFailed where the adapters cannot be listed.
ExitCode show_targets(ChosenMachine& machine, const Options& how, std::optional<OutputFile>& file, bool with_text,
                      Console& console) {
  const auto adapters = machine.list();
  if (!adapters) {
    print_enumeration_error(console, adapters.error());
    return ExitCode::kFailed;
  }
  std::vector<ListedAdapter> targets;
  Rows rows;
  for (const ListedAdapter& listed : *adapters) {
    const Adapter& adapter = listed.adapter;
    const std::string_view spared = why_spared(adapter, how);
    if (spared.empty()) targets.push_back(listed);
    std::string_view verdict = spared;
    if (spared.empty()) verdict = adapter.ipv4_enabled ? "would be released" : "would give 84: IP is not enabled";
    rows.push_back(
        {to_string(adapter.name), to_string(adapter.guid), address_text(adapter.address), std::string(verdict)});
  }
  if (file) write_adapters_json(file->stream(), machine, targets);
  const std::string total = count_of(targets.size(), "adapter would be a target", "adapters would be targets");
  if (with_text) console.out << table(rows, "") << total << "; nothing was released\n";
  return ExitCode::kPassed;
}

void print_report(Console& console, ChosenMachine& machine, const Report& report) {
  // Nobody wants nanoseconds of a real clock.
  const auto span = [&](Duration time) {
    return machine.is_this_machine() ? milliseconds(time) : format_duration(time);
  };
  Rows rows;
  for (const Outcome& outcome : report.outcomes) {
    std::string error;
    if (outcome.error.value != 0) error = describe(outcome.error);
    rows.push_back({machine.name_of(outcome.guid), describe_code(outcome.code), std::string(name(outcome.decision)),
                    span(outcome.ended - outcome.queued), error});
  }
  console.out << table(rows, "");
  const Style style = is_success(report.code) ? Style::kGood : Style::kBad;
  console.out << fmt::format("ReleaseDHCPLeaseAll returned {} in {}\n",
                             styled(console.colour_out, style, describe_code(report.code)),
                             span(report.ended - report.began));
}

}  // namespace

ExitCode release_command(const ReleaseOptions& options, const ThisMachine& here, Console& console) {
  if (options.dry_run && options.yes) {
    return usage_error(console, "--yes releases and --dry-run does not: leave one of them out", "release");
  }
  auto machine = ChosenMachine::open(options.scenario, options.assume_dhcp, "release", here, console);
  if (!machine) return machine.error();
  auto file = open_json(options.json, "release", console);
  if (!file) return file.error();

  if (machine->is_remote_session()) {
    print_warning(console, "this session is a remote one: releasing the leases of this machine may cut it off");
  }
  const Options& how = machine->options();
  const bool with_text = options.json != "-";
  const bool unconfirmed = machine->is_this_machine() && !options.yes;
  if (options.dry_run || unconfirmed) {
    ExitCode code = finish_json(*file, show_targets(*machine, how, *file, with_text, console), console);
    if (code == ExitCode::kPassed && !options.dry_run) {
      code = usage_error(console, "releasing the leases of this machine takes --yes; --dry-run only looks", "release");
    }
    return code;
  }

  const Report report = release_dhcp_lease_all(machine->hal(), how);
  if (*file) write_release_json((*file)->stream(), *machine, report);
  if (report.enumeration_error) print_enumeration_error(console, *report.enumeration_error);
  if (with_text) print_report(console, *machine, report);
  return finish_json(*file, is_success(report.code) ? ExitCode::kPassed : ExitCode::kFailed, console);
}

}  // namespace unlease::app
