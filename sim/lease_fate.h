// How leases end: the causes that the ledger (ledger.h) knows for a disagreement of client and server.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace unlease::sim {

// What became of an adapter's latest lease at its end.
enum class LeaseFate : std::uint8_t {
  kUnknown,
  kInFlight,
  kAccepted,
  kLost,  // see DropReason, as for the next seven
  kPartitioned,
  kLinkDown,
  kUnresolved,
  kAddressGone,
  kServerDown,
  kNoReceiver,
  kMalformed,
  kWrongServerId,
  kServerPolicy,
  kNotSent,
  kAdapterRemoved,
  kDhcpSwitchedOff,
  kExpired,
  kRefused,
  kSharedClientId,
  kUnacknowledged,
  kOtherServer,
};

struct LeaseFateText {
  std::string_view name;
  std::string_view meaning;
};
inline constexpr std::array<LeaseFateText, 21> kLeaseFates{{
    {"unknown", "it has not ended, or nobody noted why"},
    {"in_flight", "its DHCPRELEASE is on its way"},
    {"accepted", "the server that got the DHCPRELEASE freed it"},
    {"lost", "the segment lost the DHCPRELEASE"},
    {"partitioned", "the DHCPRELEASE met a partitioned segment"},
    {"link_down", "the DHCPRELEASE could not leave: the link was not up"},
    {"unresolved", "the DHCPRELEASE could not leave: nobody answered ARP for the server"},
    {"address_gone", "the DHCPRELEASE could not leave: its source address was removed before"},
    {"server_down", "the DHCPRELEASE came to a server that was down"},
    {"no_receiver", "the DHCPRELEASE came to nobody whom it was for"},
    {"malformed", "the DHCPRELEASE could not be read"},
    {"wrong_server_id", "the server that got the DHCPRELEASE judged it to be meant for another"},
    {"server_policy", "the server that got the DHCPRELEASE refused it: it has no such lease, or one of another client"},
    {"not_sent", "the client gave it up without a DHCPRELEASE: a quirk"},
    {"adapter_removed", "the adapter went with its lease"},
    {"dhcp_switched_off", "it was given up without a word"},
    {"expired", "by the client's clock, a round trip ahead of the server's; or while the adapter was disabled"},
    {"refused", "a DHCPNAK ended it"},
    {"shared_client_id", "another client has the same identifier: to the server they are one"},
    {"unacknowledged", "the client never heard of it: the DHCPACK is on its way, or was lost"},
    {"other_server",
     "the client has that address from another server, of the same pool: both acknowledged one DHCPREQUEST"},
}};
constexpr std::string_view name(LeaseFate fate) { return kLeaseFates[static_cast<std::size_t>(fate)].name; }

}  // namespace unlease::sim
