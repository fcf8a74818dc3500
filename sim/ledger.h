// Where a client and a server disagree about a lease, and why. A DHCPRELEASE has no answer, so they may disagree for
// as long as the lease lasts; what must not happen is that they do and nobody can say why.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/hal.h"
#include "sim/network.h"
#include "sim/release_profile.h"

namespace unlease::sim {

// What became of an adapter's latest lease at its end.
enum class LeaseFate : std::uint8_t {
  kUnknown,   // it has not ended, or nobody noted why
  kInFlight,  // its DHCPRELEASE is on its way
  kAccepted,  // the server freed it
  kLost,      // the DHCPRELEASE was: see DropReason, as for the next seven
  kPartitioned,
  kLinkDown,
  kUnresolved,
  kAddressGone,
  kServerDown,
  kNoReceiver,
  kMalformed,
  kWrongServerId,    // the server judged it to be meant for another
  kServerPolicy,     // the server refused it otherwise
  kNotSent,          // the client kept silent: a quirk
  kAdapterRemoved,   // the adapter went with its lease
  kDhcpSwitchedOff,  // it was given up without a word
  kExpired,          // by the client's clock, which runs a round trip ahead of the server's; or while it was disabled
  kRefused,          // a NAK ended it
  kSharedClientId,   // another client with the same identifier: to the server they are one
  kUnacknowledged,   // the server bound it, but the client never heard of it: its ACK is on the way, or was lost
};
inline constexpr int kLeaseFateCount = 20;
std::string_view name(LeaseFate fate);  // "unknown", "lost", ...

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
