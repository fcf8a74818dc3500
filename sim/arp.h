// ARP for IPv4 over Ethernet (RFC 826), as far as a station needs it to be found by others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/packet.h"

namespace unlease::sim {

// Who asks for whose MAC address.
struct ArpRequest {
  MacAddress sender_mac;
  Ipv4 sender;
  Ipv4 target;
};

// Ethernet 14, ARP 28, padded to Ethernet's least.
inline constexpr std::size_t kArpFrame = 60;

// The request in a frame; none where it is anything else, cut short or malformed.
std::optional<ArpRequest> read_arp_request(Bytes frame);

// The answer to it, unicast: `mac` has the address that was asked for.
std::array<std::uint8_t, kArpFrame> arp_reply(const ArpRequest& request, MacAddress mac);

}  // namespace unlease::sim
