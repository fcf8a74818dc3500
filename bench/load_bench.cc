// From text to a checked scenario: a file of many tables, and a million adapters in one. The floor is TOML's parser
// alone, on the same text.
#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>
#include <toml++/toml.h>

#include "bench/worlds.h"
#include "sim/scenario_loader.h"

namespace unlease::bench {
namespace {

constexpr std::int64_t kTables = 2000;
constexpr std::int64_t kMillion = 1'000'000;

template <class Load>
void time_loading(benchmark::State& state, const std::string& text, const Load& load) {
  for (auto _ : state) {
    if (!load(text)) state.SkipWithError("the file was refused");
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

bool load(const std::string& text) { return sim::load_scenario_text(text, "benchmark").scenario.has_value(); }

// The parser's code is the loader's, or that of the library.
bool parse(const std::string& text) {
  try {
    return !toml::parse(text).empty();
  } catch (const toml::parse_error&) {
    return false;
  }
}

void load_tables(benchmark::State& state) { time_loading(state, many_tables(kTables), load); }
void parse_tables(benchmark::State& state) { time_loading(state, many_tables(kTables), parse); }
void load_million(benchmark::State& state) { time_loading(state, one_table(kMillion), load); }
void parse_million(benchmark::State& state) { time_loading(state, one_table(kMillion), parse); }

BENCHMARK(load_tables)->Unit(benchmark::kMicrosecond);
BENCHMARK(parse_tables)->Unit(benchmark::kMicrosecond);
BENCHMARK(load_million)->Unit(benchmark::kMicrosecond);
BENCHMARK(parse_million)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace unlease::bench
