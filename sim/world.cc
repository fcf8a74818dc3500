#include "sim/world.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

#include "sim/world_internal.h"

namespace unlease::sim {
namespace {

std::uint16_t quirk_bits(const AdapterSpec& entry) {
  unsigned bits = 0;
  for (const Quirk quirk : entry.quirks) bits |= 1U << static_cast<unsigned>(quirk);
  return static_cast<std::uint16_t>(bits);
}

}  // namespace

World::World(const Scenario& scenario, const WorldOptions& options)
    : adapters_(scenario.adapters),
      context_{
          .scenario = scenario,
          .adapters = adapters_,
          .seed = options.seed.value_or(scenario.run.seed),
          .now = Instant{},
          .queue = EventQueue(Instant{}),
          .recorder = Recorder(scenario, adapters_, options.keep_trace, options.check_invariants, options.fingerprint),
          .capture = options.capture,
          .outside = options.outside},
      network_(context_),
      host_(context_, *this),
      clients_(adapters_.size()),
      nodes_(adapters_.size()),
      strangers_answers_(scenario.servers.size()) {
  for (const ServerSpec& spec : scenario.servers) {
    servers_.emplace_back(spec, server_mac(static_cast<std::uint32_t>(servers_.size())));
  }
  for (std::uint32_t entry = 0; entry < scenario.adapters.size(); ++entry) {
    const AdapterSpec& spec = scenario.adapters[entry];
    settings_.push_back(spec.settings);
    name_hashes_.push_back(name_hash(spec.name));
    std::vector<std::uint8_t>& id = client_ids_.emplace_back();
    if (spec.client_id && !spec.client_id->empty()) {
      id.push_back(0);  // RFC 2132, 9.14: not a hardware address
      id.insert(id.end(), spec.client_id->begin(), spec.client_id->end());
    }
    const Node node{.entry = entry, .settings = entry, .dhcp = spec.dhcp, .quirks = quirk_bits(spec)};
    std::fill(nodes_.begin() + adapters_.first_of(entry), nodes_.begin() + adapters_.end_of(entry), node);
  }
  std::map<std::vector<std::uint8_t>, std::uint32_t> users;
  for (std::size_t entry = 0; entry < client_ids_.size(); ++entry) {
    users[client_ids_[entry]] += scenario.adapters[entry].size();
  }
  for (const std::vector<std::uint8_t>& id : client_ids_) shares_id_.push_back(!id.empty() && users[id] > 1);
  for (std::size_t step = 0; step < scenario.steps.size(); ++step) {
    if (scenario.steps[step].set) changes_.push_back(step);
  }
  relayed_ =
      std::ranges::any_of(scenario.segments, [](const SegmentSpec& segment) { return segment.relay.has_value(); });
  if (options.outside != nullptr) {
    timeline_ = kNever;
    SegmentSpec& segment = network_.segment(0);
    segment.loss = segment.duplicate = segment.reorder = Probability{};
    segment.partitioned = false;
    return;
  }
  seed_leases();
  set_links();
  start_acquiring();
}

void World::seed_leases() {
  const Scenario& scenario = context_.scenario;
  for (Server& server : servers_) server.reserve(adapters_.size());
  // Addresses that are named come first, so that pool order does not give them away.
  for (const bool named : {true, false}) {
    for (std::uint32_t adapter = 0; adapter < adapters_.size(); ++adapter) {
      const LeaseSpec& lease = scenario.adapters[nodes_[adapter].entry].lease;
      if (lease.state != LeaseState::kNone && lease.address.has_value() == named) seed_lease(adapter, lease);
    }
  }
}

// Those that are not up at 0s are as if they had gone then.
void World::set_links() {
  for (std::uint32_t adapter = 0; adapter < adapters_.size(); ++adapter) {
    const Link link = scenario().adapters[nodes_[adapter].entry].link;
    if (link != Link::kUp) set_link(adapter, link);
  }
}

void World::start_acquiring() {
  for (std::uint32_t adapter = 0; adapter < adapters_.size(); ++adapter) {
    const Node& node = nodes_[adapter];
    const bool there = node.link == Link::kUp || node.link == Link::kDown;
    if (scenario().adapters[node.entry].lease.acquire && node.dhcp && there) acquire(adapter);
  }
}

void World::seed_lease(std::uint32_t adapter, const LeaseSpec& lease) {
  using std::chrono::seconds;
  Server& server = servers_[lease.server_index];
  const Identity identity(*this, adapter);
  const DhcpMessage options = server.settings(0);
  const LeaseTimes times = effective_times(
      {.lease = options.lease_seconds, .renewal = options.renewal_seconds, .rebinding = options.rebinding_seconds});
  // 1 s past what the state is named after.
  const std::uint32_t elapsed[] = {0, 0, times.renewal + 1, times.rebinding + 1, times.lease + 1};
  const std::uint32_t segment = segment_of(adapter);
  const std::optional<RelaySpec>& relay = scenario().segments[segment].relay;
  const bool carried = relay && relay->server_index == lease.server_index;
  const MacAddress from = carried ? relay_mac(segment) : server.mac();
  const bool in_reach = carried || server.spec().segment_index == segment;
  GrantedLease granted{
      .address = {},
      .server_id = server.identifier(),
      .next_hop = next_hop_to(server.identifier(), segment, in_reach ? server.spec().address : Ipv4{}, from),
      .lease_start = Instant{} - seconds(elapsed[static_cast<std::size_t>(lease.state)]),
      .times = times,
      .settings = {}};
  const Instant expires = granted.lease_start + seconds(times.lease);
  const ServerStep step =
      server.grant(lease.address, identity.value.mac, identity.value.client_id, expires, context_.now);
  const DhcpMessage ack = server.settings(step.lease);
  granted.address = ack.yiaddr;
  granted.settings = leased_settings(ack);
  if (server.lease(step.lease).status == LeaseStatus::kBound) note_server(lease.server_index, step);
  Client& client = clients_[adapter];
  sim::seed_lease(client, identity.value, granted, context_.now);
  note_client(adapter, mark_of(Client{}));
}

// --- time ---------------------------------------------------------------------------------------------------------

Instant World::next_due() const {
  const Instant next = context_.queue.next();
  if (next_change_ == changes_.size()) return next;
  return std::min(next, due(scenario().steps[changes_[next_change_]].at));
}

bool World::advance(Instant limit) {
  if (context_.outside != nullptr && !context_.outside->ended()) {
    // Where the wire ended, whether what remains happens in virtual time is the caller's business.
    if (!listen(limit)) return true;
  }
  const Instant next = next_due();
  if (next > limit || next == kNever) {
    if (limit != kNever) context_.now = std::max(context_.now, limit);
    return false;
  }
  context_.now = std::max(context_.now, next);
  apply_changes(scenario().steps.size());
  while (!context_.queue.empty() && context_.queue.next() <= context_.now) {
    const Event event = context_.queue.pop();
    look_ahead();
    dispatch(event);
    if (!marks_.empty()) note_settled();
  }
  return true;
}

void World::advance_to(Instant at) {
  while (advance(at - Duration(1))) {
    if (context_.outside != nullptr && context_.outside->ended()) return;
  }
  context_.now = std::max(context_.now, at);
}

void World::apply_changes(std::size_t step) {
  const std::vector<StepSpec>& steps = context_.scenario.steps;
  while (next_change_ < changes_.size() && changes_[next_change_] <= step &&
         due(steps[changes_[next_change_]].at) <= context_.now) {
    const std::size_t due = changes_[next_change_++];
    apply(*steps[due].set, static_cast<std::uint32_t>(due));
  }
}

void World::mark() {
  marks_.push_back(network_.mark());
  note_settled();
}

void World::note_settled() {
  while (!marks_.empty() && network_.settled(marks_.front())) {
    marks_.erase(marks_.begin());
    if (observer_ != nullptr) observer_->settled();
  }
}

void World::dispatch(const Event& event) {
  switch (event.kind()) {
    case EventKind::kPacket:
      arrive(PacketId{event.subject()});
      return;
    case EventKind::kResolution:
      resolve(PacketId{event.subject()}, event.argument());
      return;
    case EventKind::kClientTimer:
      fire_client(event.subject(), event.argument());
      return;
    case EventKind::kLeaseTimer:
      fire_lease(event.subject(), event.argument());
      return;
    case EventKind::kOperation:
      host_.resume(event.subject(), event.argument());
      return;
    case EventKind::kLateEffect:
      host_.late_effect(event.subject(), event.argument());
      return;
  }
}

// --- what a Hal needs ---------------------------------------------------------------------------------------------

std::expected<std::span<const Adapter>, Error> World::snapshot() {
  const Host::Enumeration enumeration = host_.enumerate();
  const Instant done = saturating_add(context_.now, enumeration.delay);
  if (done > context_.now) {
    while (advance(done)) {
    }
  }
  if (enumeration.error) {
    context_.record(TraceKind::kListed, 0, 1);
    return std::unexpected(*enumeration.error);
  }
  snapshot_.clear();
  snapshot_.reserve(adapters_.size());
  for (std::uint32_t adapter = 0; adapter < adapters_.size(); ++adapter) {
    const Node& node = nodes_[adapter];
    if (node.link == Link::kRemoved) continue;
    snapshot_.push_back({.guid = AdapterTable::guid(adapter),
                         .name = adapters_.name(adapter, node.entry),
                         .interface_index = adapter + 1,
                         .address = address_of(adapter),
                         .dhcp_enabled = node.dhcp && !host_.hides_dhcp(),
                         .ipv4_enabled = node.link == Link::kUp});
  }
  context_.record(TraceKind::kListed, 0, 0, 0, snapshot_.size());
  return snapshot_;
}

OperationId World::begin(Operation operation, std::uint32_t adapter) { return host_.begin(operation, adapter); }

Ipv4 World::address_of(std::uint32_t adapter) const {
  const Link link = nodes_[adapter].link;
  return link == Link::kUp || link == Link::kDown ? clients_[adapter].address : Ipv4{};
}

// --- what the host does to adapters -------------------------------------------------------------------------------

bool World::has_quirk(std::uint32_t adapter, Quirk quirk) const {
  return ((nodes_[adapter].quirks >> static_cast<unsigned>(quirk)) & 1U) != 0;
}

AdapterStatus World::status(std::uint32_t adapter) const {
  const Node& node = nodes_[adapter];
  const Client& client = clients_[adapter];
  return {.present = node.link != Link::kRemoved,
          .dhcp = node.dhcp,
          .ip_enabled = node.link == Link::kUp,
          .has_lease = has_lease(client.state),
          .has_address = !client.address.is_none(),
          .settings = &settings_[node.settings],
          .leased = client.settings};
}

bool World::send_release(std::uint32_t adapter) {
  if (nodes_[adapter].quirks != 0) return send_quirky_release(adapter);
  nodes_[adapter].fate = LeaseFate::kInFlight;
  return with_client(adapter, [](Client& client, const ClientIdentity& identity, std::span<std::uint8_t> out) {
    return release(client, identity, {}, out);
  });
}

// What its DHCPRELEASE says instead of its address, if anything.
std::optional<Ipv4> World::wrong_ciaddr(std::uint32_t adapter) const {
  if (has_quirk(adapter, Quirk::kNoCiaddr)) return Ipv4{};
  const auto old = old_addresses_.find(adapter);  // has only those with that quirk
  if (old == old_addresses_.end()) return std::nullopt;
  return old->second;
}

bool World::send_quirky_release(std::uint32_t adapter) {
  if (has_quirk(adapter, Quirk::kNoRelease)) {
    nodes_[adapter].fate = LeaseFate::kNotSent;
    stop_client(adapter);
    return true;
  }
  const ReleaseFlaws flaws{.option_50 = has_quirk(adapter, Quirk::kOption50),
                           .ciaddr = wrong_ciaddr(adapter),
                           .source_zero = has_quirk(adapter, Quirk::kSourceZero),
                           .wrong_server_id = has_quirk(adapter, Quirk::kWrongServerId)};
  const Client before = clients_[adapter];
  nodes_[adapter].fate = LeaseFate::kInFlight;
  const auto act = [&](Client& client, const ClientIdentity& identity, std::span<std::uint8_t> out) {
    const std::size_t size = release(client, identity, flaws, out);
    if (has_quirk(adapter, Quirk::kAddressFirst)) sim::remove_address(client);
    return size;
  };
  const bool left = with_client(adapter, act);
  if (has_quirk(adapter, Quirk::kReleaseTwice)) {
    with_client(adapter, [&](Client& client, const ClientIdentity& identity, std::span<std::uint8_t> out) {
      Client again = before;
      again.draws = client.draws;  // as a release of its own, with a fresh xid
      return release(again, identity, flaws, out);
    });
  }
  if (has_quirk(adapter, Quirk::kTimerAfter)) {
    context_.queue.push({std::max(renewal_time(before), context_.now), EventKind::kClientTimer, adapter, kStrayTimer});
  }
  return left;
}

void World::change_client(std::uint32_t adapter, void (*act)(Client& client)) {
  Client& client = clients_[adapter];
  const ClientMark before = mark_of(client);
  act(client);
  note_client(adapter, before);
}

void World::stop_client(std::uint32_t adapter) { change_client(adapter, stop); }

void World::renew_client(std::uint32_t adapter) {
  const auto act = [this](Client& client, const ClientIdentity& identity, std::span<std::uint8_t> out) {
    return renew(client, identity, context_.now, out);
  };
  with_client(adapter, LeaseFate::kExpired, act);
}

void World::remove_address(std::uint32_t adapter) { change_client(adapter, sim::remove_address); }

}  // namespace unlease::sim
