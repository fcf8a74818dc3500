// Chance without a stream: each draw is a hash of what it is for. So adding an adapter or deleting a fault shifts
// nobody else's luck, and the order in which things are simulated does not matter.
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>

#include "engine/time.h"
#include "sim/scenario.h"

namespace unlease::sim {

// What a draw decides.
enum class Concern : std::uint32_t {
  kXid = 1,
  kRetransmission,
  kJitter,
  kLoss,
  kDuplicate,
  kReorder,
  kResolution,
  kFault
};

namespace detail {
// The finalizer of SplitMix64: a bijection in which every input bit reaches every output bit.
constexpr std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}
}  // namespace detail

// FNV-1a.
constexpr std::uint64_t name_hash(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char character : name) hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001B3U;
  return hash;
}

// Who draws: a hash of the name, so that it does not depend on the place in a file.
constexpr std::uint64_t identity(std::uint64_t name_hash, std::uint32_t ordinal) {
  return detail::mix(name_hash + (std::uint64_t{ordinal} << 32U));
}
constexpr std::uint64_t identity(std::string_view name, std::uint32_t ordinal = 0) {
  return identity(name_hash(name), ordinal);
}

// 64 evenly distributed bits for the `counter`-th decision of `who` about `concern`.
constexpr std::uint64_t draw(std::uint64_t seed, Concern concern, std::uint64_t who, std::uint64_t counter) {
  const std::uint64_t about = detail::mix(seed + (0x9E3779B97F4A7C15U * static_cast<std::uint32_t>(concern)));
  return detail::mix(detail::mix(about ^ who) + counter);
}

// Whether something of that probability happens. Never with 0, always with kCertain.
constexpr bool happens(Probability probability, std::uint64_t bits) {
  return (((bits >> 32U) * kCertain.ppb) >> 32U) < probability.ppb;
}

// Uniform in 0 to `most`, inclusive. `most` is not negative.
constexpr Duration uniform(Duration most, std::uint64_t bits) {
  assert(most >= Duration::zero());
  return Duration(static_cast<Duration::rep>(bits % (static_cast<std::uint64_t>(most.count()) + 1)));
}

}  // namespace unlease::sim
