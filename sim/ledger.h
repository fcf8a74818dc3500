// The leases as their clients and servers see them, and why they disagree. A DHCPRELEASE has no answer, so they may
// disagree for as long as the lease lasts; what must not happen is that they do and nobody can say why.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/hal.h"
#include "sim/lease_fate.h"
#include "sim/network.h"
#include "sim/release_profile.h"

namespace unlease::sim {

LeaseFate fate_of(DropReason reason);
LeaseFate fate_of(ReleaseVerdict verdict);

enum class HeldBy : std::uint8_t { kBoth, kServer, kClient };
std::string_view name(HeldBy holder);  // "both", "server", "client"

// A lease that an adapter's client or a server has.
struct LedgerEntry {
  std::uint32_t adapter = 0;
  std::uint32_t server = 0;
  Ipv4 address;
  HeldBy held_by{};
  LeaseFate cause{};  // why the other one does not have it; kUnknown where both have
  friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

}  // namespace unlease::sim
