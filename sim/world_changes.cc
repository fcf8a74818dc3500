// What the timeline changes in a World, and what its clients and servers disagree about.
#include <algorithm>
#include <utility>

#include "sim/stable_order.h"
#include "sim/world_internal.h"

namespace unlease::sim {
namespace {

enum class ChangeOf : std::uint8_t { kAdapter, kServer, kSegment, kHost };

template <class T>
void set(T& value, const std::optional<T>& wanted) {
  if (wanted) value = *wanted;
}

LedgerEntry::AtClient view_of(const Client& client) {
  return {.state = client.state, .ends = has_lease(client.state) ? expiry_time(client) : kNever};
}

}  // namespace

void World::apply(const SetSpec& change, std::uint32_t step) {
  if (change.adapter) {
    for (std::uint32_t adapter = 0; adapter < nodes_.size(); ++adapter) {
      if (matches(*change.adapter, adapters_.name(adapter))) set_adapter(change, adapter, step);
    }
    return;
  }
  const ChangeOf of = change.server ? ChangeOf::kServer : change.segment ? ChangeOf::kSegment : ChangeOf::kHost;
  context_.record(TraceKind::kSet, change.index, static_cast<std::uint8_t>(of), 0, step);
  if (change.server) {
    Server& server = servers_[change.index];
    if (change.state) server.set_state(*change.state);
    if (change.profile) server.set_profile(*change.profile);
    if (change.offer_address) server.set_offer_address(*change.offer_address);
    if (change.options) server.set_options(*change.options);
  } else if (change.segment) {
    SegmentSpec& segment = network_.segment(change.index);
    set(segment.latency, change.latency);
    set(segment.jitter, change.jitter);
    set(segment.loss, change.loss);
    set(segment.duplicate, change.duplicate);
    set(segment.reorder, change.reorder);
    set(segment.partitioned, change.partitioned);
  } else if (change.host) {
    host_.apply(*change.host);
  }
}

void World::set_adapter(const SetSpec& change, std::uint32_t adapter, std::uint32_t step) {
  Node& node = nodes_[adapter];
  const bool dhcp = change.dhcp ? *change.dhcp : node.dhcp;
  const Link link = change.link.value_or(node.link);
  // A release that waits for its next hop ends before its client begins anew.
  if (link == Link::kUp && link != node.link) host_.release_left(adapter);
  context_.record(TraceKind::kSet, adapter, static_cast<std::uint8_t>(ChangeOf::kAdapter),
                  static_cast<std::uint16_t>(static_cast<unsigned>(link) | (dhcp ? 0x100U : 0U)), step);
  if (change.settings) {
    // The adapters that one change meets share its settings.
    if (settings_step_ != step) settings_.push_back(*change.settings);
    settings_step_ = step;
    node.settings = static_cast<std::uint32_t>(settings_.size() - 1);
  }
  if (dhcp != node.dhcp) {
    node.dhcp = dhcp;
    if (dhcp) {
      connect(adapter);
    } else {
      give_up_lease(adapter, LeaseFate::kDhcpSwitchedOff);
      host_.interrupt(adapter, provider_error(Origin::kApi, value(ReturnCode::kDhcpNotEnabled)));
    }
  }
  if (link != node.link) set_link(adapter, link);
}

void World::set_link(std::uint32_t adapter, Link link) {
  Node& node = nodes_[adapter];
  const Link before = std::exchange(node.link, link);
  switch (link) {
    case Link::kUp:
      if (node.dhcp) connect(adapter);
      return;
    case Link::kDown:  // the client does not know yet; what it sends is dropped
      if (before == Link::kDisabled && has_lease(clients_[adapter].state)) wake(adapter);
      return;
    case Link::kDisabled: {  // it keeps its lease for the time when it is enabled again
      const Instant timer = std::exchange(clients_[adapter].timer, kNever);
      set_timer(adapter, timer);
      return;
    }
    case Link::kRemoved:
      give_up_lease(adapter, LeaseFate::kAdapterRemoved);
      host_.interrupt(adapter, win32_error(Origin::kApi, win32::kNotFound));
      return;
  }
}

void World::connect(std::uint32_t adapter) {
  if (nodes_[adapter].link == Link::kUp) wake(adapter);
}

// Its client goes on where its link's going had left it.
void World::wake(std::uint32_t adapter) {
  const auto act = [this](Client& client, const ClientIdentity& identity, std::span<std::uint8_t> out) {
    return link_up(client, identity, context_.now, out);
  };
  with_client(adapter, LeaseFate::kExpired, act);
}

void World::give_up_lease(std::uint32_t adapter, LeaseFate why) {
  if (has_lease(clients_[adapter].state)) nodes_[adapter].fate = why;
  with_client(adapter, [](Client& client, const ClientIdentity&, std::span<std::uint8_t>) {
    stop(client);
    sim::remove_address(client);
    return std::size_t{0};
  });
}

// Why a server has a lease of `told` that the adapter's client has not from it.
LeaseFate World::cause_at_server(std::uint32_t adapter, Ipv4 told) const {
  const Node& node = nodes_[adapter];
  const Client& client = clients_[adapter];
  const bool leased = has_lease(client.state);
  // Where the client has a lease elsewhere by now, or had and its server freed it, this is the one before.
  const bool later_freed = node.fate == LeaseFate::kAccepted && node.former != LeaseFate::kUnknown;
  const LeaseFate cause = leased || later_freed ? node.former : node.fate;
  if (cause != LeaseFate::kUnknown) return cause;
  if (leased && client.address == told) return LeaseFate::kOtherServer;
  // The server took it for another with its identifier, and gave it what it had given that one.
  return shares_id_[node.entry] ? LeaseFate::kSharedClientId : cause;
}

std::vector<LedgerEntry> World::ledger() const {
  // Who is outside keeps books of its own.
  if (context_.outside != nullptr) return {};
  std::vector<LedgerEntry> found;
  std::vector<bool> agreed(nodes_.size());
  for (std::uint32_t index = 0; index < servers_.size(); ++index) {
    const Server& server = servers_[index];
    for (std::uint32_t offset = 0; offset < server.touched(); ++offset) {
      if (server.lease(offset).status != LeaseStatus::kBound) continue;
      const std::uint32_t adapter = owner_of(server.lease(offset).chaddr, Station::kAdapter);
      if (adapter >= nodes_.size()) continue;
      const Client& client = clients_[adapter];
      const Ipv4 told = server.lease(offset).told;
      const bool leased = has_lease(client.state);
      const bool same = leased && client.address == told && server.was_called(client.server_id);
      agreed[adapter] = agreed[adapter] || same;
      found.push_back({.adapter = adapter,
                       .server = index,
                       .address = told,
                       .at_client = same ? std::optional(view_of(client)) : std::nullopt,
                       .at_server = LedgerEntry::AtServer{server.lease(offset).expires},
                       .cause = same ? LeaseFate::kUnknown : cause_at_server(adapter, told)});
    }
  }
  for (std::uint32_t adapter = 0; adapter < nodes_.size(); ++adapter) {
    const Client& client = clients_[adapter];
    if (agreed[adapter] || client.address.is_none()) continue;
    const bool shares_id = shares_id_[nodes_[adapter].entry];
    const bool unexplained = nodes_[adapter].fate == LeaseFate::kUnknown;
    LedgerEntry entry{.adapter = adapter,
                      .address = client.address,
                      .at_client = view_of(client),
                      .cause = shares_id && unexplained ? LeaseFate::kSharedClientId : nodes_[adapter].fate};
    for (std::uint32_t index = 0; index < servers_.size(); ++index) {
      const Server& server = servers_[index];
      if (!server.was_called(client.server_id)) continue;
      entry.server = index;
      if (server.spec().pool.contains(client.address)) break;  // another may go by its name
    }
    found.push_back(entry);
  }
  stable_order(found, &LedgerEntry::adapter);
  return found;
}

std::vector<LedgerEntry> World::disagreements() const {
  std::vector<LedgerEntry> found = ledger();
  std::erase_if(found, [](const LedgerEntry& entry) { return entry.held_by() == HeldBy::kBoth; });
  return found;
}

}  // namespace unlease::sim
