// A DHCP server after RFC 2131, 4.3, without input or output: one scope with one pool, its leases in a dense array, and
// a profile that says how it judges a DHCPRELEASE. It is handed decoded messages and times, writes frames into the
// caller's memory, and asks for timers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/time.h"
#include "sim/lease_index.h"
#include "sim/packet.h"
#include "sim/release_profile.h"
#include "sim/scenario.h"

namespace unlease::sim {

enum class LeaseStatus : std::uint8_t {
  kFree,
  kHeld,  // offered, not yet requested
  kBound,
  kDeclined,  // a client found it in use
};
inline constexpr int kLeaseStatusCount = 4;
std::string_view name(LeaseStatus status);  // "free", ...

// One address of the pool. A free one remembers its last client (RFC 2131, 4.3.4).
struct Lease {
  Instant expires;              // of kHeld and kBound
  std::uint64_t client_id = 0;  // hash of option 61; 0: the client sent none
  MacAddress chaddr;
  std::uint16_t stamp = 0;  // of the timer that is under way; grows when that is overtaken
  LeaseStatus status = LeaseStatus::kFree;
  bool timed = false;  // a timer is under way, and comes no later than `expires`
  bool used = false;   // ever
  bool known = false;  // its client had it bound, and was not only offered it
  Ipv4 told;           // the address that the client was told when it was bound: see offer_address
};
static_assert(sizeof(Lease) <= 32);

// What handling something led to: at most one frame and one change of a lease.
struct ServerStep {
  static constexpr std::uint32_t kNoLease = 0xFFFFFFFF;

  std::size_t frame_size = 0;             // written to `out`; 0: no answer
  MessageType type{};                     // of that frame
  std::uint32_t lease = kNoLease;         // the offset whose status or end changed
  std::uint32_t timer = kNoLease;         // the offset that wants a timer, at its `expires` and with its stamp
  LeaseStatus before{};                   // its status before
  std::optional<ReleaseVerdict> verdict;  // on a DHCPRELEASE
};

class Server {
 public:
  // `mac` is its own. Keeps a copy of `spec`.
  Server(ServerSpec spec, MacAddress mac);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  Server(Server&&) noexcept = default;
  Server& operator=(Server&&) = delete;
  ~Server() = default;

  const ServerSpec& spec() const { return spec_; }
  MacAddress mac() const { return mac_; }
  // What it says in option 54, and answers to there; and whether it ever did.
  Ipv4 identifier() const { return options_.server_id; }
  bool was_called(Ipv4 identifier) const;

  // A message that reached its port 67, in a frame from `from`: its client, or the router towards it. A server that is
  // down hears nothing.
  ServerStep receive(const DhcpMessage& message, MacAddress from, Instant now, std::span<std::uint8_t> out);

  // A timer came: what is held or bound until now becomes free; what was extended since wants another timer. `stamp`
  // is the lease's when the timer was asked for; an overtaken one changes nothing. Time passes in a server that is
  // down, too.
  ServerStep expire(std::uint32_t offset, std::uint16_t stamp, Instant now);

  // At 0s: `address`, or else the next in pool order, is bound to the client until `expires`; free where `expires` is
  // not after `now`. Preconditions: such an address is in the pool and was never used.
  ServerStep grant(std::optional<Ipv4> address, MacAddress chaddr, Bytes client_id, Instant expires, Instant now);

  // Enough room for whatever receive() writes.
  std::size_t reply_capacity() const;

  // What an ACK for the lease says: yiaddr, lease time and options. Views of this server's memory.
  DhcpMessage settings(std::uint32_t offset) const;

  Ipv4 address_at(std::uint32_t offset) const { return Ipv4{spec_.pool.first.value + offset}; }
  // Precondition: offset < touched(). The addresses beyond are free and were never used.
  const Lease& lease(std::uint32_t offset) const { return leases_[offset]; }
  std::uint32_t touched() const { return static_cast<std::uint32_t>(leases_.size()); }
  // Of an address that is bound; none where it is not.
  std::optional<std::uint32_t> bound_offset_of(Ipv4 address) const;

  // How many addresses have that status; the four add up to the pool's size.
  std::uint64_t count(LeaseStatus status) const { return counts_[static_cast<std::size_t>(status)]; }

  // Changes on the timeline.
  void set_state(ServerState state) { spec_.state = state; }
  void set_profile(ServerProfile profile) { spec_.profile = profile; }
  void set_offer_address(Ipv4 address) { spec_.offer_address = address; }
  void set_options(const DhcpOptionsSpec& options);

  // Address space for so many leases, lest growing copies them; memory comes as they are used.
  void reserve(std::uint32_t leases);

 private:
  struct Caller {
    std::uint64_t client_id = 0;
    MacAddress chaddr;

    std::uint64_t hash() const;
  };
  // What is being answered: the message, the frame's source, the time, and room for the answer.
  struct Inquiry {
    const DhcpMessage& message;
    MacAddress from;
    Instant now;
    std::span<std::uint8_t> out;
  };
  static Caller caller_of(MacAddress chaddr, Bytes client_id);
  static Caller caller_of(const DhcpMessage& message);
  static Caller caller_of(const Lease& lease) { return {lease.client_id, lease.chaddr}; }

  // It was freed then; overtaken where the lease's stamp is another by now.
  struct Freed {
    std::uint32_t offset = 0;
    std::uint16_t stamp = 0;
  };
  bool still_free(const Freed& freed) const {
    const Lease& lease = leases_[freed.offset];
    return lease.status == LeaseStatus::kFree && lease.stamp == freed.stamp;
  }

  static bool belongs_to(const Lease& lease, const Caller& caller);
  std::optional<std::uint32_t> find(const Caller& caller) const;
  std::optional<std::uint32_t> choose(const Caller& caller, const DhcpMessage& message);
  std::optional<std::uint32_t> next_free();
  std::optional<std::uint32_t> next_fresh();
  void touch(std::uint32_t offset);
  void assign(std::uint32_t offset, const Caller& caller);
  void change(ServerStep& step, std::uint32_t offset, LeaseStatus status, Instant expires);
  void free(ServerStep& step, std::uint32_t offset);

  ServerStep discover(const Inquiry& inquiry);
  ServerStep request(const Inquiry& inquiry);
  ServerStep acknowledge(const Inquiry& inquiry, std::uint32_t offset);
  ServerStep refuse(const Inquiry& inquiry) const;
  ServerStep release(const DhcpMessage& message);
  ServerStep decline(const DhcpMessage& message);
  std::size_t send(const Inquiry& inquiry, DhcpMessage reply) const;

  ServerSpec spec_;
  MacAddress mac_;
  std::vector<std::uint8_t> lists_;  // the address lists and the domain name of its options, as on the wire
  DhcpMessage options_;              // what every offer and ACK says; views of `lists_`, whose memory moves along
  Ipv4 first_identifier_;
  std::vector<Ipv4> later_identifiers_;
  std::vector<Lease> leases_;   // by pool offset, as far as ever used
  LeaseIndex index_;            // of those that have, or had, a client
  std::vector<Freed> freed_;    // the longest free first
  std::size_t next_freed_ = 0;  // of those; what is before was taken
  std::uint32_t fresh_ = 0;     // all before were used
  std::array<std::uint64_t, kLeaseStatusCount> counts_{};
};

}  // namespace unlease::sim
