#include "apps/unlease/report_json.h"

#include <fmt/format.h>

#include "sim/trace_text.h"

namespace unlease::app {
namespace {

JsonWriter::Value outcome_json(const Outcome& outcome, const std::string& adapter) {
  JsonWriter::Value json;
  json["adapter"] = adapter;
  json["guid"] = to_string(outcome.guid);
  json["code"] = value(outcome.code);
  json["decision"] = name(outcome.decision);
  json["error"] = error_json(outcome.error);
  json["queued_ns"] = nanoseconds(outcome.queued);
  json["started_ns"] = nanoseconds(outcome.started);
  json["ended_ns"] = nanoseconds(outcome.ended);
  return json;
}

}  // namespace

JsonWriter::Value error_json(const Error& error) {
  JsonWriter::Value json;
  json["origin"] = name(error.origin);
  json["domain"] = name(error.domain);
  json["value"] = error.value;
  const ErrorName* const known = find_error_name(error.domain, error.value);
  json["name"] = known == nullptr ? JsonWriter::Value() : JsonWriter::Value(known->name);
  return json;
}

std::int64_t nanoseconds(Instant instant) { return instant.time_since_epoch().count(); }

std::string fingerprint_text(std::uint64_t fingerprint) { return fmt::format("{:016x}", fingerprint); }

void write_report(JsonWriter& json, const Report& report, const std::function<std::string(const Guid&)>& name_of) {
  json.member("code", value(report.code));
  json.member("code_name", name(report.code));
  json.member("began_ns", nanoseconds(report.began));
  json.member("ended_ns", nanoseconds(report.ended));
  json.member("enumeration_error",
              report.enumeration_error ? error_json(*report.enumeration_error) : JsonWriter::Value());
  json.begin_array("outcomes");
  for (const Outcome& outcome : report.outcomes) json.element(outcome_json(outcome, name_of(outcome.guid)));
  json.end_array();
  json.member("late_completions", report.late_completions);
  json.member("unknown_completions", report.unknown_completions);
  json.member("repeated_completions", report.repeated_completions);
  json.member("failed_snapshots", report.failed_snapshots);
}

JsonWriter::Value event_json(const sim::Violation::Event& event, const sim::Scenario& scenario,
                             const sim::AdapterTable& adapters) {
  std::string line;
  sim::append_ndjson(line, event.ordinal, event.record, scenario, adapters);
  return JsonWriter::Value::parse(line);
}

std::string adapter_name(const Guid& guid, const sim::AdapterTable& adapters) {
  const auto index = sim::AdapterTable::index_of(guid);
  return index && *index < adapters.size() ? to_string(adapters.name(*index)) : std::string();
}

}  // namespace unlease::app
