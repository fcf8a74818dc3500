// The way of packets and timers through a World: from a client or server onto the wire, and from the wire to whoever
// it is for.
#include <algorithm>
#include <cassert>
#include <utility>

#include "sim/release_form.h"
#include "sim/wire.h"
#include "sim/world_internal.h"

namespace unlease::sim {
namespace {

// How long a client remembers the MAC address of its next hop. *Assumed*: Windows keeps an unused entry for minutes.
constexpr Duration kNeighbourLifetime = std::chrono::minutes(10);
// A next hop is asked for so often, a second apart, before the packet is given up (as in RFC 4861, 10).
constexpr std::uint32_t kResolutionAttempts = 3;
constexpr Duration kResolutionInterval = std::chrono::seconds(1);
// An `attempt` that says that the next hop answered.
constexpr std::uint32_t kAnswered = Event::kArgumentMask;

// How an event of a lease says which server's it is; the rest of its argument is the stamp.
constexpr std::uint32_t kServerBits = 12;
constexpr std::uint32_t kServerMask = (1U << kServerBits) - 1;
static_assert(kMostServers <= kServerMask + 1);

// Where the builder puts things; only for frames of our own making.
constexpr std::size_t kTypeOffset = wire::kOptionsAt + 2;
MessageType written_type(Bytes frame) { return MessageType{frame[kTypeOffset]}; }
bool is_unicast(Bytes frame) { return (frame[0] & 1U) == 0; }

}  // namespace

// --- from a node onto the wire ------------------------------------------------------------------------------------

PacketInfo World::accept(PacketId packet, NodeId sender, std::uint32_t segment, std::size_t size, MessageType type) {
  network_.accept(packet, {.sender = sender,
                           .segment = static_cast<std::uint16_t>(segment),
                           .size = static_cast<std::uint16_t>(size),
                           .type = type});
  const PacketInfo info = network_.pool().info(packet);
  const Bytes frame = network_.pool().frame(packet);
  context_.record(TraceKind::kPacketSent, info.ordinal, static_cast<std::uint8_t>(type), info.size,
                  packed_addresses(frame), static_cast<std::uint32_t>(sender));
  return info;
}

bool World::send_from_client(std::uint32_t adapter, PacketId packet, std::size_t size, const ClientIdentity& identity,
                             std::uint32_t old_xid) {
  const MessageType type = written_type(network_.pool().buffer(packet));
  accept(packet, adapter_node(adapter), segment_of(adapter), size, type);
  if (type == MessageType::kRelease) {
    const ReleaseForm form = read_release_form(network_.pool().frame(packet), identity.client_id, old_xid);
    context_.record(TraceKind::kReleaseSent, adapter, form.broken, 0, pack(form.ciaddr.value, form.server_id.value),
                    form.xid);
  }
  return transmit_from_client(adapter, packet);
}

bool World::transmit_from_client(std::uint32_t adapter, PacketId packet) {
  const Client& client = clients_[adapter];
  const Bytes frame = network_.pool().frame(packet);
  if (nodes_[adapter].link != Link::kUp) {
    drop(packet, DropReason::kLinkDown);
    return true;
  }
  if (is_unicast(frame) && client.address.is_none()) {
    drop(packet, DropReason::kAddressGone);
    return true;
  }
  // A real stack goes on using an old entry while it asks again, as far as anybody outside can see.
  const bool stale = context_.outside == nullptr && context_.now - client.heard > kNeighbourLifetime;
  if (is_unicast(frame) && (stale || client.next_hop == kNoNextHop)) {
    resolve(packet, 0);
    return false;
  }
  const PacketInfo info = network_.pool().info(packet);
  note_drop(info, network_.transmit(packet, luck_of(adapter), client.sent));
  return true;
}

// Where a client finds its server, by ARP: a frame from its own address says so; else at another server of the segment
// that has the address, else at the router to elsewhere. Nobody answers where there is none.
MacAddress World::next_hop_to(Ipv4 server_id, std::uint32_t segment, Ipv4 source, MacAddress from) const {
  if (server_id == source || context_.outside != nullptr) return from;
  for (const Server& server : servers_) {
    if (server.spec().address == server_id && server.spec().segment_index == segment) return server.mac();
  }
  return scenario().segments[segment].relay ? relay_mac(segment) : kNoNextHop;
}

// A unicast waits here for its next hop's MAC address; what it comes from must still be there when it leaves.
void World::resolve(PacketId packet, std::uint32_t attempt) {
  const PacketInfo info = network_.pool().info(packet);
  const std::uint32_t adapter = index_of(info.sender);
  Client& client = clients_[adapter];
  const bool is_release = info.type == MessageType::kRelease;
  const auto again = [&](Duration delay, std::uint32_t next) {
    context_.queue.push({context_.now + delay, EventKind::kResolution, static_cast<std::uint32_t>(packet), next});
  };
  const Ipv4 source{low_half(packed_addresses(network_.pool().frame(packet)))};
  if (client.address.is_none() || (!source.is_none() && source != client.address)) {
    drop(packet, DropReason::kAddressGone);
  } else if (attempt == kAnswered) {
    client.heard = context_.now;
    transmit_from_client(adapter, packet);
  } else if (attempt == kResolutionAttempts) {
    drop(packet, DropReason::kUnresolved);
  } else {
    const bool answered =
        client.next_hop != kNoNextHop && network_.resolves(info.segment, luck_of(adapter), client.sent, attempt);
    const Duration round_trip = 2 * network_.segment(info.segment).latency;
    if (answered) {
      again(round_trip, kAnswered);
    } else {
      again(kResolutionInterval, attempt + 1);
    }
    return;
  }
  if (is_release) host_.release_left(adapter);
}

void World::drop(PacketId packet, DropReason reason) {
  const PacketInfo info = network_.pool().info(packet);
  network_.drop(packet, reason);
  note_drop(info, reason);
}

void World::note_drop(const PacketInfo& info, DropReason reason) {
  if (reason == DropReason::kNone || info.type != MessageType::kRelease || is_server(info.sender)) return;
  Node& node = nodes_[index_of(info.sender)];
  if (node.former == LeaseFate::kInFlight) node.former = fate_of(reason);
  if (node.fate == LeaseFate::kInFlight) node.fate = fate_of(reason);
}

// --- from the wire to a node --------------------------------------------------------------------------------------

void World::inject(std::uint32_t segment, Bytes frame) {
  frame = frame.first(std::min(frame.size(), kMaxFrame));
  const PacketId packet = network_.pool().allocate(kMaxFrame);
  std::ranges::copy(frame, network_.pool().buffer(packet).begin());
  network_.accept(packet, {.sender = kStranger,
                           .segment = static_cast<std::uint16_t>(segment),
                           .size = static_cast<std::uint16_t>(frame.size())});
  network_.transmit(packet, identity("stranger"), strangers_++);
}

void World::arrive(PacketId packet) {
  const PacketInfo info = network_.pool().info(packet);
  if (context_.outside != nullptr && info.sender != kStranger) {
    leave(packet);
    return;
  }
  const auto decoded = decode_frame(network_.pool().frame(packet), scratch_);
  if (!decoded) {
    ++refused_[static_cast<std::size_t>(decoded.error())];
    context_.record(TraceKind::kPacketRefused, info.ordinal, static_cast<std::uint8_t>(info.type),
                    static_cast<std::uint16_t>(decoded.error()));
    note_drop(info, DropReason::kMalformed);
    network_.finish(packet);
    return;
  }
  const DropReason reason = deliver(info, *decoded);
  if (relayed_ && carry(packet, *decoded)) return;
  if (reason == DropReason::kNone) {
    network_.finish(packet);
  } else {
    drop(packet, reason);
  }
}

// A broadcast to the client port reaches only the client whose chaddr it bears: a documented shortcut.
DropReason World::deliver(const PacketInfo& info, const DecodedFrame& frame) {
  const Endpoints& endpoints = frame.endpoints;
  const bool broadcast = endpoints.destination_mac == kBroadcastMac;
  if (endpoints.destination_port == kClientPort) {
    const MacAddress mac = broadcast ? frame.message.chaddr : endpoints.destination_mac;
    const std::uint32_t adapter = owner_of(mac, Station::kAdapter);
    return adapter < nodes_.size() ? deliver_to_client(info, adapter, frame) : DropReason::kNoReceiver;
  }
  if (endpoints.destination_port != kServerPort) return DropReason::kNoReceiver;
  if (!broadcast) {
    const std::uint32_t server = owner_of(endpoints.destination_mac, Station::kServer);
    return server < servers_.size() ? deliver_to_server(info, server, frame) : DropReason::kNoReceiver;
  }
  DropReason reason = DropReason::kNoReceiver;
  for (std::uint32_t server = 0; server < servers_.size(); ++server) {
    if (servers_[server].spec().segment_index != info.segment) continue;
    const DropReason here = deliver_to_server(info, server, frame);
    if (reason != DropReason::kNone) reason = here;
  }
  return reason;
}

DropReason World::deliver_to_client(const PacketInfo& info, std::uint32_t adapter, const DecodedFrame& frame) {
  const Node& node = nodes_[adapter];
  if (segment_of(adapter) != info.segment) return DropReason::kNoReceiver;
  if (node.link != Link::kUp) return DropReason::kLinkDown;
  context_.record(TraceKind::kPacketDelivered, info.ordinal, static_cast<std::uint8_t>(info.type), 0, 0,
                  static_cast<std::uint32_t>(adapter_node(adapter)));
  if (!node.dhcp) return DropReason::kNone;
  const MacAddress next_hop =
      next_hop_to(frame.message.server_id, info.segment, frame.endpoints.source, frame.endpoints.source_mac);
  const auto act = [&](Client& client, const ClientIdentity& identity, std::span<std::uint8_t> out) {
    return receive(client, identity, frame.message, next_hop, context_.now, out);
  };
  with_client(adapter, LeaseFate::kRefused, act);
  return DropReason::kNone;
}

DropReason World::deliver_to_server(const PacketInfo& info, std::uint32_t server, const DecodedFrame& frame) {
  Server& receiver = servers_[server];
  const Endpoints& endpoints = frame.endpoints;
  const bool for_it = endpoints.destination == receiver.spec().address || endpoints.destination == kBroadcastIp;
  if (!for_it || receiver.spec().segment_index != info.segment) return DropReason::kNoReceiver;
  const bool unicast_from_nowhere = endpoints.source.is_none() && endpoints.destination != kBroadcastIp;
  if (unicast_from_nowhere && !hears_source_zero(receiver.spec().profile)) return DropReason::kNoReceiver;
  if (receiver.spec().state == ServerState::kDown) return DropReason::kServerDown;
  context_.record(TraceKind::kPacketDelivered, info.ordinal, static_cast<std::uint8_t>(info.type), 0, 0,
                  static_cast<std::uint32_t>(server_node(server)));
  ++received_[static_cast<std::size_t>(frame.message.type)];
  const PacketId answer = network_.pool().allocate(receiver.reply_capacity());
  const ServerStep step =
      receiver.receive(frame.message, endpoints.source_mac, context_.now, network_.pool().buffer(answer));
  if (step.verdict) {
    const std::uint32_t adapter = owner_of(frame.message.chaddr, Station::kAdapter);
    context_.record(TraceKind::kReleaseJudged, server, static_cast<std::uint8_t>(*step.verdict), 0,
                    frame.message.ciaddr.value, adapter);
    if (adapter < nodes_.size()) {
      Node& node = nodes_[adapter];
      if (node.former == LeaseFate::kInFlight) node.former = fate_of(*step.verdict);
      const bool decides = node.fate == LeaseFate::kInFlight || *step.verdict == ReleaseVerdict::kAccepted;
      if (decides) node.fate = fate_of(*step.verdict);
    }
  }
  note_server(server, step);
  send_from_server(server, answer, step, info, frame.message.chaddr);
  return DropReason::kNone;
}

// An answer's luck is its client's: whom else the server answers does not matter.
void World::send_from_server(std::uint32_t server, PacketId packet, const ServerStep& step, const PacketInfo& request,
                             MacAddress client) {
  if (step.frame_size == 0) {
    network_.pool().release(packet);
    return;
  }
  const ServerSpec& spec = servers_[server].spec();
  accept(packet, server_node(server), spec.segment_index, step.frame_size, step.type);
  const std::uint32_t adapter = owner_of(client, Station::kAdapter);
  if (adapter >= clients_.size()) {
    network_.transmit(packet, identity(spec.name), strangers_answers_[server]++);
    return;
  }
  const std::uint64_t who = detail::mix(identity(spec.name) ^ luck_of(adapter));
  network_.transmit(packet, who, (clients_[adapter].sent << 1U) | request.copy);
}

// --- what follows from a change -----------------------------------------------------------------------------------

void World::note_client(std::uint32_t adapter, const ClientMark& before) {
  const Client& client = clients_[adapter];
  if (client.timer != before.timer) set_timer(adapter, before.timer);
  if (client.state != before.state) {
    context_.record(TraceKind::kClientState, adapter, static_cast<std::uint8_t>(client.state),
                    static_cast<std::uint16_t>(before.state));
  }
  if (client.address != before.address) {
    if (context_.outside != nullptr) note_holder(adapter, before.address);
    if (!before.address.is_none()) {
      context_.record(TraceKind::kAddressRemoved, adapter, 0, 0, before.address.value);
      if (has_quirk(adapter, Quirk::kOldAddress)) old_addresses_[adapter] = before.address;
    }
    if (!client.address.is_none()) {
      Node& node = nodes_[adapter];
      const bool heard =
          node.fate == LeaseFate::kUnacknowledged && servers_[node.bound_by].was_called(client.server_id);
      if (!heard) node.former = node.fate;
      if (!freed_unheard(adapter)) node.fate = LeaseFate::kUnknown;
      context_.record(TraceKind::kAddressSet, adapter, 0, 0, client.address.value, client.server_id.value);
    }
  } else if (client.server_id != before.server_id && has_lease(client.state)) {
    // Extended by another, or by one that has another name by now: releases are for that from now on.
    context_.record(TraceKind::kAddressSet, adapter, 0, 0, client.address.value, client.server_id.value);
  }
  if (client.state == ClientState::kBound && before.state != ClientState::kBound) host_.lease_gained(adapter);
}

// A DHCPRELEASE of the lease before that came between this lease's DHCPREQUEST and DHCPACK freed it: they name the
// same.
bool World::freed_unheard(std::uint32_t adapter) const {
  if (nodes_[adapter].fate != LeaseFate::kAccepted) return false;
  const Client& client = clients_[adapter];
  return std::ranges::any_of(servers_, [&](const Server& server) {
    if (!server.was_called(client.server_id) || !server.spec().pool.contains(client.address)) return false;
    const auto offset = server.bound_offset_of(client.address);
    return !offset || owner_of(server.lease(*offset).chaddr, Station::kAdapter) != adapter;
  });
}

// What a change at the server tells of a lease that the client does not know of, or does not know the end of.
void World::note_fate(std::uint32_t server, const Lease& lease, LeaseStatus before) {
  const std::uint32_t adapter = owner_of(lease.chaddr, Station::kAdapter);
  if (adapter >= nodes_.size()) return;
  Node& node = nodes_[adapter];
  const Client& client = clients_[adapter];  // looked at last: where an accepted release comes its memory is cold
  const bool unknown = node.fate == LeaseFate::kUnknown;
  // A REQUEST that only extends a lease changes nothing about how it ended at the client.
  const bool news = before != LeaseStatus::kBound || unknown;
  if (lease.status == LeaseStatus::kBound && news && !has_lease(client.state)) {
    const bool again = node.fate == LeaseFate::kUnacknowledged && node.bound_by == server;
    if (!again) node.former = node.fate;
    node.fate = LeaseFate::kUnacknowledged;
    node.bound_by = static_cast<std::uint16_t>(server);
  }
  // A disabled adapter's client has no clock.
  const bool expired = lease.status == LeaseStatus::kFree && before == LeaseStatus::kBound;
  if (expired && unknown && has_lease(client.state) && client.timer == kNever) node.fate = LeaseFate::kExpired;
}

void World::note_server(std::uint32_t server, const ServerStep& step) {
  if (step.timer != ServerStep::kNoLease) {
    const Lease& lease = servers_[server].lease(step.timer);
    context_.queue.push(
        {lease.expires, EventKind::kLeaseTimer, step.timer, server | (std::uint32_t{lease.stamp} << kServerBits)});
  }
  if (step.lease == ServerStep::kNoLease) return;
  const Lease& lease = servers_[server].lease(step.lease);
  note_fate(server, lease, step.before);
  const bool ends = lease.status == LeaseStatus::kBound || lease.status == LeaseStatus::kHeld;
  const auto seconds =
      ends ? std::chrono::duration_cast<std::chrono::seconds>(lease.expires - context_.now).count() : 0;
  context_.record(TraceKind::kServerLease, server, static_cast<std::uint8_t>(lease.status),
                  static_cast<std::uint16_t>(step.before),
                  pack(servers_[server].address_at(step.lease).value, static_cast<std::uint32_t>(seconds)),
                  owner_of(lease.chaddr, Station::kAdapter));
}

void World::fire_client(std::uint32_t adapter, std::uint32_t stamp) {
  const Client& client = clients_[adapter];
  Node& node = nodes_[adapter];
  if (stamp == kStrayTimer) {
    context_.record(TraceKind::kTimer, adapter, static_cast<std::uint8_t>(client.state));
    return;
  }
  if (!node.timed || (node.timer_stamp & Event::kArgumentMask) != stamp) return;
  if (client.timer > context_.now) {
    context_.queue.push({client.timer, EventKind::kClientTimer, adapter, stamp});
    return;
  }
  node.timed = false;
  context_.record(TraceKind::kTimer, adapter, static_cast<std::uint8_t>(client.state));
  const auto act = [this](Client& who, const ClientIdentity& identity, std::span<std::uint8_t> out) {
    return fire(who, identity, context_.now, out);
  };
  with_client(adapter, LeaseFate::kExpired, act);
}

// The client's timer was `before`. A timer under way that comes earlier than it need be will find out by itself.
void World::set_timer(std::uint32_t adapter, Instant before) {
  Node& node = nodes_[adapter];
  const Instant timer = clients_[adapter].timer;
  if (timer != kNever && node.timed && timer >= before) return;
  ++node.timer_stamp;
  node.timed = timer != kNever;
  if (node.timed) context_.queue.push({timer, EventKind::kClientTimer, adapter, node.timer_stamp});
}

void World::fire_lease(std::uint32_t offset, std::uint32_t server_and_stamp) {
  const std::uint32_t server = server_and_stamp & kServerMask;
  const auto stamp = static_cast<std::uint16_t>(server_and_stamp >> kServerBits);
  note_server(server, servers_[server].expire(offset, stamp, context_.now));
}

}  // namespace unlease::sim
