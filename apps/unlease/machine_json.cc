#include "apps/unlease/machine_json.h"

#include <array>
#include <utility>

#include "apps/unlease/json_writer.h"
#include "apps/unlease/report_json.h"
#include "apps/unlease/text.h"

namespace unlease::app {
namespace {

using Value = JsonWriter::Value;

// Indexed by AdapterKind.
constexpr std::array<std::string_view, 4> kKinds{"ethernet", "loopback", "tunnel", "receive_only"};

void begin_document(JsonWriter& json, std::string_view format, const ChosenMachine& machine) {
  json.begin_object();
  json.member("format", format);
  json.member("version", 1);
  json.member("scenario", machine.is_this_machine() ? Value() : Value(machine.scenario()));
}

Value address_json(Ipv4 address) { return address.is_none() ? Value() : Value(to_string(address)); }

Value adapter_json(const ListedAdapter& listed) {
  const Adapter& adapter = listed.adapter;
  Value json;
  json["name"] = to_string(adapter.name);
  json["guid"] = to_string(adapter.guid);
  json["interface_index"] = adapter.interface_index;
  json["address"] = address_json(adapter.address);
  json["dhcp_enabled"] = adapter.dhcp_enabled;
  json["ip_enabled"] = adapter.ipv4_enabled;
  json["kind"] = name(adapter.kind);
  if (listed.details == nullptr) return json;
  const hw::AdapterDetails& details = *listed.details;
  json["dhcp_source"] = name(details.dhcp_source);
  json["dhcp_server"] = address_json(details.dhcp_server);
  json["lease_obtained"] = details.lease ? Value(utc_text(details.lease->obtained)) : Value();
  json["lease_expires"] = details.lease ? Value(utc_text(details.lease->expires)) : Value();
  return json;
}

}  // namespace

std::string_view name(AdapterKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::expected<std::optional<OutputFile>, ExitCode> open_json(const std::string& path, std::string_view command,
                                                             Console& console) {
  if (path.empty()) return std::optional<OutputFile>();
  auto file = OutputFile::open(path, &console.out);
  if (!file) return std::unexpected(usage_error(console, file.error(), command));
  return std::optional<OutputFile>(std::move(*file));
}

ExitCode finish_json(std::optional<OutputFile>& file, ExitCode code, Console& console) {
  if (!file) return code;
  const auto written = file->finish();
  if (written) return code;
  print_error(console, written.error());
  return ExitCode::kBroken;
}

void write_adapters_json(std::ostream& out, const ChosenMachine& machine, std::span<const ListedAdapter> adapters) {
  JsonWriter json(out);
  begin_document(json, "unlease-adapters", machine);
  json.begin_array("adapters");
  for (const ListedAdapter& adapter : adapters) json.element(adapter_json(adapter));
  json.end_array();
  json.end_object();
}

void write_release_json(std::ostream& out, ChosenMachine& machine, const Report& report) {
  JsonWriter json(out);
  begin_document(json, "unlease-release", machine);
  write_report(json, report, [&](const Guid& guid) { return machine.name_of(guid); });
  json.end_object();
}

}  // namespace unlease::app
