// The ceiling of what leaves an interface: `send_frames INTERFACE COUNT` sends so many DHCPRELEASEs with a plain
// sendto() each. bench/emulate.py counts them at the other end.
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/frames.h"

namespace {

bool send_all(int socket, const sockaddr_ll& interface, std::uint32_t count) {
  unlease::bench::Frames frames(unlease::bench::release);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto frame = frames.frame(i);
    const auto sent =
        sendto(socket, frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&interface), sizeof interface);
    if (sent != static_cast<ssize_t>(frame.size())) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint32_t count = 0;
  const std::string_view number = argc == 3 ? argv[2] : "";
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
  if (error != std::errc{} || end != number.data() + number.size()) {
    fmt::print(stderr, "usage: send_frames INTERFACE COUNT\n");
    return 2;
  }
  sockaddr_ll interface{};
  interface.sll_family = AF_PACKET;
  interface.sll_protocol = htons(ETHERTYPE_IP);
  interface.sll_ifindex = static_cast<int>(if_nametoindex(argv[1]));
  const int socket = ::socket(AF_PACKET, SOCK_RAW, 0);  // protocol 0: nothing comes in
  if (socket < 0 || !send_all(socket, interface, count)) {
    fmt::print(stderr, "send_frames: {}: {}\n", argv[1], std::strerror(errno));
    return 1;
  }
  close(socket);
  return 0;
}
