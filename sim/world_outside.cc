// A World whose wire is real: what leaves it, what comes in, and real time.
#include <algorithm>

#include "sim/arp.h"
#include "sim/outside.h"
#include "sim/wire.h"
#include "sim/world_internal.h"

namespace unlease::sim {
namespace {

// So many frames are taken in before what is due is done, lest a flood of them stops all else.
constexpr int kFramesATime = 64;

// More servers than this are not told apart: somebody makes them up.
constexpr std::size_t kMostHeard = 64;

// The UDP port that a frame is for; none where it is no IPv4 with UDP, or cut short.
std::optional<std::uint16_t> udp_port(Bytes frame) {
  constexpr std::size_t kPortAt = 2;
  if (frame.size() < wire::kDhcpAt || wire::load16(&frame[12]) != wire::kEtherTypeIpv4) return std::nullopt;
  const std::size_t header = std::size_t{frame[wire::kIpAt] & 0x0FU} * 4;
  const std::size_t at = wire::kIpAt + header + kPortAt;
  if (frame[wire::kIpAt + 9] != wire::kProtocolUdp || at + 2 > frame.size()) return std::nullopt;
  return wire::load16(&frame[at]);
}

}  // namespace

void World::begin_timeline() {
  timeline_ = context_.now;
  network_.segment(0) = scenario().segments.front();
  for (int type = 0; type < kMessageTypeCount; ++type) {
    sent_before_[static_cast<std::size_t>(type)] = network_.sent(static_cast<MessageType>(type));
  }
  set_links();
  start_acquiring();
}

void World::acquire(std::uint32_t adapter) {
  clients_[adapter].wanted = scenario().adapters[nodes_[adapter].entry].lease.address.value_or(Ipv4{});
  with_client(adapter, [this](Client& client, const ClientIdentity& identity, std::span<std::uint8_t> out) {
    return start(client, identity, context_.now, out);
  });
}

bool World::listen(Instant limit) {
  Outside& outside = *context_.outside;
  for (int taken = 0; taken < kFramesATime; ++taken) {
    const Instant due = std::min(next_due(), limit);
    if (due == kNever) return true;
    const Bytes frame = outside.receive(due);
    if (frame.empty() && !outside.ended()) return true;
    context_.now = std::clamp(outside.now(), context_.now, std::max(context_.now, due));
    if (frame.empty()) return false;
    take(frame);
  }
  return std::min(next_due(), limit) <= outside.now();
}

void World::take(Bytes frame) {
  if (const auto request = read_arp_request(frame)) {
    if (const auto mac = holder_of(request->target)) context_.outside->send(arp_reply(*request, *mac));
    return;
  }
  const std::optional<std::uint16_t> port = udp_port(frame);
  if (!port) return;
  const MacAddress destination = wire::load_mac(frame.data());
  const bool broadcast = destination == kBroadcastMac;
  const bool for_servers =
      port == kServerPort && (broadcast || owner_of(destination, Station::kServer) < servers_.size());
  bool for_clients = port == kClientPort && owner_of(destination, Station::kAdapter) < nodes_.size();
  if (port == kClientPort && broadcast) {
    // What is too short to say whose it is may be ours; what is another's is none of our business.
    const auto key = peek_key(frame);
    for_clients = !key || owner_of(key->chaddr, Station::kAdapter) < nodes_.size();
  }
  if (for_servers && !servers_.empty()) inject(0, frame);
  if (for_clients && !nodes_.empty()) {
    note_heard(frame);
    inject(0, frame);
  }
}

// Not yet judged by anything: whoever speaks as a server is heard, also where no client listens to it.
void World::note_heard(Bytes frame) {
  const auto decoded = decode_frame(frame, scratch_);
  if (!decoded || !decoded->message.options.has(option::kServerId)) return;
  const Ipv4 address = decoded->message.server_id;
  const MacAddress mac = decoded->endpoints.source_mac;
  // Two machines that go by one address are two.
  const auto known = std::ranges::find_if(
      heard_, [&](const HeardServer& server) { return server.address == address && server.mac == mac; });
  if (known == heard_.end() && heard_.size() == kMostHeard) return;
  HeardServer& entry = known != heard_.end() ? *known : heard_.emplace_back();
  entry.address = address;
  entry.mac = mac;
  ++entry.messages[static_cast<std::size_t>(decoded->message.type)];
}

void World::leave(PacketId packet) {
  const PacketInfo info = network_.pool().info(packet);
  context_.outside->send(network_.pool().frame(packet));
  context_.record(TraceKind::kPacketDelivered, info.ordinal, static_cast<std::uint8_t>(info.type), 0, 0,
                  static_cast<std::uint32_t>(kStranger));
  network_.finish(packet);
}

std::optional<MacAddress> World::holder_of(Ipv4 address) const {
  for (std::uint32_t server = 0; server < servers_.size(); ++server) {
    if (servers_[server].spec().address == address) return server_mac(server);
  }
  const auto found = holders_.find(address);
  if (found == holders_.end() || nodes_[found->second].link != Link::kUp) return std::nullopt;
  return adapter_mac(found->second);
}

// Its client's address was `before`. Where two clients have one address, the latest to get it answers for it.
void World::note_holder(std::uint32_t adapter, Ipv4 before) {
  const auto held = holders_.find(before);
  if (held != holders_.end() && held->second == adapter) holders_.erase(held);
  const Ipv4 address = clients_[adapter].address;
  if (!address.is_none()) holders_[address] = adapter;
}

}  // namespace unlease::sim
