// A DHCP client after RFC 2131, 4.4, without input or output: it is handed decoded messages and times, and writes
// frames into the caller's memory and a timer into itself. What carries them is the caller's business: the simulated
// network, or a real interface.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/time.h"
#include "sim/packet.h"
#include "sim/settings.h"

namespace unlease::sim {

// RFC 2131, figure 5. INIT is left at once, so it is no state here.
enum class ClientState : std::uint8_t {
  kIdle,        // not under way: never started, released, or stopped
  kSelecting,   // DISCOVER sent
  kRequesting,  // REQUEST for an offer sent
  kBound,
  kRenewing,   // past T1: REQUEST to its server
  kRebinding,  // past T2: REQUEST to any server
  kRebooting,  // its link came back: REQUEST for the address it had
};
inline constexpr int kClientStateCount = 7;
std::string_view name(ClientState state);  // "idle", ...
constexpr bool has_lease(ClientState state) { return state >= ClientState::kBound; }

inline constexpr MacAddress kNoNextHop{};

// The variable part of a client, 80 bytes, in a dense array.
struct Client {
  Instant lease_start;  // when the REQUEST that was granted was sent (RFC 2131, 4.4.1)
  Instant asked;        // when the first REQUEST with this xid was sent
  Instant timer = kNever;
  Instant heard;  // when the next hop was last heard; it is asked for again some time later
  Ipv4 address;   // configured on the adapter; none: nothing is
  Ipv4 server_id;
  Ipv4 wanted;  // offered or remembered
  std::uint32_t lease_seconds = 0;
  std::uint32_t renewal_seconds = 0;    // T1, from lease_start
  std::uint32_t rebinding_seconds = 0;  // T2
  std::uint32_t xid = 0;
  std::uint32_t draws = 0;  // how often it drew
  std::uint32_t sent = 0;   // packets
  MacAddress next_hop;      // of unicasts: the server or the relay towards it; kNoNextHop: nobody answers ARP
  ClientState state = ClientState::kIdle;
  std::uint8_t attempt = 0;  // retransmissions in this state
  bool refused = false;      // a NAK came since the last lease
  LeasedSettings settings;
};
static_assert(sizeof(Client) <= 80);

// Ways in which a client's DHCPRELEASE can be wrong on purpose.
struct ReleaseFlaws {
  bool option_50 = false;
  std::optional<Ipv4> ciaddr{};  // instead of the leased address
  bool source_zero = false;
  bool wrong_server_id = false;
};

// The fixed part of a client: what it is called, and whom its luck belongs to. Views of the caller's memory.
struct ClientIdentity {
  MacAddress mac;
  Bytes client_id;  // option 61; empty: not sent
  Bytes host_name;  // option 12; empty: not sent
  std::uint64_t seed = 0;
  std::uint64_t who = 0;  // for draws
};

// Each function below may write at most one frame into `out` (kMaxFrame is always enough) and returns its size, 0 for
// none. It changes `client` only; a caller sees by `timer`, `address` and `state` what followed. An absent address is
// set only by receive(), and removed by receive() (a NAK), fire() (expiry) and remove_address().

// INIT: forgets any lease, and discovers.
std::size_t start(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out);

// The link came back: confirms the lease it has (INIT-REBOOT), or else starts.
std::size_t link_up(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out);

// The user asks to renew: with a lease, a REQUEST to the server as at T1; else it starts.
std::size_t renew(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out);

// The timer fired: retransmission, T1, T2, expiry. Precondition: now >= client.timer.
std::size_t fire(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out);

// A message came that was for this client's chaddr. Those it does not wait for (other xid, other type for its state)
// are ignored. `next_hop` is where unicasts to its server go from here, as a rule the frame's source MAC.
std::size_t receive(Client& client, const ClientIdentity& identity, const DhcpMessage& message, MacAddress next_hop,
                    Instant now, std::span<std::uint8_t> out);

// Ends the lease and all timers, and writes the DHCPRELEASE (RFC 2131, 4.4.6). The address stays until
// remove_address(): it is the packet's source. Precondition: has_lease(client.state).
std::size_t release(Client& client, const ClientIdentity& identity, ReleaseFlaws flaws, std::span<std::uint8_t> out);

// Stops discovery and all timers, without a word.
void stop(Client& client);

// Takes the address off the adapter.
void remove_address(Client& client);

// When T1, T2 and the lease end. Preconditions: has_lease(client.state).
Instant renewal_time(const Client& client);
Instant rebinding_time(const Client& client);
Instant expiry_time(const Client& client);

// The times of a lease in seconds: what a server gave, its defaults where it gave 0 (RFC 2131, 4.4.5).
struct LeaseTimes {
  std::uint32_t lease = 0;
  std::uint32_t renewal = 0;
  std::uint32_t rebinding = 0;
};
LeaseTimes effective_times(LeaseTimes given);

// Makes it a client that was granted this lease at `lease_start`, in the state and with the timer that it has at
// `now`, had nobody answered since. Past expiry it discovers without a lease.
struct GrantedLease {
  Ipv4 address;
  Ipv4 server_id;
  MacAddress next_hop;
  Instant lease_start;
  LeaseTimes times;
  LeasedSettings settings;
};
void seed_lease(Client& client, const ClientIdentity& identity, const GrantedLease& lease, Instant now);

}  // namespace unlease::sim
