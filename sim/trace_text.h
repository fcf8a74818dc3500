// Trace records as NDJSON: one JSON object a record, with the names of adapters, servers, states and errors.
#pragma once

#include <string>

#include "sim/adapter_table.h"
#include "sim/scenario.h"
#include "sim/trace.h"

namespace unlease::sim {

// Appends the object and a newline. `ordinal` is the record's place in the trace, from 0. `adapters` is the table of
// `scenario`.
void append_ndjson(std::string& out, std::uint64_t ordinal, const TraceRecord& record, const Scenario& scenario,
                   const AdapterTable& adapters);

}  // namespace unlease::sim
