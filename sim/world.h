// A machine and its networks in virtual time: adapters with their DHCP clients, servers, the wire between them, and the
// Windows around them. It owns everything and hands every event to whom it concerns.
//
// Nothing here blocks, allocates a packet, or knows a real clock. Adapters and servers are dense indexes: those of the
// scenario, with `count` multiplied out.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "engine/hal.h"
#include "sim/client.h"
#include "sim/context.h"
#include "sim/host.h"
#include "sim/ledger.h"
#include "sim/network.h"
#include "sim/random.h"
#include "sim/server.h"

namespace unlease::sim {

struct WorldOptions {
  std::optional<std::uint64_t> seed{};  // instead of the scenario's
  bool keep_trace = false;
  bool check_invariants = true;
  Capture* capture = nullptr;  // gets every frame; null: nobody does
  // Where the wire is real: every frame leaves through it or came from it, and its time is kept. The scenario is then
  // one side of another (scenario_sides.h): it has adapters or servers, and one segment. Null: the wire is simulated.
  Outside* outside = nullptr;
  bool fingerprint = true;  // off only to show what it costs: records are then not even counted
};

// A server that was heard on a real wire.
struct HeardServer {
  Ipv4 address;  // option 54
  MacAddress mac;
  std::array<std::uint64_t, kMessageTypeCount> messages{};  // heard from it, by type
};

// Told when the oldest open mark has settled (see World::mark), within the event that settled it.
class MarkObserver {
 public:
  MarkObserver() = default;
  MarkObserver(const MarkObserver&) = delete;
  MarkObserver& operator=(const MarkObserver&) = delete;
  virtual ~MarkObserver() = default;
  virtual void settled() = 0;
};

class World final : private Machine {
 public:
  // Everything of the scenario as it is at 0s. Keeps a reference to `scenario`.
  explicit World(const Scenario& scenario, const WorldOptions& options = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() = default;

  Instant now() const { return context_.now; }
  const AdapterTable& adapters() const { return adapters_; }
  const Scenario& scenario() const { return context_.scenario; }

  // Goes to the next instant at which anything is due and does all that is due then. Where that would be after `limit`,
  // it only goes to `limit` and returns false; with kNever it then stays. On a real wire it takes that time, and does
  // nothing more where the wire ended meanwhile; called again, it goes on in virtual time.
  bool advance(Instant limit);
  // All instants before `at`, and the clock at `at`, where nothing has happened yet. Less where a real wire ends.
  void advance_to(Instant at);
  // The changes of the timeline up to step `step` whose time has come; the later ones of this instant stay due.
  void apply_changes(std::size_t step);

  // On a real wire there is a time before 0s, in which nothing of the timeline happens, links are up, the segment has
  // no faults, and leases are got that the scenario's adapters have at 0s: see acquire(). Now it is 0s; adapters that
  // acquire discover from here on.
  void begin_timeline();
  // When something of the timeline is due: kNever before it began.
  Instant due(Duration at) const { return saturating_add(timeline_, at); }
  // Makes an adapter's client discover; it asks for the address that the scenario gives it, if any.
  void acquire(std::uint32_t adapter);
  bool is_leased(std::uint32_t adapter) const { return has_lease(clients_[adapter].state); }
  const std::vector<HeardServer>& heard() const { return heard_; }
  // Messages of that type that came to servers which were up.
  std::uint64_t received(MessageType type) const { return received_[static_cast<std::size_t>(type)]; }

  // What a Hal needs; see hal.h. An adapter's interface index is its index here plus one.
  std::expected<std::span<const Adapter>, Error> snapshot();
  OperationId begin(Operation operation, std::uint32_t adapter);
  std::vector<Completion>& completions() { return host_.completions(); }

  // Stands for the packets in flight now. The observer hears when they have all been delivered or dropped, at once
  // where there are none.
  void mark();
  void observe_marks(MarkObserver* observer) { observer_ = observer; }
  bool marks_open() const { return !marks_.empty(); }

  // What expectations look at.
  Ipv4 address_of(std::uint32_t adapter) const;
  std::uint64_t lease_count(std::uint32_t server, LeaseStatus status) const { return servers_[server].count(status); }
  std::uint64_t sent(MessageType type) const {
    return network_.sent(type) - sent_before_[static_cast<std::size_t>(type)];
  }
  std::uint64_t refused(PacketFault fault) const { return refused_[static_cast<std::size_t>(fault)]; }
  std::uint64_t fault_count(std::size_t fault) const { return host_.fault_count(fault); }

  // All leases, ascending by adapter; and those of them about which client and server disagree.
  std::vector<LedgerEntry> ledger() const;
  std::vector<LedgerEntry> disagreements() const;

  // Any bytes, put on a segment as if a stranger had sent them: they arrive after its latency.
  void inject(std::uint32_t segment, Bytes frame);

  Context& context() { return context_; }

 private:
  // Of an adapter, beside its client.
  struct Node {
    std::uint32_t entry = 0;
    std::uint32_t settings = 0;  // an index into settings_
    Link link = Link::kUp;
    bool dhcp : 1 = true;
    bool timed : 1 = false;      // a timer of its client is under way, and comes no later than the client's timer
    std::uint16_t quirks = 0;    // a bit a Quirk
    LeaseFate fate{};            // of its latest lease
    LeaseFate former{};          // of the one before
    std::uint16_t bound_by = 0;  // the server that bound the lease of which the client has not heard (kUnacknowledged)
    std::uint32_t timer_stamp = 0;  // grows when the timer is overtaken
  };
  static_assert(sizeof(Node) == 20);
  struct Identity;

  // Machine: what the host does to adapters.
  AdapterStatus status(std::uint32_t adapter) const override;
  bool send_release(std::uint32_t adapter) override;
  void stop_client(std::uint32_t adapter) override;
  void renew_client(std::uint32_t adapter) override;
  void remove_address(std::uint32_t adapter) override;

  bool send_quirky_release(std::uint32_t adapter);
  std::optional<Ipv4> wrong_ciaddr(std::uint32_t adapter) const;
  void seed_leases();
  void set_links();
  void start_acquiring();
  void seed_lease(std::uint32_t adapter, const LeaseSpec& lease);
  void apply(const SetSpec& change, std::uint32_t step);
  void set_adapter(const SetSpec& change, std::uint32_t adapter, std::uint32_t step);
  void set_link(std::uint32_t adapter, Link link);
  void connect(std::uint32_t adapter);
  void wake(std::uint32_t adapter);
  void give_up_lease(std::uint32_t adapter, LeaseFate why);

  void look_ahead();
  void touch_packet(const Event& event);
  void touch_parties(const Event& event);
  void dispatch(const Event& event);
  void arrive(PacketId packet);
  DropReason deliver_to_client(const PacketInfo& info, std::uint32_t adapter, const DecodedFrame& frame);
  DropReason deliver_to_server(const PacketInfo& info, std::uint32_t server, const DecodedFrame& frame);
  DropReason deliver(const PacketInfo& info, const DecodedFrame& frame);
  bool carry(PacketId packet, const DecodedFrame& frame);
  // Whose luck an adapter's draws are: its name's.
  std::uint64_t luck_of(std::uint32_t adapter) const {
    const std::uint32_t entry = nodes_[adapter].entry;
    const bool counted = scenario().adapters[entry].count.has_value();
    return identity(name_hashes_[entry], counted ? adapter - adapters_.first_of(entry) + 1 : 0);
  }
  std::uint64_t luck_of(const PacketInfo& info, Bytes frame) const;
  MacAddress next_hop_to(Ipv4 server_id, std::uint32_t segment, Ipv4 source, MacAddress from) const;
  void resolve(PacketId packet, std::uint32_t attempt);
  void fire_client(std::uint32_t adapter, std::uint32_t stamp);
  void fire_lease(std::uint32_t offset, std::uint32_t server_and_stamp);
  void note_settled();
  // When the next thing is due of which we know by now; kNever: none is.
  Instant next_due() const;

  // On a real wire: takes what comes until something is due, `limit` at the latest. False where it is not yet time for
  // that: so much came that the caller should look around, or the wire ended.
  bool listen(Instant limit);
  void take(Bytes frame);
  void note_heard(Bytes frame);
  void leave(PacketId packet);
  std::optional<MacAddress> holder_of(Ipv4 address) const;
  void note_holder(std::uint32_t adapter, Ipv4 before);

  // What note_client() compares a client with.
  struct ClientMark {
    Instant timer;
    Ipv4 address;
    Ipv4 server_id;
    ClientState state;
  };
  static ClientMark mark_of(const Client& client) {
    return {client.timer, client.address, client.server_id, client.state};
  }

  // Runs `act(client, identity, buffer)`, which returns a frame's size, and does all that follows: records, timers,
  // the frame's way. False where the frame waits for its next hop.
  template <class Act>
  bool with_client(std::uint32_t adapter, Act act);
  // The same, for what may end its lease: then that is known to be `why`.
  template <class Act>
  void with_client(std::uint32_t adapter, LeaseFate why, Act act);
  // The same for an act that sends nothing: `act(client)`.
  void change_client(std::uint32_t adapter, void (*act)(Client& client));
  void note_client(std::uint32_t adapter, const ClientMark& before);
  void set_timer(std::uint32_t adapter, Instant before);
  bool send_from_client(std::uint32_t adapter, PacketId packet, std::size_t size, const ClientIdentity& identity,
                        std::uint32_t old_xid);
  bool transmit_from_client(std::uint32_t adapter, PacketId packet);
  void send_from_server(std::uint32_t server, PacketId packet, const ServerStep& step, const PacketInfo& request,
                        MacAddress client);
  void note_server(std::uint32_t server, const ServerStep& step);
  bool freed_unheard(std::uint32_t adapter) const;
  LeaseFate cause_at_server(std::uint32_t adapter, Ipv4 told) const;
  void note_fate(std::uint32_t server, const Lease& lease, LeaseStatus before);
  PacketInfo accept(PacketId packet, NodeId sender, std::uint32_t segment, std::size_t size, MessageType type);
  void drop(PacketId packet, DropReason reason);
  void note_drop(const PacketInfo& info, DropReason reason);
  bool has_quirk(std::uint32_t adapter, Quirk quirk) const;
  std::uint32_t segment_of(std::uint32_t adapter) const {
    return scenario().adapters[nodes_[adapter].entry].segment_index;
  }

  AdapterTable adapters_;
  Context context_;
  Network network_;
  Host host_;
  std::vector<Client> clients_;
  std::vector<Node> nodes_;
  std::vector<AdapterSettingsSpec> settings_;          // of the entries, then those of changes
  std::vector<std::uint64_t> name_hashes_;             // of the entries' names
  std::vector<std::vector<std::uint8_t>> client_ids_;  // by entry, where it is not made of the MAC address
  std::vector<bool> shares_id_;                        // by entry: another adapter has the same
  std::vector<Server> servers_;
  std::vector<std::uint32_t> strangers_answers_;  // by server: sent to clients that are no adapter's
  std::vector<std::size_t> changes_;              // the steps with a change
  std::size_t next_change_ = 0;
  Instant timeline_{};                        // where its 0s is
  std::uint32_t settings_step_ = 0xFFFFFFFF;  // the step that brought the last of settings_
  std::vector<Adapter> snapshot_;
  std::vector<std::uint32_t> marks_;  // open ones, oldest first
  std::size_t soon_ = 0;              // events that look_ahead() saw
  MarkObserver* observer_ = nullptr;
  bool relayed_ = false;                         // there is a relay somewhere
  std::uint32_t strangers_ = 0;                  // injected frames
  std::map<Ipv4, std::uint32_t> holders_;        // of addresses: adapters; on a real wire only
  std::map<std::uint32_t, Ipv4> old_addresses_;  // that adapters had before; of those with that quirk only
  std::vector<HeardServer> heard_;
  std::array<std::uint64_t, kMessageTypeCount> received_{};     // by servers, by type
  std::array<std::uint64_t, kMessageTypeCount> sent_before_{};  // before 0s, by type
  DecodeScratch scratch_{};
  std::array<std::uint64_t, kPacketFaultCount> refused_{};
};

}  // namespace unlease::sim
