#include "bench/worlds.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bench/stopwatch.h"
#include "sim/scenario_loader.h"
#include "sim/sim_hal.h"

namespace unlease::bench {
namespace {

constexpr std::string_view kServer = R"(
version = 1
name = "benchmark"
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.31.255.250"
)";

std::string adapters(std::string_view name, std::int64_t count, std::string_view lease) {
  return fmt::format("[[adapter]]\nname = \"{}\"\ncount = {}\nlease = {}\n", name, count, lease);
}

constexpr std::string_view kBound = R"({ server = "dhcp1", state = "bound" })";

std::string three_kinds(std::int64_t count) {
  const std::int64_t few = std::max<std::int64_t>(count / 20, 1);
  return std::string(kServer) + adapters("Ethernet", count - 2 * few, kBound) + adapters("Hanging", few, kBound) +
         adapters("USB", few, kBound);
}

constexpr std::string_view kFaults = R"(
[[segment]]
name = "lan"
loss = 0.1
[[fault]]
on = "release"
adapter = "Hanging*"
hang = true
[[fault]]
on = "release"
adapter = "USB*"
delay = "5s"
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
[[step]]
at = "2s"
set = { adapter = "USB*", link = "removed" }
)";

// Ends the process where `text` is no scenario.
sim::Scenario scenario_of(const std::string& text) {
  sim::Loaded loaded = sim::load_scenario_text(text, "benchmark");
  if (!loaded.scenario) {
    fmt::print(stderr, "{}\n", sim::to_string("benchmark", loaded.diagnostics.front()));
    std::exit(EXIT_FAILURE);
  }
  return std::move(*loaded.scenario);
}

}  // namespace

std::string one_table(std::int64_t count) { return std::string(kServer) + adapters("Ethernet", count, kBound); }

std::string many_tables(std::int64_t count) {
  std::string text(kServer);
  for (std::int64_t number = 1; number <= count; ++number) {
    text += fmt::format(R"([[adapter]]
name = "Ethernet {}"
lease = {}
settings = {{ gateways = ["10.0.0.1"], host_name = "pc{}", node_type = "hybrid" }}
)",
                        number, kBound, number);
  }
  return text;
}

sim::Scenario bound_adapters(std::int64_t count) { return scenario_of(one_table(count)); }

sim::Scenario jittered_adapters(std::int64_t count) {
  return scenario_of(one_table(count) + "[[segment]]\nname = \"lan\"\njitter = \"1ms\"\n");
}

sim::Scenario faulty_adapters(std::int64_t count) { return scenario_of(three_kinds(count) + std::string(kFaults)); }

sim::Scenario clean_adapters(std::int64_t count) { return scenario_of(three_kinds(count)); }

sim::Scenario acquiring_adapters(std::int64_t count) {
  return scenario_of(std::string(kServer) + adapters("Ethernet", count, "{ acquire = true }") +
                     fmt::format(R"(
[[step]]
at = "3s"
call = "ReleaseDHCPLeaseAll"
expect = {{ code = 0, packets = {{ ack = {0}, release = {0} }}, servers = {{ dhcp1 = {{ bound = 0 }} }} }}
)",
                                 count));
}

Report release_all(sim::World& world) {
  sim::SimHal hal(world);
  Report report = release_dhcp_lease_all(hal, world.scenario().engine);
  const sim::SegmentSpec& segment = world.scenario().segments[0];
  while (world.advance(world.now() + segment.latency + segment.jitter)) {
  }
  return report;
}

std::optional<double> seconds_of_wave(const sim::Scenario& scenario, const sim::WorldOptions& options,
                                      std::uint64_t least) {
  const auto world = std::make_unique<sim::World>(scenario, options);
  const std::uint64_t bound = world->lease_count(0, sim::LeaseStatus::kBound);
  Report report;
  const double seconds = seconds_of([&] { report = release_all(*world); });
  const std::uint64_t freed = bound - world->lease_count(0, sim::LeaseStatus::kBound);
  return report.outcomes.size() == bound && freed >= least ? std::optional(seconds) : std::nullopt;
}

std::filesystem::path source_folder() { return UNLEASE_SOURCE_DIR; }

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source_folder() / "scenarios")) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace unlease::bench
