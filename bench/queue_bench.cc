// The queue of events at a constant size ("hold"): take the next one, put another. The peer is std::priority_queue with
// a sequence number, which is what first in, first out among ties costs there.
//
// The instants ahead are exponential around 1 s, made before: the usual case of timers that are all different.
#include <array>
#include <chrono>
#include <cstdint>
#include <queue>

#include <benchmark/benchmark.h>

#include "sim/event_queue.h"
#include "sim/random.h"

namespace unlease::bench {
namespace {

using sim::Event;
using sim::EventKind;

class Numbered {
 public:
  void push(const Event& event) { events_.push({event, sequence_++}); }
  Event pop() {
    const Event event = events_.top().event;
    events_.pop();
    return event;
  }

 private:
  struct Entry {
    Event event;
    std::uint64_t sequence = 0;

    friend bool operator<(const Entry& a, const Entry& b) {
      return a.event.at() != b.event.at() ? a.event.at() > b.event.at() : a.sequence > b.sequence;
    }
  };
  std::priority_queue<Entry> events_;
  std::uint64_t sequence_ = 0;
};

constexpr std::size_t kDelays = 1U << 16U;

const std::array<Duration, kDelays>& delays() {
  static const auto kTable = [] {
    std::array<Duration, kDelays> table{};
    std::uint64_t state = 1;
    for (Duration& delay : table) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      const double uniform = (static_cast<double>(state >> 11U) + 1) * 0x1p-53;
      delay = Duration(static_cast<std::int64_t>(-1e9 * __builtin_log(uniform)) + 1);
    }
    return table;
  }();
  return kTable;
}

template <class Queue>
void hold(benchmark::State& state) {
  Queue queue;
  const auto& ahead = delays();
  std::size_t next = 0;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    queue.push(Event(Instant{} + ahead[next++ % kDelays], EventKind::kClientTimer, static_cast<std::uint32_t>(i)));
  }
  const auto turn = [&] {
    const Event event = queue.pop();
    queue.push(Event(event.at() + ahead[next++ % kDelays], event.kind(), event.subject()));
  };
  for (std::int64_t i = 0; i < 2 * state.range(0); ++i) turn();  // until it looks the same at any time
  for (auto _ : state) turn();
  state.SetItemsProcessed(state.iterations());
}

// A fixed number of turns: to find one out, all would be filled again and again.
void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->RangeMultiplier(10)->Range(10'000, 1'000'000)->Iterations(1'000'000);
}
BENCHMARK(hold<sim::EventQueue>)->Name("queue")->Apply(sizes);
BENCHMARK(hold<Numbered>)->Name("priority_queue")->Apply(sizes);

}  // namespace
}  // namespace unlease::bench
