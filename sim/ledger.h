// The leases as their clients and servers see them, and why they disagree. A DHCPRELEASE has no answer, so they may
// disagree for as long as the lease lasts; what must not happen is that they do and nobody can say why.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/hal.h"
#include "engine/time.h"
#include "sim/client.h"
#include "sim/lease_fate.h"
#include "sim/network.h"
#include "sim/release_profile.h"

namespace unlease::sim {

LeaseFate fate_of(DropReason reason);
LeaseFate fate_of(ReleaseVerdict verdict);

enum class HeldBy : std::uint8_t { kBoth, kServer, kClient };
std::string_view name(HeldBy holder);  // "both", "server", "client"

// A lease that an adapter's client or a server has, as either sees it.
struct LedgerEntry {
  struct AtClient {
    ClientState state{};
    Instant ends;  // kNever where only the address is left of it
    friend bool operator==(const AtClient&, const AtClient&) = default;
  };
  struct AtServer {
    Instant ends;  // kNever: it does not
    friend bool operator==(const AtServer&, const AtServer&) = default;
  };

  std::uint32_t adapter = 0;
  std::uint32_t server = 0;
  Ipv4 address;
  std::optional<AtClient> at_client{};  // one of the two there is
  std::optional<AtServer> at_server{};
  LeaseFate cause{};  // why the other one does not have it; kUnknown where both have

  HeldBy held_by() const { return !at_client ? HeldBy::kServer : at_server ? HeldBy::kBoth : HeldBy::kClient; }
  friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

}  // namespace unlease::sim
