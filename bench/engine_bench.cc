// The method alone, over a Hal that completes each operation at once. The floor: filling the outcomes in a plain loop.
#include <cstdint>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/pages.h"
#include "engine/method.h"

namespace unlease::bench {
namespace {

std::vector<Adapter> adapters_of(std::int64_t count) {
  std::vector<Adapter> adapters(static_cast<std::size_t>(count));
  std::uint32_t number = 0;
  for (Adapter& adapter : adapters) {
    for (std::size_t i = 0; i < 4; ++i) adapter.guid.bytes[i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
    adapter.name = AdapterName("Ethernet", ++number);
    adapter.interface_index = number;
    adapter.address = {0x0A000000 + number};
    adapter.dhcp_enabled = true;
  }
  return adapters;
}

class PromptHal final : public Hal {
 public:
  explicit PromptHal(std::int64_t count) : adapters_(adapters_of(count)) { batch_.reserve(adapters_.size()); }

  std::expected<std::span<const Adapter>, Error> adapters() override { return adapters_; }
  OperationId begin(Operation /*operation*/, AdapterHandle /*adapter*/) override {
    if (seen_) batch_.clear();
    seen_ = false;
    batch_.push_back({OperationId{next_id_}, {}, {}, {}, {}});
    return OperationId{next_id_++};
  }
  std::span<const Completion> wait(Instant /*deadline*/) override {
    seen_ = true;
    return batch_;
  }
  Instant now() const override { return {}; }

 private:
  std::vector<Adapter> adapters_;
  std::vector<Completion> batch_;
  bool seen_ = false;
  std::uint64_t next_id_ = 1;
};

void engine(benchmark::State& state) {
  prepare(Pages::kWarm);
  PromptHal hal(state.range(0));
  for (auto _ : state) {
    const Report report = release_dhcp_lease_all(hal, {});
    if (report.code != ReturnCode::kSuccess) state.SkipWithError("the release failed");
    benchmark::DoNotOptimize(report.outcomes.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void fill_outcomes(benchmark::State& state) {
  prepare(Pages::kWarm);
  const std::vector<Adapter> adapters = adapters_of(state.range(0));
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
BENCHMARK(fill_outcomes)->Apply(adapters);

}  // namespace
}  // namespace unlease::bench
