// Traces and packets as `unlease run` writes them: one record of NDJSON a line, and pcapng.
#pragma once

#include <expected>
#include <ostream>
#include <string>

#include "apps/unlease/selection.h"
#include "sim/runner.h"

namespace unlease::app {

// The trace that `play` kept of `scenario`.
void write_trace(std::ostream& out, const sim::Scenario& scenario, const sim::PlayResult& play);

// The same into a file below `folder`, by the scenario's own path, so that no two traces meet: that of
// "scenarios/a.toml" is "FOLDER/scenarios/a.ndjson". An error says which path and why.
std::expected<void, std::string> write_trace_file(const std::string& folder, const Selected& selected,
                                                  const sim::PlayResult& play);

// Its packets, with comments on what became of each, likewise as "FOLDER/scenarios/a.pcapng". `play` kept frames and
// trace.
std::expected<void, std::string> write_pcap_file(const std::string& folder, const Selected& selected,
                                                 const sim::PlayResult& play);

}  // namespace unlease::app
