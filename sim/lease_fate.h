// How leases end: the causes that the ledger (ledger.h) knows for a disagreement of client and server.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

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
inline constexpr std::array<std::string_view, 20> kLeaseFateNames{
    "unknown",       "in_flight",   "accepted",         "lost",
    "partitioned",   "link_down",   "unresolved",       "address_gone",
    "server_down",   "no_receiver", "malformed",        "wrong_server_id",
    "server_policy", "not_sent",    "adapter_removed",  "dhcp_switched_off",
    "expired",       "refused",     "shared_client_id", "unacknowledged"};
constexpr std::string_view name(LeaseFate fate) { return kLeaseFateNames[static_cast<std::size_t>(fate)]; }

}  // namespace unlease::sim
