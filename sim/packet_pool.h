// Where frames in flight live: slabs of fixed slots, reached by a number, never moved, allocated by the chunk and used
// again. A frame that BOOTP's 300 bytes are enough for, as nearly all do, takes a small slot.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/packet.h"
#include "sim/touch.h"

namespace unlease::sim {

// A node that sends and receives: an adapter or a server.
enum class NodeId : std::uint32_t {};
inline constexpr std::uint32_t kServerBit = 0x80000000U;
constexpr NodeId adapter_node(std::uint32_t index) { return NodeId{index}; }
constexpr NodeId server_node(std::uint32_t index) { return NodeId{index | kServerBit}; }
// Whoever injects frames into a segment.
inline constexpr NodeId kStranger{0xFFFFFFFFU};
constexpr bool is_server(NodeId node) { return (static_cast<std::uint32_t>(node) & kServerBit) != 0; }
constexpr std::uint32_t index_of(NodeId node) { return static_cast<std::uint32_t>(node) & ~kServerBit; }

// What the network keeps beside the bytes.
struct PacketInfo {
  std::uint32_t ordinal = 0;  // the how-manieth packet of the run, from 0; a duplicate shares it
  NodeId sender{};
  std::uint32_t epoch = 0;  // which expectations wait for it
  std::uint16_t segment = 0;
  std::uint16_t size = 0;
  std::uint16_t sent = 0;  // the sender's count of packets, its low bits: for chance on a further segment
  MessageType type{};
  std::uint8_t copy = 0;  // 1 for the second of a duplicate
};
static_assert(sizeof(PacketInfo) <= 20);

enum class PacketId : std::uint32_t {};

class PacketPool {
 public:
  static constexpr std::size_t kSmall = 344;
  static constexpr std::size_t kLarge = kMaxFrame;

  // A slot for a frame of up to `capacity` bytes, kLarge at most.
  PacketId allocate(std::size_t capacity) {
    return capacity <= kSmall ? PacketId{small_.allocate()} : PacketId{large_.allocate() | kLargeBit};
  }
  void release(PacketId id) { large(id) ? large_.release(slot(id)) : small_.release(slot(id)); }

  // All that a small slot has.
  void touch(PacketId id) {
    const auto* const begin = reinterpret_cast<const char*>(&info(id));
    for (std::size_t at = 0; at < sizeof(Slot<kSmall>); at += kCacheLine) sim::touch(begin + at);
  }

  PacketInfo& info(PacketId id) { return large(id) ? large_[slot(id)].info : small_[slot(id)].info; }
  // The whole slot, for writing.
  std::span<std::uint8_t> buffer(PacketId id) {
    return large(id) ? std::span<std::uint8_t>(large_[slot(id)].bytes)
                     : std::span<std::uint8_t>(small_[slot(id)].bytes);
  }
  // The frame in it.
  Bytes frame(PacketId id) { return buffer(id).first(info(id).size); }

 private:
  static constexpr std::size_t kCacheLine = 64;
  static constexpr std::uint32_t kLargeBit = 0x80000000U;
  static bool large(PacketId id) { return (static_cast<std::uint32_t>(id) & kLargeBit) != 0; }
  static std::uint32_t slot(PacketId id) { return static_cast<std::uint32_t>(id) & ~kLargeBit; }

  template <std::size_t Capacity>
  struct Slot {
    PacketInfo info;
    std::array<std::uint8_t, Capacity> bytes;
  };

  template <std::size_t Capacity>
  class Slab {
   public:
    Slot<Capacity>& operator[](std::uint32_t index) { return chunks_[index / kPerChunk][index % kPerChunk]; }
    std::uint32_t allocate() {
      if (free_ == kNone) grow();
      return std::exchange(free_, (*this)[free_].info.ordinal);
    }
    void release(std::uint32_t index) { (*this)[index].info.ordinal = std::exchange(free_, index); }

   private:
    static constexpr std::uint32_t kPerChunk = 1024;
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;

    void grow() {
      const auto first = static_cast<std::uint32_t>(chunks_.size() * kPerChunk);
      assert(first < kLargeBit - kPerChunk);
      chunks_.push_back(std::make_unique_for_overwrite<Slot<Capacity>[]>(kPerChunk));
      for (std::uint32_t index = first + kPerChunk; index > first; --index) release(index - 1);
    }

    std::vector<std::unique_ptr<Slot<Capacity>[]>> chunks_;
    std::uint32_t free_ = kNone;  // a stack through the free slots' ordinals, so that warm slots are used first
  };

  Slab<kSmall> small_;
  Slab<kLarge> large_;
};

}  // namespace unlease::sim
