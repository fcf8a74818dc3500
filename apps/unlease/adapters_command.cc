// `unlease adapters`.
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/unlease/chosen_machine.h"
#include "apps/unlease/commands.h"
#include "apps/unlease/machine_json.h"
#include "apps/unlease/text.h"

namespace unlease::app {
namespace {

using Row = std::vector<std::string>;

void append(Row& row, const Row& more) { row.insert(row.end(), more.begin(), more.end()); }

// What only the machine that this runs on knows.
Row detail_cells(const hw::AdapterDetails& details) {
  return {std::string(name(details.dhcp_source)), address_text(details.dhcp_server),
          details.lease ? utc_text(details.lease->obtained) : "-",
          details.lease ? utc_text(details.lease->expires) : "-"};
}

std::string adapters_text(const std::vector<ListedAdapter>& adapters, bool with_details) {
  std::vector<Row> rows{{"NAME", "GUID", "INDEX", "IPV4", "DHCP", "IP ENABLED", "KIND"}};
  if (with_details) append(rows.front(), {"DHCP ACCORDING TO", "DHCP SERVER", "LEASE OBTAINED", "LEASE EXPIRES"});
  for (const auto& [adapter, details] : adapters) {
    Row& row = rows.emplace_back(Row{to_string(adapter.name), to_string(adapter.guid),
                                     fmt::format("{}", adapter.interface_index), address_text(adapter.address),
                                     adapter.dhcp_enabled ? "yes" : "no", adapter.ipv4_enabled ? "yes" : "no",
                                     std::string(name(adapter.kind))});
    if (details != nullptr) append(row, detail_cells(*details));
  }
  return table(rows, "");
}

}  // namespace

ExitCode adapters_command(const AdaptersOptions& options, const ThisMachine& here, Console& console) {
  auto machine = ChosenMachine::open(options.scenario, false, "adapters", here, console);
  if (!machine) return machine.error();
  auto file = open_json(options.json, "adapters", console);
  if (!file) return file.error();

  const auto adapters = machine->list();
  if (!adapters) {
    print_enumeration_error(console, adapters.error());
    return ExitCode::kFailed;
  }
  if (*file) write_adapters_json((*file)->stream(), *machine, *adapters);
  if (options.json != "-") console.out << adapters_text(*adapters, machine->is_this_machine());
  return finish_json(*file, ExitCode::kPassed, console);
}

}  // namespace unlease::app
