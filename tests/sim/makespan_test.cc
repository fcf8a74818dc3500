// How long a call takes in virtual time is a fact, not a measurement: that of its slowest adapter; and, with so many in
// flight at a time, that of list scheduling, which is worked out here once more.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/sim_hal.h"
#include "tests/sim/random_test_support.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

constexpr std::uint32_t kAdapters = 40;
constexpr int kRounds = 8;
constexpr std::string_view kWideServer = R"(
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.250"
)";

std::vector<Duration> random_latencies(TestRandom& random) {
  std::vector<Duration> latencies;
  for (std::uint32_t i = 0; i < kAdapters; ++i) {
    // Coarse ones too: many then end at the same instant.
    latencies.emplace_back(random.below(2) == 0 ? std::chrono::seconds(1 + random.below(5))
                                                : std::chrono::microseconds(1 + random.below(5'000'000)));
  }
  return latencies;
}

// The release of the n-th adapter takes the n-th latency.
std::string scenario_with(const std::vector<Duration>& latencies, std::uint32_t max_in_flight) {
  std::string text =
      fmt::format("\n[engine]\nmax_in_flight = {}\ntimeout = \"1h\"\n", max_in_flight) + std::string(kWideServer);
  text += fmt::format("[[adapter]]\nname = \"a\"\ncount = {}\nlease = {{ server = \"dhcp1\", state = \"bound\" }}\n",
                      latencies.size());
  for (std::size_t i = 0; i < latencies.size(); ++i) {
    text += fmt::format("[[fault]]\non = \"release\"\nadapter = \"a {}\"\ndelay = \"{}us\"\n", i + 1,
                        std::chrono::floor<std::chrono::microseconds>(latencies[i]).count());
  }
  return text;
}

Report release_all(const std::vector<Duration>& latencies, std::uint32_t max_in_flight) {
  const TestWorld world(scenario_with(latencies, max_in_flight));
  SimHal hal(*world.world);
  return release_dhcp_lease_all(hal, world->scenario().engine);
}

// When each ends where `slots` work at a time, and each takes the next in line as soon as it is free.
std::vector<Instant> list_schedule(const std::vector<Duration>& latencies, std::uint32_t slots) {
  std::priority_queue<Instant, std::vector<Instant>, std::greater<>> free;
  for (std::uint32_t slot = 0; slot < slots; ++slot) free.push(Instant{});
  std::vector<Instant> ends;
  for (const Duration latency : latencies) {
    ends.push_back(free.top() + latency);
    free.pop();
    free.push(ends.back());
  }
  return ends;
}

std::vector<Instant> ends_of(const Report& report) {
  std::vector<Instant> ends;
  for (const Outcome& outcome : report.outcomes) ends.push_back(outcome.ended);
  return ends;
}

TEST(Makespan, IsTheSlowestAdaptersLatency) {
  const std::uint64_t seed = random_test_seed();
  SCOPED_TRACE(how_to_repeat(seed, "Makespan.*"));
  TestRandom random(seed);
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<Duration> latencies = random_latencies(random);
    const Report report = release_all(latencies, 0);
    EXPECT_EQ(report.code, ReturnCode::kSuccess);
    EXPECT_EQ(report.ended - report.began, *std::ranges::max_element(latencies));
    EXPECT_EQ(ends_of(report), list_schedule(latencies, kAdapters));
  }
}

TEST(Makespan, WithALimitInFlightIsThatOfListScheduling) {
  const std::uint64_t seed = random_test_seed();
  SCOPED_TRACE(how_to_repeat(seed, "Makespan.*"));
  TestRandom random(seed);
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<Duration> latencies = random_latencies(random);
    for (const std::uint32_t slots : {1U, 2U, 3U, 7U, kAdapters - 1, kAdapters + 24}) {
      SCOPED_TRACE(fmt::format("round {}, {} in flight", round, slots));
      const Report report = release_all(latencies, slots);
      EXPECT_EQ(report.code, ReturnCode::kSuccess);
      EXPECT_EQ(ends_of(report), list_schedule(latencies, slots));
      EXPECT_EQ(report.ended, std::ranges::max(ends_of(report)));
    }
  }
}

}  // namespace
}  // namespace unlease::sim
