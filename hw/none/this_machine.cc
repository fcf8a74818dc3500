#include "hw/machine.h"

namespace unlease::hw {

std::shared_ptr<Machine> this_machine() { return nullptr; }

}  // namespace unlease::hw
