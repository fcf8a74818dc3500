// A machine's adapters as a scenario file: what `unlease capture` prints.
#pragma once

#include <span>
#include <string>

#include "hw/machine.h"

namespace unlease::app {

// The text of a scenario that loads without a diagnostic and passes, whatever the adapters are called and claim: what
// it expects is what the simulator gives. What a scenario cannot hold is in comments, GUIDs and MAC addresses only
// where `raw`. Names and addresses are as they are, but names without control characters, of at most 512 bytes, and
// unique.
std::string captured_scenario(std::span<const hw::AdapterDetails> adapters, bool raw);

}  // namespace unlease::app
