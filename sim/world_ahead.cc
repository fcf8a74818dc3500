// What a World does before its time comes: where a large wave arrives in no order, what each packet needs is somewhere
// in hundreds of megabytes, and to wait for it line by line takes longer than all else.
#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "sim/touch.h"
#include "sim/wire.h"
#include "sim/world_internal.h"

namespace unlease::sim {
namespace {

// So many events before its turn a packet is there, and whom it concerns is looked for.
constexpr std::size_t kNear = 8;

}  // namespace

void World::look_ahead() {
  const std::span<const Event> soon = context_.queue.soon();
  const std::size_t before = std::exchange(soon_, soon.size());
  if (soon.size() > before) {  // they are new
    for (const Event& event : soon) touch_packet(event);
    for (const Event& event : soon.first(std::min(kNear + 1, soon.size()))) touch_parties(event);
  } else if (soon.size() < before && soon.size() > kNear) {
    touch_parties(soon[kNear]);
  }
}

void World::touch_packet(const Event& event) {
  if (event.kind() == EventKind::kPacket) network_.pool().touch(PacketId{event.subject()});
}

// Whoever sent it, and the lease that it may be about.
void World::touch_parties(const Event& event) {
  if (event.kind() != EventKind::kPacket) return;
  const PacketId packet{event.subject()};
  const PacketInfo& info = network_.pool().info(packet);
  if (is_server(info.sender) || index_of(info.sender) >= nodes_.size() || info.size < kMinFrame) return;
  const Bytes frame = network_.pool().frame(packet);
  const std::uint32_t adapter = index_of(info.sender);
  const std::uint32_t server = owner_of(wire::load_mac(frame.data()), Station::kServer);
  touch(&nodes_[adapter]);
  if (server >= servers_.size()) return;
  const std::uint32_t offset = low_half(packed_addresses(frame)) - servers_[server].address_at(0).value;
  if (offset < servers_[server].touched()) touch(&servers_[server].lease(offset));
  context_.recorder.touch(adapter, server, offset);
}

}  // namespace unlease::sim
