// A packet that a relay takes from one of a World's segments to another.
#include "sim/relay.h"
#include "sim/wire.h"
#include "sim/world_internal.h"

namespace unlease::sim {

// Whose luck a packet has on a further segment: its own, whoever else is carried there.
std::uint64_t World::luck_of(const PacketInfo& info, Bytes frame) const {
  constexpr std::size_t kXidOffset = wire::kDhcpAt + wire::dhcp::kXid;
  std::uint64_t who = identity("stranger");
  if (is_server(info.sender) && info.sender != kStranger) {
    who = identity(servers_[index_of(info.sender)].spec().name);
  } else if (info.sender != kStranger) {
    who = luck_of(index_of(info.sender));
  }
  return detail::mix(who ^ (wire::load32(&frame[kXidOffset]) + (std::uint64_t{info.copy} << 32U)));
}

// Where a relay takes the frame, it goes on over the relay's other segment. False where none does.
bool World::carry(PacketId packet, const DecodedFrame& frame) {
  const PacketInfo info = network_.pool().info(packet);
  const MacAddress to = frame.endpoints.destination_mac;
  const std::uint32_t clients = to == kBroadcastMac ? info.segment : owner_of(to, Station::kRelay);
  const std::vector<SegmentSpec>& segments = scenario().segments;
  if (clients >= segments.size() || !segments[clients].relay) return false;
  const RelaySpec& relay = *segments[clients].relay;
  const Server& server = servers_[relay.server_index];
  const RelayEnds ends{.mac = relay_mac(clients),
                       .address = relay.address,
                       .server_mac = server.mac(),
                       .server_address = server.spec().address};
  const std::span<std::uint8_t> bytes = network_.pool().buffer(packet).first(info.size);
  std::uint32_t onward = 0;
  if (info.segment == clients && carry_to_server(ends, frame, bytes)) {
    onward = server.spec().segment_index;
  } else if (info.segment == server.spec().segment_index && carry_to_client(ends, frame, bytes)) {
    onward = clients;
  } else {
    return false;
  }
  context_.record(TraceKind::kPacketRelayed, info.ordinal, static_cast<std::uint8_t>(info.type), 0,
                  packed_addresses(bytes), static_cast<std::uint32_t>(info.sender));
  note_drop(info, network_.carry(packet, onward, luck_of(info, bytes)));
  return true;
}

}  // namespace unlease::sim
