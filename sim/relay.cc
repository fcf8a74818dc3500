#include "sim/relay.h"

#include <cassert>

#include "sim/wire.h"

namespace unlease::sim {
namespace {

constexpr std::uint8_t kBootRequest = 1;
constexpr std::uint8_t kBootReply = 2;
constexpr std::uint16_t kAnswerByBroadcast = 0x8000;
// RFC 1542, 4.1.1: a message that counts more is dropped, lest it go round for ever.
constexpr std::uint8_t kMostHops = 16;

// Where things lie in a frame that was decoded: its IP header may have options.
struct Layout {
  explicit Layout(std::span<std::uint8_t> frame)
      : ip(frame.data() + wire::kEthernetSize), ip_size((ip[0] & 0xFU) * 4U), udp(ip + ip_size) {}

  std::uint8_t* dhcp() const { return udp + wire::kUdpSize; }

  std::uint8_t* ip;
  std::size_t ip_size;
  std::uint8_t* udp;
};

void store_checksum(std::uint8_t* at, std::uint64_t native_sum) {
  const auto sum = static_cast<std::uint16_t>(~wire::fold(native_sum));
  wire::store16(at, wire::big_endian(sum));
}

// A router's work: new addresses, one hop less to live, right checksums.
void send_from_here(const Layout& at, std::span<std::uint8_t> frame, const Endpoints& endpoints) {
  constexpr std::size_t kTtlAt = 8;
  constexpr std::size_t kIpChecksumAt = 10;
  constexpr std::size_t kAddressesAt = 12;
  constexpr std::size_t kUdpLengthAt = 4;
  constexpr std::size_t kUdpChecksumAt = 6;
  wire::store_mac(frame.data(), endpoints.destination_mac);
  wire::store_mac(frame.data() + 6, endpoints.source_mac);
  --at.ip[kTtlAt];
  wire::store32(at.ip + kAddressesAt, endpoints.source.value);
  wire::store32(at.ip + kAddressesAt + 4, endpoints.destination.value);
  wire::store16(at.ip + kIpChecksumAt, 0);
  store_checksum(at.ip + kIpChecksumAt, wire::native_sum(at.ip, at.ip_size));

  wire::store16(at.udp, endpoints.source_port);
  wire::store16(at.udp + 2, endpoints.destination_port);
  wire::store16(at.udp + kUdpChecksumAt, 0);
  const std::uint16_t length = wire::load16(at.udp + kUdpLengthAt);
  // The pseudo header: both addresses, the protocol, the length (RFC 768).
  const std::uint64_t pseudo = wire::native_sum(at.ip + kAddressesAt, 8) +
                               wire::big_endian(static_cast<std::uint16_t>(wire::kProtocolUdp)) +
                               wire::big_endian(length);
  store_checksum(at.udp + kUdpChecksumAt, pseudo + wire::native_sum(at.udp, length));
  if (wire::load16(at.udp + kUdpChecksumAt) == 0) wire::store16(at.udp + kUdpChecksumAt, 0xFFFF);
}

}  // namespace

bool carry_to_server(const RelayEnds& ends, const DecodedFrame& decoded, std::span<std::uint8_t> frame) {
  Endpoints endpoints = decoded.endpoints;
  const DhcpMessage& message = decoded.message;
  const Layout at(frame);
  if (endpoints.destination_port != kServerPort || message.op != kBootRequest) return false;
  endpoints.source_mac = ends.mac;
  endpoints.destination_mac = ends.server_mac;
  const bool routed = decoded.endpoints.destination == ends.server_address;
  if (routed && decoded.endpoints.destination_mac != ends.mac) return false;
  if (!routed) {
    const bool for_relay = endpoints.destination == kBroadcastIp || endpoints.destination == ends.address;
    if (!for_relay || message.hops > kMostHops) return false;
    endpoints.source = ends.address;
    endpoints.destination = ends.server_address;
    endpoints.source_port = kServerPort;
    at.dhcp()[wire::dhcp::kHops] = static_cast<std::uint8_t>(message.hops + 1);
    if (message.giaddr.is_none()) wire::store32(at.dhcp() + wire::dhcp::kGiaddr, ends.address.value);
  }
  send_from_here(at, frame, endpoints);
  return true;
}

bool carry_to_client(const RelayEnds& ends, const DecodedFrame& decoded, std::span<std::uint8_t> frame) {
  Endpoints endpoints = decoded.endpoints;
  const DhcpMessage& message = decoded.message;
  if (message.op != kBootReply) return false;
  const bool routed = endpoints.destination_port == kClientPort;
  const bool for_relay = endpoints.destination_port == kServerPort && endpoints.destination == ends.address &&
                         message.giaddr == ends.address;
  if (!routed && !for_relay) return false;
  endpoints.source_mac = ends.mac;
  endpoints.destination_mac = message.chaddr;
  if (for_relay) {
    endpoints.source = ends.address;
    endpoints.destination = message.yiaddr;
    endpoints.destination_port = kClientPort;
    if ((message.flags & kAnswerByBroadcast) != 0 || message.yiaddr.is_none()) {
      endpoints.destination_mac = kBroadcastMac;
      endpoints.destination = kBroadcastIp;
    }
  }
  send_from_here(Layout(frame), frame, endpoints);
  return true;
}

}  // namespace unlease::sim
