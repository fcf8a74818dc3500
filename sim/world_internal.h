// Internal to the World's own files: how one of its clients is made to do something.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/random.h"
#include "sim/wire.h"
#include "sim/world.h"

namespace unlease::sim {

// The stamp of a timer that only a quirk leaves behind.
inline constexpr std::uint32_t kStrayTimer = Event::kArgumentMask;

// The addresses, source and destination, of a frame of our own making as records of the trace have them.
inline std::uint64_t packed_addresses(Bytes frame) {
  return pack(wire::load32(&frame[wire::kIpAt + 12]), wire::load32(&frame[wire::kIpAt + 16]));
}

// A ClientIdentity with the memory that it views.
struct World::Identity {
  std::array<std::uint8_t, 7> default_id{};
  ClientIdentity value;

  static Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  }

  Identity(const World& world, std::uint32_t adapter) {
    const Node& node = world.nodes_[adapter];
    const AdapterSpec& entry = world.scenario().adapters[node.entry];
    value.mac = adapter_mac(adapter);
    if (entry.client_id) {
      value.client_id = world.client_ids_[node.entry];
    } else {
      default_id[0] = 1;  // RFC 2132, 9.14: the hardware type, then the address
      std::ranges::copy(value.mac.bytes, default_id.begin() + 1);
      value.client_id = default_id;
    }
    value.host_name = bytes_of(world.settings_[node.settings].host_name);
    value.seed = world.context_.seed;
    value.who = world.luck_of(adapter);
  }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;
  ~Identity() = default;
};

template <class Act>
bool World::with_client(std::uint32_t adapter, Act act) {
  // Room for whatever a client writes: the options whose length is fixed, and its two names.
  constexpr std::size_t kWithoutNames = 320;
  const Identity identity(*this, adapter);
  const ClientIdentity& who = identity.value;
  const std::size_t capacity = kWithoutNames + who.client_id.size() + who.host_name.size();
  const PacketId packet = network_.pool().allocate(std::min(capacity, PacketPool::kLarge));
  Client& client = clients_[adapter];
  const ClientMark before = mark_of(client);
  const std::uint32_t old_xid = client.xid;
  const std::size_t size = act(client, who, network_.pool().buffer(packet));
  note_client(adapter, before);
  if (size == 0) {
    network_.pool().release(packet);
    return true;
  }
  return send_from_client(adapter, packet, size, who, old_xid);
}

template <class Act>
void World::with_client(std::uint32_t adapter, LeaseFate why, Act act) {
  const bool had_lease = has_lease(clients_[adapter].state);
  with_client(adapter, act);
  if (had_lease && !has_lease(clients_[adapter].state)) nodes_[adapter].fate = why;
}

}  // namespace unlease::sim
