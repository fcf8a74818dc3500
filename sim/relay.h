// A DHCP relay agent (RFC 1542, 4; giaddr of RFC 2131) on the router between a segment of clients and that of a server,
// without input or output: it is handed a frame, and rewrites it into the one that it sends on.
//
// Documented shortcuts: both of its sides have one MAC address; on the servers' side it speaks from giaddr; and it
// knows the MAC address behind a client's IP address from the message's chaddr, without asking for it.
#pragma once

#include <cstdint>
#include <span>

#include "sim/packet.h"

namespace unlease::sim {

// Which relay it is, and whom it carries to.
struct RelayEnds {
  MacAddress mac;
  Ipv4 address;  // giaddr
  MacAddress server_mac;
  Ipv4 server_address;
};

// A frame on the clients' segment that was broadcast, or was for the relay's MAC address. A broadcast to the server
// port goes to the server, as from the relay; what is for the server's address is routed there unchanged. False where
// it is for nobody behind the relay, or went through too many relays; `frame` is unchanged then.
// `decoded` is `frame` decoded; its views are invalid afterwards.
bool carry_to_server(const RelayEnds& ends, const DecodedFrame& decoded, std::span<std::uint8_t> frame);

// A frame on the server's segment that was for the relay's MAC address: an answer to the relay goes to its client,
// by broadcast where the server asked for it; one to a client's address is routed there unchanged.
bool carry_to_client(const RelayEnds& ends, const DecodedFrame& decoded, std::span<std::uint8_t> frame);

}  // namespace unlease::sim
