// The machine that the program runs on, as the commands get at it. Tests give one of their own.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "engine/method.h"
#include "hw/frame_socket.h"
#include "hw/machine.h"

namespace unlease::app {

struct ThisMachine {
  // The machine, as hw::this_machine() gives it; null where this build knows none.
  std::function<std::shared_ptr<hw::Machine>(bool assume_dhcp)> open = hw::this_machine;
  // How the method is called on it.
  Options options{};
  // A real interface.
  std::function<std::expected<std::unique_ptr<hw::FrameSocket>, std::string>(const std::string& name)> open_frames =
      hw::open_frame_socket;
};

}  // namespace unlease::app
