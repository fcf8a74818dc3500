// The queue of events at a constant size ("hold"): take the next one, put another. The peer is std::priority_queue with
// a sequence number, which is what first in, first out among ties costs there.
#include <cstdint>
#include <queue>

#include <benchmark/benchmark.h>

#include "bench/hold.h"
#include "sim/event_queue.h"

namespace unlease::bench {
namespace {

using sim::Event;

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

template <class Queue>
void hold(benchmark::State& state) {
  Hold<Queue> queue(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) queue.turn();
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
