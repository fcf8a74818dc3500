// The whole suite, loaded before and played: what a CI job waits for.
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/worlds.h"
#include "sim/runner.h"
#include "sim/scenario_loader.h"

namespace unlease::bench {
namespace {

void suite(benchmark::State& state) {
  std::vector<sim::Scenario> scenarios;
  for (const auto& file : scenario_files()) {
    sim::Loaded loaded = sim::load_scenario_file(file);
    if (loaded.scenario) scenarios.push_back(std::move(*loaded.scenario));
  }
  for (auto _ : state) {
    for (const sim::Scenario& scenario : scenarios) {
      if (sim::play(scenario).verdict != sim::Verdict::kPassed) state.SkipWithError("a scenario failed");
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(suite)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace unlease::bench
