// The frames of a run, as they were handed over for a segment: what a network analyzer there would have seen, and those
// that never left besides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/time.h"
#include "sim/packet.h"

namespace unlease::sim {

struct CapturedFrame {
  Instant at;
  std::size_t begin = 0;      // of its bytes
  std::uint32_t ordinal = 0;  // of the packet, as in the trace; a relay sends on what keeps its ordinal
  std::uint16_t segment = 0;
  std::uint16_t size = 0;
};

class Capture {
 public:
  void add(Instant at, std::uint32_t ordinal, std::uint16_t segment, Bytes frame) {
    frames_.push_back({.at = at,
                       .begin = bytes_.size(),
                       .ordinal = ordinal,
                       .segment = segment,
                       .size = static_cast<std::uint16_t>(frame.size())});
    bytes_.insert(bytes_.end(), frame.begin(), frame.end());
  }

  // In the order of their instants.
  std::span<const CapturedFrame> frames() const { return frames_; }
  Bytes bytes(const CapturedFrame& frame) const { return Bytes(bytes_).subspan(frame.begin, frame.size); }

 private:
  std::vector<CapturedFrame> frames_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace unlease::sim
