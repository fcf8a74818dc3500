// `unlease capture`.
#include <memory>
#include <span>

#include "apps/unlease/captured_scenario.h"
#include "apps/unlease/chosen_machine.h"
#include "apps/unlease/commands.h"

namespace unlease::app {

ExitCode capture_command(const CaptureOptions& options, const ThisMachine& here, Console& console) {
  const std::shared_ptr<hw::Machine> machine = here.open(false);
  if (machine == nullptr) {
    return usage_error(console, "this build knows no machine to capture: take unlease.exe, on Windows", "capture");
  }
  const auto adapters = machine->adapters();
  if (!adapters && !is_no_data(adapters.error())) {
    print_enumeration_error(console, adapters.error());
    return ExitCode::kFailed;
  }
  console.out << captured_scenario(adapters ? machine->details() : std::span<const hw::AdapterDetails>(), options.raw);
  return ExitCode::kPassed;
}

}  // namespace unlease::app
