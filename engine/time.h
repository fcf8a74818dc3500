// Time as the engine and every HAL see it: one monotonic clock per Hal, in nanoseconds.
#pragma once

#include <chrono>
#include <cstdint>

namespace unlease {

// A span of time in nanoseconds; about 292 years either way.
using Duration = std::chrono::duration<std::int64_t, std::nano>;

// The tag of a Hal's clock. It has no now(): only the Hal knows what time it is, because the simulator's clock is
// virtual and the machine's is not.
struct HalClock {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<HalClock, Duration>;
  static constexpr bool is_steady = true;
};

// A point on a Hal's clock. Instants of different Hals have nothing to do with each other.
using Instant = HalClock::time_point;

// Later than everything that happens.
inline constexpr Instant kNever = Instant::max();

// `at + span`, but kNever where that would overflow. `span` is not negative.
constexpr Instant saturating_add(Instant at, Duration span) {
  return at > Instant{} && span > kNever - at ? kNever : at + span;
}

}  // namespace unlease
