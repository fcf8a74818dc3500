// One wave: N bound adapters on one segment release their leases through the Hal. Encode, carry, decode, judge, update
// the lease table, complete; fingerprint and invariants on. The world of each wave is new and has another seed, lest
// the branch predictor learn it; making it is not timed. Floor: filling N outcomes in a plain loop.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "engine/method.h"
#include "sim/scenario_loader.h"
#include "sim/sim_hal.h"
#include "sim/world.h"

namespace {

unlease::sim::Scenario bound_adapters(std::int64_t adapters) {
  const std::string text = fmt::format(R"(
version = 1
name = "release"
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.31.255.250"
[[adapter]]
name = "Ethernet"
count = {}
lease = {{ server = "dhcp1", state = "bound" }}
)",
                                       adapters);
  return std::move(*unlease::sim::load_scenario_text(text, "release").scenario);
}

void release_wave(benchmark::State& state, bool check_invariants) {
  const unlease::sim::Scenario scenario = bound_adapters(state.range(0));
  std::uint64_t seed = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto world = std::make_unique<unlease::sim::World>(
        scenario,
        unlease::sim::WorldOptions{.seed = ++seed, .keep_trace = false, .check_invariants = check_invariants});
    state.ResumeTiming();
    unlease::sim::SimHal hal(*world);
    const unlease::Report report = unlease::release_dhcp_lease_all(hal, scenario.engine);
    while (world->advance(world->now() + scenario.segments[0].latency)) {
    }
    state.PauseTiming();
    const bool complete =
        report.code == unlease::ReturnCode::kSuccess && world->lease_count(0, unlease::sim::LeaseStatus::kBound) == 0;
    world.reset();
    if (!complete) state.SkipWithError("not every lease was released");
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void release(benchmark::State& state) { release_wave(state, true); }
void release_without_invariants(benchmark::State& state) { release_wave(state, false); }

void fill_outcomes(benchmark::State& state) {
  const auto adapters = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    std::vector<unlease::Outcome> outcomes(adapters);
    for (std::size_t adapter = 0; adapter < adapters; ++adapter) {
      outcomes[adapter].guid = unlease::sim::AdapterTable::guid(static_cast<std::uint32_t>(adapter));
    }
    benchmark::DoNotOptimize(outcomes.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(release)->RangeMultiplier(10)->Range(100, 1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(release_without_invariants)->RangeMultiplier(10)->Range(100, 1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(fill_outcomes)->RangeMultiplier(10)->Range(100, 1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
