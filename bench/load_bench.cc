// From text to a checked scenario: a file of many tables, and a million adapters in one. The floor is TOML's parser
// alone, on the same text.
#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <toml++/toml.h>

#include "sim/scenario_loader.h"

namespace unlease::bench {
namespace {

constexpr int kTables = 2000;

std::string many_tables() {
  std::string text = R"(
version = 1
name = "many"
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.255.250"
)";
  for (int number = 1; number <= kTables; ++number) {
    text += fmt::format(R"(
[[adapter]]
name = "Ethernet {}"
lease = {{ server = "dhcp1", state = "bound" }}
settings = {{ gateways = ["10.0.0.1"], host_name = "pc{}", node_type = "hybrid" }}
)",
                        number, number);
  }
  return text + "[expect]\ncode = 0\n";
}

std::string million() {
  return R"(
version = 1
name = "million"
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.31.255.250"
[[adapter]]
name = "Ethernet"
count = 1000000
lease = { server = "dhcp1", state = "bound" }
[expect]
code = 0
)";
}

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

void load_tables(benchmark::State& state) { time_loading(state, many_tables(), load); }
void parse_tables(benchmark::State& state) { time_loading(state, many_tables(), parse); }
void load_million(benchmark::State& state) { time_loading(state, million(), load); }
void parse_million(benchmark::State& state) { time_loading(state, million(), parse); }

BENCHMARK(load_tables)->Unit(benchmark::kMicrosecond);
BENCHMARK(parse_tables)->Unit(benchmark::kMicrosecond);
BENCHMARK(load_million)->Unit(benchmark::kMicrosecond);
BENCHMARK(parse_million)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace unlease::bench
