#include "apps/unlease/commands.h"
#include "sim/scenario_schema.h"

namespace unlease::app {

ExitCode schema_command(const SchemaOptions& options, Console& console) {
  console.out << (options.markdown ? sim::scenario_reference_markdown() : sim::scenario_schema_json());
  return ExitCode::kPassed;
}

}  // namespace unlease::app
