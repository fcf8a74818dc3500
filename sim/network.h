// The wire: segments that delay, lose, duplicate, reorder and divide. It carries frames in flight and nothing else;
// who sends and receives them is world.h's business.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/context.h"
#include "sim/packet_pool.h"
#include "sim/scenario.h"

namespace unlease::sim {

// Why a packet never reached a receiver that listens.
enum class DropReason : std::uint8_t {
  kNone,
  kLost,         // by the segment's loss
  kPartitioned,  // the segment was
  kLinkDown,     // the adapter's link was not up, at either end
  kUnresolved,   // the next hop's MAC address could not be found
  kAddressGone,  // its source address was removed before it left
  kServerDown,   // the server's machine took it, its DHCP service was down
  kNoReceiver,   // nobody has that address there
  kMalformed,    // the receiver could not decode it
};
inline constexpr int kDropReasonCount = 9;
std::string_view name(DropReason reason);  // "lost", ...

// What the wire does to one packet: every fault of the wire is in this.
struct WireVerdict {
  DropReason drop = DropReason::kNone;
  Duration delay{0};
  std::optional<Duration> duplicate;  // the delay of a second copy
};

// A pure function of the segment's state and of the sender's `sent`-th packet.
WireVerdict judge_packet(const SegmentSpec& segment, std::uint64_t seed, std::uint64_t who, std::uint32_t sent);

class Network {
 public:
  explicit Network(Context& context);

  SegmentSpec& segment(std::uint32_t index) { return segments_[index]; }
  PacketPool& pool() { return pool_; }

  // A new packet, handed over by its sender: counted as sent and in flight. `info` has sender, segment, size and type.
  void accept(PacketId packet, PacketInfo info);

  // Sends an accepted packet over the wire; who and sent are the sender's, for chance. Returns why it was dropped.
  DropReason transmit(PacketId packet, std::uint64_t who, std::uint32_t sent);

  // Sends it on, over another segment than the one that it came from: chance there is its own.
  DropReason carry(PacketId packet, std::uint32_t segment, std::uint64_t who);

  // Ends a packet's life without, or after, its delivery.
  void drop(PacketId packet, DropReason reason);
  void finish(PacketId packet);

  // Whether one ARP request and its answer come through now; `attempt` counts them.
  bool resolves(std::uint32_t segment, std::uint64_t who, std::uint32_t sent, std::uint32_t attempt) const;

  std::uint64_t sent(MessageType type) const { return sent_[static_cast<std::size_t>(type)]; }

  // A mark stands for the packets in flight when it was made; it is settled when all have been delivered or dropped.
  std::uint32_t mark();
  bool settled(std::uint32_t mark) const { return oldest_in_flight_ > mark; }

 private:
  void leave(std::uint32_t epoch);
  void capture(PacketId packet);

  Context& context_;
  std::vector<SegmentSpec> segments_;
  PacketPool pool_;
  std::array<std::uint64_t, kMessageTypeCount> sent_{};
  std::uint32_t packets_ = 0;
  std::vector<std::uint64_t> in_flight_{0};  // by epoch: a mark ends one
  std::uint32_t oldest_in_flight_ = 0;       // the first epoch that has any in flight, or the present one
};

}  // namespace unlease::sim
