// The format's descriptor table (scenario_format.h) as a JSON Schema for editors and as a page for people. Both texts
// are committed, as scenarios/schema.json and docs/scenario-format.md; tests check that they are current.
#pragma once

#include <string>

namespace unlease::sim {

// JSON Schema, draft 7, pretty-printed with two spaces, the same bytes on every machine, with a newline at its end.
// Regenerate: unlease schema > scenarios/schema.json
std::string scenario_schema_json();

// The reference page in Markdown. Regenerate: unlease schema --markdown > docs/scenario-format.md
std::string scenario_reference_markdown();

}  // namespace unlease::sim
