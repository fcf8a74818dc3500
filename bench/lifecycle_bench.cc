// A lease's life: N adapters on one segment acquire one each and release it, by playing a scenario, invariants and
// fingerprint on. The peer, where it is installed, is ns-3; see lifecycle_ns3.cc for what it does.
#include <cstdint>

#include <benchmark/benchmark.h>

#include "bench/pages.h"
#include "bench/stopwatch.h"
#include "bench/worlds.h"
#include "sim/runner.h"

namespace unlease::bench {
namespace {

// Making the world is part of playing, and timed.
void lifecycle(benchmark::State& state) {
  const sim::Scenario scenario = acquiring_adapters(state.range(0));
  prepare(Pages::kWarm);
  std::uint64_t seed = 0;
  sim::play(scenario, {.seed = ++seed});
  for (auto _ : state) {
    sim::PlayResult result;
    state.SetIterationTime(seconds_of([&] { result = sim::play(scenario, {.seed = ++seed}); }));
    if (result.verdict != sim::Verdict::kPassed) state.SkipWithError("not every lease was acquired and released");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetLabel(label(Pages::kWarm));
}
BENCHMARK(lifecycle)->RangeMultiplier(10)->Range(100, 1'000'000)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace unlease::bench
