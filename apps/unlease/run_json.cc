#include "apps/unlease/report_json.h"
#include "apps/unlease/run_result.h"
#include "apps/unlease/text.h"
#include "sim/adapter_table.h"

namespace unlease::app {
namespace {

using Value = JsonWriter::Value;

Value failure_json(const sim::Failure& failure) {
  Value json;
  json["line"] = failure.position.line;
  json["column"] = failure.position.column;
  json["subject"] = failure.subject;
  json["expected"] = failure.expected;
  json["actual"] = failure.actual;
  return json;
}

Value diagnostic_json(const sim::Diagnostic& diagnostic) {
  Value json;
  json["line"] = diagnostic.position.line;
  json["column"] = diagnostic.position.column;
  json["message"] = diagnostic.message;
  return json;
}

Value violation_json(const sim::Violation& violation, const sim::Scenario& scenario,
                     const sim::AdapterTable& adapters) {
  Value json;
  json["invariant"] = violation.invariant;
  json["event"] = violation.event;
  json["at_ns"] = nanoseconds(violation.at);
  json["adapter"] = violation.adapter ? Value(to_string(adapters.name(*violation.adapter))) : Value();
  json["what"] = violation.what;
  json["history"] = Value::array();
  for (const sim::Violation::Event& event : violation.history) {
    json["history"].push_back(event_json(event, scenario, adapters));
  }
  return json;
}

Value end_json(Instant end) { return end == kNever ? Value() : Value(nanoseconds(end)); }

Value ledger_json(const sim::LedgerEntry& entry, const sim::Scenario& scenario, const sim::AdapterTable& adapters) {
  const bool agreed = entry.held_by() == sim::HeldBy::kBoth;
  Value json;
  json["adapter"] = to_string(adapters.name(entry.adapter));
  json["server"] = scenario.servers[entry.server].name;
  json["address"] = to_string(entry.address);
  json["held_by"] = name(entry.held_by());
  json["client_state"] = entry.at_client ? Value(name(entry.at_client->state)) : Value();
  json["client_ends_ns"] = entry.at_client ? end_json(entry.at_client->ends) : Value();
  json["server_ends_ns"] = entry.at_server ? end_json(entry.at_server->ends) : Value();
  json["cause"] = agreed ? Value() : Value(name(entry.cause));
  return json;
}

Value counts_json(const std::array<std::uint64_t, sim::kMessageTypeCount>& counts) {
  Value json;
  for (std::size_t type = 1; type < counts.size(); ++type) {
    json[std::string(name(static_cast<sim::MessageType>(type)))] = counts[type];
  }
  return json;
}

Value wire_json(const sim::WireResult& wire) {
  Value json;
  json["leases_wanted"] = wire.wanted;
  json["leases_acquired"] = wire.acquired;
  json["acquiring_ns"] = wire.acquiring.count();
  json["leases_kept"] = wire.kept;
  json["received"] = counts_json(wire.received);
  json["sent"] = counts_json(wire.sent);
  json["bound"] = wire.bound;
  json["servers"] = Value::array();
  for (const sim::HeardServer& server : wire.servers) {
    Value one;
    one["address"] = to_string(server.address);
    one["mac"] = to_string(server.mac);
    one["messages"] = counts_json(server.messages);
    json["servers"].push_back(std::move(one));
  }
  json["refused"] = Value::object();
  for (std::size_t fault = 0; fault < wire.refused.size(); ++fault) {
    if (wire.refused[fault] == 0) continue;
    json["refused"][std::string(name(static_cast<sim::PacketFault>(fault)))] = wire.refused[fault];
  }
  json["overrun"] = wire.overrun;
  return json;
}

void add_diagnostics(JsonWriter& json, const std::vector<sim::Diagnostic>& diagnostics) {
  json.begin_array("diagnostics");
  for (const sim::Diagnostic& diagnostic : diagnostics) json.element(diagnostic_json(diagnostic));
  json.end_array();
}

}  // namespace

RunJson::RunJson(std::ostream& out, const std::vector<sim::Override>& overrides) : json_(out) {
  json_.begin_object();
  json_.member("format", "unlease-run");
  json_.member("version", 1);
  json_.begin_array("overrides");
  for (const sim::Override& override : overrides) {
    Value json;
    json["path"] = override.path;
    json["value"] = override.value ? Value(*override.value) : Value();
    json_.element(json);
  }
  json_.end_array();
  json_.begin_array("scenarios");
}

void RunJson::add(const Selected& selected, const RunResult& result) {
  const std::optional<sim::Scenario>& scenario = selected.loaded.scenario;
  json_.begin_object();
  json_.member("file", selected.file);
  json_.member("verdict", name(result.verdict));
  if (scenario) {
    json_.member("name", scenario->name);
    json_.member("tags", scenario->tags);
    json_.member("cause", scenario->cause ? Value(cause_name(*scenario->cause)) : Value());
  }
  if (result.play) add_play(*scenario, *result.play);
  if (result.verdict == RunVerdict::kInvalid) add_diagnostics(json_, selected.loaded.diagnostics);
  if (result.verdict == RunVerdict::kError) json_.member("error", result.error);
  json_.end_object();
}

void RunJson::add_play(const sim::Scenario& scenario, const sim::PlayResult& play) {
  const sim::AdapterTable adapters(scenario.adapters);
  json_.member("code", play.code ? Value(value(*play.code)) : Value());
  json_.member("code_name", play.code ? Value(unlease::name(*play.code)) : Value());
  json_.member("seed", play.seed);
  json_.member("fingerprint", fingerprint_text(play.fingerprint));
  json_.member("records", play.records);
  json_.member("virtual_ns", play.virtual_time.count());

  if (play.wire) json_.member("wire", wire_json(*play.wire));

  json_.begin_array("calls");
  for (const sim::CallResult& call : play.calls) {
    json_.begin_object();
    json_.member("call", name(call.call));
    json_.member("adapter", call.adapter.empty() ? Value() : Value(call.adapter));
    write_report(json_, call.report, [&](const Guid& guid) { return adapter_name(guid, adapters); });
    json_.end_object();
  }
  json_.end_array();

  json_.begin_array("failures");
  for (const sim::Failure& failure : play.failures) json_.element(failure_json(failure));
  json_.end_array();
  const auto write_violations = [&](std::string_view key, const std::vector<sim::Violation>& violations) {
    json_.begin_array(key);
    for (const sim::Violation& violation : violations) json_.element(violation_json(violation, scenario, adapters));
    json_.end_array();
  };
  write_violations("violations", play.violations);
  write_violations("expected_violations", play.expected_violations);
  json_.begin_array("ledger");
  for (const sim::LedgerEntry& entry : play.ledger) json_.element(ledger_json(entry, scenario, adapters));
  json_.end_array();
}

void RunJson::finish(const RunTotals& totals) {
  json_.end_array();
  json_.begin_object("totals");
  for (std::size_t i = 0; i < kRunVerdictCount; ++i) {
    json_.member(name(static_cast<RunVerdict>(i)), totals.counts[i]);
  }
  json_.end_object();
  json_.member("exit_code", static_cast<int>(totals.exit_code()));
  json_.end_object();
}

}  // namespace unlease::app
