// A wave in which much goes wrong (see faulty_adapters), beside the same adapters in a wave in which nothing does.
#include <cstdint>
#include <optional>

#include <benchmark/benchmark.h>

#include "bench/pages.h"
#include "bench/worlds.h"

namespace unlease::bench {
namespace {

void time_waves(benchmark::State& state, const sim::Scenario& scenario, std::uint64_t least) {
  prepare(Pages::kWarm);
  std::uint64_t seed = 0;
  seconds_of_wave(scenario, {.seed = ++seed}, least);
  for (auto _ : state) {
    const std::optional<double> seconds = seconds_of_wave(scenario, {.seed = ++seed}, least);
    if (!seconds) {
      state.SkipWithError("too few leases were released");
      break;
    }
    state.SetIterationTime(*seconds);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void faulty(benchmark::State& state) {
  // Nine of ten packets arrive, of nine of ten adapters.
  time_waves(state, faulty_adapters(state.range(0)), static_cast<std::uint64_t>(state.range(0)) * 3 / 4);
}
void clean(benchmark::State& state) {
  time_waves(state, clean_adapters(state.range(0)), static_cast<std::uint64_t>(state.range(0)));
}

void waves(benchmark::internal::Benchmark* benchmark) {
  benchmark->RangeMultiplier(10)->Range(1000, 100'000)->UseManualTime()->Unit(benchmark::kMicrosecond);
}
BENCHMARK(faulty)->Apply(waves);
BENCHMARK(clean)->Apply(waves);

}  // namespace
}  // namespace unlease::bench
