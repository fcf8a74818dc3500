// Parts of the JSON documents that several commands write; docs/json-output.md describes them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "apps/unlease/json_writer.h"
#include "engine/method.h"
#include "sim/adapter_table.h"
#include "sim/scenario.h"
#include "sim/trace.h"
#include "sim/violation.h"

namespace unlease::app {

// {"origin", "domain", "value", "name"}; the name is null where we know none.
JsonWriter::Value error_json(const Error& error);

std::int64_t nanoseconds(Instant instant);

// "8c2f3e..." as 16 hexadecimal digits: JSON numbers of 64 bits do not survive every reader.
std::string fingerprint_text(std::uint64_t fingerprint);

// The members of one call into the object that is open. `outcomes` are one a line; `name_of` gives an adapter's name.
void write_report(JsonWriter& json, const Report& report, const std::function<std::string(const Guid&)>& name_of);

// A record as it stands in a trace.
JsonWriter::Value event_json(const sim::Violation::Event& event, const sim::Scenario& scenario,
                             const sim::AdapterTable& adapters);

// "Ethernet 17"; empty for a GUID that is none of theirs.
std::string adapter_name(const Guid& guid, const sim::AdapterTable& adapters);

}  // namespace unlease::app
