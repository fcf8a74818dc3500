// The method alone, over a Hal that completes each operation at once. The floor: filling the outcomes in a plain loop.
// Between them, the thinnest loop over that Hal: what its virtual calls and its completions cost whoever makes them.
#include <cstdint>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/pages.h"
#include "bench/prompt_hal.h"
#include "engine/method.h"

namespace unlease::bench {
namespace {

void engine(benchmark::State& state) {
  prepare(Pages::kWarm);
  PromptHal hal(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    const Report report = release_dhcp_lease_all(hal, {});
    if (report.code != ReturnCode::kSuccess) state.SkipWithError("the release failed");
    benchmark::DoNotOptimize(report.outcomes.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// No ids, deadlines or states: it trusts the Hal to complete each operation, in order.
void thinnest(benchmark::State& state) {
  prepare(Pages::kWarm);
  PromptHal prompt(static_cast<std::uint32_t>(state.range(0)));
  Hal* hal = &prompt;
  benchmark::DoNotOptimize(hal);  // lest the compiler see whose calls they are
  for (auto _ : state) {
    const std::span<const Adapter> adapters = hal->adapters().value();
    std::vector<Outcome> outcomes;
    outcomes.reserve(adapters.size());
    for (std::uint32_t number = 0; number < adapters.size(); ++number) {
      hal->begin(Operation::kRelease, AdapterHandle{number});
    }
    for (const Completion& completion : hal->wait(kNever)) {
      outcomes.emplace_back(adapters[outcomes.size()].guid, completion.error, ReturnCode::kSuccess,
                            Decision::kCompleted, completion.queued, completion.started, completion.ended);
    }
    if (outcomes.size() != adapters.size()) state.SkipWithError("not every operation completed");
    benchmark::DoNotOptimize(outcomes.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void fill_outcomes(benchmark::State& state) {
  prepare(Pages::kWarm);
  const std::vector<Adapter> adapters = adapters_of(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(adapters.size());
    for (const Adapter& adapter : adapters) {
      if (!adapter.dhcp_enabled) continue;
      outcomes.emplace_back(adapter.guid, Error{}, ReturnCode::kSuccess, Decision::kCompleted, Instant{}, Instant{},
                            Instant{});
    }
    benchmark::DoNotOptimize(outcomes.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void adapters(benchmark::internal::Benchmark* benchmark) { benchmark->RangeMultiplier(10)->Range(1, 1'000'000); }
BENCHMARK(engine)->Apply(adapters);
BENCHMARK(thinnest)->Apply(adapters);
BENCHMARK(fill_outcomes)->Apply(adapters);

}  // namespace
}  // namespace unlease::bench
