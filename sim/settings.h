// What Windows would refuse in an adapter's IP settings, told as the documented return code of each rule. *Assumed*:
// the codes are documented, that a release meets them when it rewrites the settings is our model.
#pragma once

#include <cstdint>

#include "engine/error.h"
#include "sim/packet.h"
#include "sim/scenario.h"

namespace unlease::sim {

// What is kept of the settings that came with a lease.
struct LeasedSettings {
  std::uint8_t flaw =
      0;  // 66 mask, 69 routers, 70 address, 71 router, 73 domain name; 0 none. The lowest where several
  NodeType node_type = NodeType::kUnset;
  bool has_wins = false;
};

// Whether a host can have it: of class A to C, without "this network" and loopback.
bool is_host_address(Ipv4 address);

// Judges an ACK's settings for the address in its yiaddr.
LeasedSettings leased_settings(const DhcpMessage& ack);

// What is wrong with an adapter's settings, its own and those of its lease; value 0 where nothing is. The rules in
// the order of their codes: 66 a mask with holes, 69 more than five gateways, 70 an address that no host can have,
// 71 a gateway that no host can have, 73 a domain name or 74 a host name that is none (RFC 1123, 2.1), 75 a P-node
// without a WINS server (RFC 1001, 10.2). Origin kSettings.
Error settings_error(const AdapterSettingsSpec& own, const LeasedSettings& leased);

}  // namespace unlease::sim
