// The machine that the program runs on, as the commands get at it. Tests give one of their own.
#pragma once

#include <functional>
#include <memory>

#include "engine/method.h"
#include "hw/machine.h"

namespace unlease::app {

struct ThisMachine {
  // The machine; null where this build knows none.
  std::function<std::shared_ptr<hw::Machine>()> open = hw::this_machine;
  // How the method is called on it.
  Options options{};
};

}  // namespace unlease::app
