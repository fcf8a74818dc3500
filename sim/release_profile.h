// How real servers judge a DHCPRELEASE: a data row a profile. docs/release-matrix.md has what the servers themselves
// do.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/scenario.h"

namespace unlease::sim {

enum class ReleaseVerdict : std::uint8_t {
  kAccepted,
  kUnknownLease,   // nothing is bound at its ciaddr
  kWrongClient,    // chaddr or client identifier are not those of the lease, as the profile compares them
  kNoServerId,     // option 54 is missing and the profile wants it
  kWrongServerId,  // option 54 names another server
};
inline constexpr int kReleaseVerdictCount = 5;
std::string_view name(ReleaseVerdict verdict);  // "accepted", "unknown_lease", ...

// What a server knows when a DHCPRELEASE arrived. "The lease" is what is bound at ciaddr.
struct ReleaseFacts {
  bool leased = false;
  bool chaddr_equal = false;         // the packet's and the lease's
  bool client_id_in_packet = false;  // option 61
  bool client_id_in_lease = false;
  bool client_id_equal = false;      // both have one, the same
  bool client_id_elsewhere = false;  // not here, but in another bound lease of this server
  bool server_id_in_packet = false;  // option 54
  bool server_id_ours = false;
  bool requests_address = false;  // option 50, which has no business here
};

ReleaseVerdict judge(ServerProfile profile, const ReleaseFacts& facts);

// Whether a unicast from 0.0.0.0 reaches the server: Linux drops it before any UDP socket; a packet socket sees it.
bool hears_source_zero(ServerProfile profile);

}  // namespace unlease::sim
