// The DHCP servers, and where they stand, that the leases of a machine's adapters speak of: what `unlease capture`
// makes up, for a machine sees of its network only that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/hal.h"
#include "engine/time.h"
#include "hw/machine.h"
#include "sim/scenario.h"

namespace unlease::app {

// A server on a segment of its own. Its adapters are on that segment too, or behind `relay`.
struct CapturedServer {
  Ipv4 address;
  bool is_guess = false;           // no lease names it, or names what is no host's address
  std::uint8_t prefix_length = 0;  // of its adapters' network: 1 to 32
  bool prefix_is_guess = false;    // nobody says it
  sim::PoolSpec pool;              // from the lowest of its adapters' addresses to the highest
  std::vector<Ipv4> given;         // these; no two are the same
  std::optional<Duration> lease;   // the longest of their leases; none where nobody says
  Ipv4 router;                     // the first of their gateways that a host can have
  std::optional<Ipv4> relay;       // the router's address, where the server is on another network
  bool is_off_network = false;     // on another network, and nobody knows a router

  // The first and last address of its adapters' network.
  sim::PoolSpec network() const;
};

struct CapturedNetwork {
  std::vector<CapturedServer> servers;
  // For each adapter which of them gave its lease; none where it has none.
  std::vector<std::optional<std::size_t>> server_of;
};

// An adapter under DHCP has a lease where its address is one that a server can have given. Adapters with the same
// server and network share a server, unless its pool would become absurdly large or hold the server itself, or both
// have the same address.
CapturedNetwork captured_network(std::span<const hw::AdapterDetails> adapters);

}  // namespace unlease::app
