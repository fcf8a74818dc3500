#include "sim/packet.h"

#include <fmt/core.h>

#include "sim/wire.h"

namespace unlease::sim {

std::string to_string(MacAddress address) {
  const auto& b = address.bytes;
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2], b[3], b[4], b[5]);
}

std::string_view name(MessageType type) {
  switch (type) {
    case MessageType::kDiscover:
      return "discover";
    case MessageType::kOffer:
      return "offer";
    case MessageType::kRequest:
      return "request";
    case MessageType::kDecline:
      return "decline";
    case MessageType::kAck:
      return "ack";
    case MessageType::kNak:
      return "nak";
    case MessageType::kRelease:
      return "release";
    case MessageType::kInform:
      return "inform";
  }
  return "unknown";
}

std::string_view name(PacketFault fault) {
  switch (fault) {
    case PacketFault::kTruncated:
      return "truncated";
    case PacketFault::kNotIpv4:
      return "not IPv4";
    case PacketFault::kBadIpHeader:
      return "bad IP header";
    case PacketFault::kFragment:
      return "fragment";
    case PacketFault::kNotUdp:
      return "not UDP";
    case PacketFault::kBadUdp:
      return "bad UDP";
    case PacketFault::kNotDhcp:
      return "not DHCP";
    case PacketFault::kBadHeader:
      return "bad DHCP header";
    case PacketFault::kBadOption:
      return "bad option";
    case PacketFault::kNoMessageType:
      return "no message type";
    case PacketFault::kTooManyOptions:
      return "too many options";
  }
  return "unknown";
}

namespace {

// The DHCP message of something that has the shape of a frame, its fixed part within bounds.
std::expected<const std::uint8_t*, PacketFault> find_dhcp(Bytes frame) {
  constexpr std::size_t kShortest = wire::kOptionsAt;
  static_assert(kShortest == kMinFrame - 60);
  if (frame.size() < kShortest) return std::unexpected(PacketFault::kTruncated);
  const std::uint8_t* const ip = frame.data() + wire::kEthernetSize;
  if (wire::load16(frame.data() + 12) != wire::kEtherTypeIpv4 || ip[0] >> 4U != 4) {
    return std::unexpected(PacketFault::kNotIpv4);
  }
  const std::size_t ip_size = (ip[0] & 0xFU) * 4U;
  if (ip_size < wire::kIpSize) return std::unexpected(PacketFault::kBadIpHeader);
  if (frame.size() - kShortest < ip_size - wire::kIpSize) return std::unexpected(PacketFault::kTruncated);
  return ip + ip_size + wire::kUdpSize;
}

}  // namespace

std::expected<FrameKey, PacketFault> peek_key(Bytes frame) {
  std::expected<FrameKey, PacketFault> key;  // filled in place: a copy would stall on what was just stored
  const auto dhcp = find_dhcp(frame);
  if (!dhcp) {
    key = std::unexpected(dhcp.error());
    return key;
  }
  key->xid = wire::load32(*dhcp + wire::dhcp::kXid);
  key->chaddr = wire::load_mac(*dhcp + wire::dhcp::kChaddr);
  return key;
}

namespace wire {

void zero(std::uint8_t* from, std::size_t size) { std::memset(from, 0, size); }

}  // namespace wire

}  // namespace unlease::sim
