// The hold pattern: a queue of events keeps its size, for each turn takes the next event and puts another later.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/time.h"
#include "sim/event_queue.h"

namespace unlease::bench {

template <class Queue>
class Hold {
 public:
  explicit Hold(std::uint32_t events) {
    for (std::uint32_t number = 0; number < events; ++number) {
      queue_.push(sim::Event(Instant{} + delay(), sim::EventKind::kClientTimer, number));
    }
    for (std::uint32_t i = 0; i < 2 * events; ++i) turn();  // until it looks the same at any time
  }

  void turn() {
    const sim::Event event = queue_.pop();
    queue_.push(sim::Event(event.at() + delay(), event.kind(), event.subject()));
  }

 private:
  static constexpr std::size_t kDelays = 1U << 16U;

  // Exponential around 1 s, the usual case of timers that are all different; made before, lest a logarithm be timed.
  static std::vector<Duration> exponential() {
    std::vector<Duration> delays;
    std::uint64_t state = 1;
    while (delays.size() < kDelays) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      const double uniform = (static_cast<double>(state >> 11U) + 1) * 0x1p-53;
      delays.emplace_back(static_cast<std::int64_t>(-1e9 * std::log(uniform)) + 1);
    }
    return delays;
  }

  Duration delay() { return delays_[next_++ % kDelays]; }

  std::vector<Duration> delays_ = exponential();
  std::size_t next_ = 0;
  Queue queue_;
};

}  // namespace unlease::bench
