#include "sim/release_profile.h"

#include <array>

namespace unlease::sim {
namespace {

enum class ServerIdRule : std::uint8_t { kRequired, kIfPresent, kIgnored };
enum class Socket : std::uint8_t { kPacket, kUdp };

struct Row {
  ServerIdRule server_id;
  bool (*is_client)(const ReleaseFacts&);
  Socket socket = Socket::kPacket;
  bool clears_ciaddr = false;  // beside option 50
};

bool either_has_no_client_id(const ReleaseFacts& facts) {
  return !facts.client_id_in_packet || !facts.client_id_in_lease;
}

// In the order of ServerProfile.
constexpr std::array<Row, 5> kProfileRows{{
    // strict: everything must fit.
    {ServerIdRule::kRequired,
     [](const ReleaseFacts& facts) {
       const bool neither = !facts.client_id_in_packet && !facts.client_id_in_lease;
       return facts.chaddr_equal && (neither || facts.client_id_equal);
     }},
    // kea: equal client ids suffice; chaddr decides only where either side has none.
    {ServerIdRule::kIfPresent,
     [](const ReleaseFacts& facts) {
       return either_has_no_client_id(facts) ? facts.chaddr_equal : facts.client_id_equal;
     }},
    // isc: among the client id's leases that at ciaddr, else whichever is there; its hardware address must match.
    {ServerIdRule::kIgnored, [](const ReleaseFacts& facts) { return facts.chaddr_equal; }},
    // dnsmasq: the lease found by client id, else by chaddr where either side has no client id, must be that at ciaddr.
    // It clears ciaddr beside option 50, for clients that set both in a DHCPREQUEST.
    {ServerIdRule::kRequired,
     [](const ReleaseFacts& facts) {
       const bool by_chaddr = facts.chaddr_equal && either_has_no_client_id(facts) && !facts.client_id_elsewhere;
       return facts.client_id_equal || by_chaddr;
     },
     Socket::kUdp, true},
    // udhcpd: chaddr and ciaddr are the lease's.
    {ServerIdRule::kRequired, [](const ReleaseFacts& facts) { return facts.chaddr_equal; }, Socket::kUdp},
}};

constexpr std::array<std::string_view, kReleaseVerdictCount> kReleaseVerdictNames{
    "accepted", "unknown_lease", "wrong_client", "no_server_id", "wrong_server_id"};

}  // namespace

std::string_view name(ReleaseVerdict verdict) { return kReleaseVerdictNames[static_cast<std::size_t>(verdict)]; }

ReleaseVerdict judge(ServerProfile profile, const ReleaseFacts& facts) {
  const Row& row = kProfileRows[static_cast<std::size_t>(profile)];
  if (row.server_id == ServerIdRule::kRequired && !facts.server_id_in_packet) return ReleaseVerdict::kNoServerId;
  if (row.server_id != ServerIdRule::kIgnored && facts.server_id_in_packet && !facts.server_id_ours) {
    return ReleaseVerdict::kWrongServerId;
  }
  if (!facts.leased || (row.clears_ciaddr && facts.requests_address)) return ReleaseVerdict::kUnknownLease;
  return row.is_client(facts) ? ReleaseVerdict::kAccepted : ReleaseVerdict::kWrongClient;
}

bool hears_source_zero(ServerProfile profile) {
  return kProfileRows[static_cast<std::size_t>(profile)].socket == Socket::kPacket;
}

}  // namespace unlease::sim
