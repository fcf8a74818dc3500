#include "hw/frame_socket.h"

namespace unlease::hw {

std::expected<std::unique_ptr<FrameSocket>, std::string> open_frame_socket(const std::string&) {
  return std::unexpected("frames are sent and received on Linux only");
}

}  // namespace unlease::hw
