// Where a client and a server disagree about a lease, and why. A DHCPRELEASE has no answer, so they may disagree for
// as long as the lease lasts; what must not happen is that they do and nobody can say why.
#pragma once

#include <cstdint>

#include "engine/hal.h"
#include "sim/lease_fate.h"
#include "sim/network.h"
#include "sim/release_profile.h"

namespace unlease::sim {

LeaseFate fate_of(DropReason reason);
LeaseFate fate_of(ReleaseVerdict verdict);

struct Disagreement {
  std::uint32_t adapter = 0;
  std::uint32_t server = 0;
  Ipv4 address;                // that one of them holds for the adapter
  bool server_has_it = false;  // bound at the server, unknown to the client; else the other way round
  LeaseFate cause{};
  friend bool operator==(const Disagreement&, const Disagreement&) = default;
};

}  // namespace unlease::sim
