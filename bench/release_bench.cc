// One wave: N bound adapters on one segment release their leases through the Hal. Encode, carry, decode, judge, update
// the lease table, complete; fingerprint and invariants on, and to show their price each off. The world of each wave is
// new and has another seed, lest the branch predictor learn it; making it is not timed. Without jitter packets arrive
// in the order in which they were sent, and whoever sorts them has nothing to do; with jitter they come in any order,
// and their adapters' memory is anywhere. The peer is naive_release.h, which does neither fingerprint nor invariants:
// compared with it, `release` carries them as a handicap.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include <benchmark/benchmark.h>

#include "bench/naive_release.h"
#include "bench/pages.h"
#include "bench/stopwatch.h"
#include "bench/worlds.h"
#include "engine/method.h"

namespace unlease::bench {
namespace {

// Times `wave(seed)`, which returns seconds or, where it failed, none; each time with another seed.
template <class Wave>
void time_waves(benchmark::State& state, Pages pages, const Wave& wave) {
  std::uint64_t seed = 0;
  prepare(pages);
  if (pages == Pages::kWarm) wave(++seed);
  for (auto _ : state) {
    prepare(pages);
    const std::optional<double> seconds = wave(++seed);
    if (!seconds) {
      state.SkipWithError("not every lease was released");
      break;
    }
    state.SetIterationTime(*seconds);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetLabel(label(pages));
}

void time_releases(benchmark::State& state, const sim::Scenario& scenario, Pages pages, sim::WorldOptions options) {
  time_waves(state, pages, [&](std::uint64_t seed) {
    options.seed = seed;
    return seconds_of_wave(scenario, options, static_cast<std::uint64_t>(state.range(0)));
  });
}

void time_bound(benchmark::State& state, Pages pages, const sim::WorldOptions& options) {
  time_releases(state, bound_adapters(state.range(0)), pages, options);
}
void release(benchmark::State& state) { time_bound(state, Pages::kWarm, {}); }
void release_cold(benchmark::State& state) { time_bound(state, Pages::kCold, {}); }
void release_without_fingerprint(benchmark::State& state) {
  time_bound(state, Pages::kWarm, {.seed = {}, .fingerprint = false});
}
void release_without_invariants(benchmark::State& state) {
  time_bound(state, Pages::kWarm, {.seed = {}, .check_invariants = false});
}
void release_without_both(benchmark::State& state) {
  time_bound(state, Pages::kWarm, {.seed = {}, .check_invariants = false, .fingerprint = false});
}
void release_jitter(benchmark::State& state) {
  time_releases(state, jittered_adapters(state.range(0)), Pages::kWarm, {});
}

void time_naive(benchmark::State& state, Duration jitter) {
  time_waves(state, Pages::kWarm, [&](std::uint64_t seed) -> std::optional<double> {
    const auto hal = std::make_unique<NaiveHal>(static_cast<std::uint32_t>(state.range(0)), seed, jitter);
    Report report;
    const double seconds = seconds_of([&] {
      report = release_dhcp_lease_all(*hal, {});
      hal->settle();
    });
    return report.code == ReturnCode::kSuccess && hal->bound() == 0 ? std::optional(seconds) : std::nullopt;
  });
}

void naive(benchmark::State& state) { time_naive(state, Duration{0}); }
void naive_jitter(benchmark::State& state) { time_naive(state, std::chrono::milliseconds(1)); }

void waves(benchmark::internal::Benchmark* benchmark) {
  benchmark->RangeMultiplier(10)->Range(100, 1'000'000)->UseManualTime()->Unit(benchmark::kMicrosecond);
}
BENCHMARK(release)->Apply(waves);
BENCHMARK(release_cold)->Apply(waves);
BENCHMARK(release_without_fingerprint)->Apply(waves);
BENCHMARK(release_without_invariants)->Apply(waves);
BENCHMARK(release_without_both)->Apply(waves);
BENCHMARK(naive)->Apply(waves);
BENCHMARK(release_jitter)->Apply(waves);
BENCHMARK(naive_jitter)->Apply(waves);

}  // namespace
}  // namespace unlease::bench
