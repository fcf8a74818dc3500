#include "hw/frame_socket.h"

namespace unlease::hw {

std::expected<std::unique_ptr<FrameSocket>, std::string> open_frame_socket(const std::string&) {
  return std::unexpected("this build has no access to interfaces, which Linux alone has; unlease run needs none");
}

}  // namespace unlease::hw
