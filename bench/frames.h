// The frames that codecs are compared with. Those of one benchmark differ from each other, as in a run, and go round in
// memory that stays in the L2 cache, so that neither the branch predictor nor the store buffer sees the same frame
// twice in a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/packet.h"

namespace unlease::bench {

using MakeMessage = sim::DhcpMessage (*)(std::uint32_t number);

// From client `number` to the server.
sim::Endpoints to_server(std::uint32_t number);

// A DHCPRELEASE and a DHCPACK as the simulator sends them.
sim::DhcpMessage release(std::uint32_t number);
sim::DhcpMessage ack(std::uint32_t number);
// A DHCPRELEASE whose options fill BOOTP's 300 bytes, by a message (option 56), so that all codecs write the same: only
// ours pads. One byte is left, for libtins gives the end option a length.
sim::DhcpMessage full_release(std::uint32_t number);

// `kCount` frames, each in a slot; indexes go round.
class Frames {
 public:
  static constexpr std::size_t kCount = 1024;
  static constexpr std::size_t kSlot = 384;

  explicit Frames(MakeMessage make);

  std::span<std::uint8_t> slot(std::size_t i) { return {memory_.data() + i % kCount * kSlot, kSlot}; }
  std::span<const std::uint8_t> frame(std::size_t i) { return slot(i).first(size_); }
  std::size_t size() const { return size_; }

 private:
  std::vector<std::uint8_t> memory_;
  std::size_t size_ = 0;
};

}  // namespace unlease::bench
