// Random machines with random stray completions: whatever comes, each target has one outcome and the call ends.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "engine/method.h"
#include "tests/support/mock_hal.h"

namespace unlease {
namespace {

using test::adapters_of;
using test::FakeHal;
using namespace std::chrono_literals;

// splitmix64: the same draws with every compiler.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t bound) {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return static_cast<std::uint32_t>((z ^ z >> 31) >> 32) % bound;
  }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  Duration up_to(std::uint32_t seconds) { return std::chrono::milliseconds(below(seconds * 1000 + 1)); }

 private:
  std::uint64_t state_;
};

Options random_options(Random& random) {
  Options options;
  options.max_in_flight = random.below(8);
  if (random.one_in(2)) options.timeout = 1ms + random.up_to(20);
  if (random.one_in(4)) options.deadline = random.up_to(60);
  options.verify = random.one_in(2);
  options.verify_interval = 1ms + random.up_to(2);
  options.verify_timeout = random.up_to(10);
  options.assume_dhcp = random.one_in(4);
  options.policies.skip_ip_disabled = random.one_in(2);
  return options;
}

std::vector<Adapter> random_adapters(Random& random) {
  std::vector<Adapter> adapters = adapters_of(random.below(60));
  for (Adapter& adapter : adapters) {
    adapter.dhcp_enabled = !random.one_in(4);
    adapter.ipv4_enabled = !random.one_in(6);
    if (random.one_in(8)) adapter.kind = AdapterKind::kTunnel;
    if (random.one_in(8)) adapter.address = {};
  }
  return adapters;
}

// A plan, and now and then a stray completion: a duplicate, one of a stranger, or one of an id still to come.
FakeHal::Plan random_plan(Random& random, FakeHal& hal) {
  constexpr std::uint32_t kErrors[] = {0, 0, 0, 5, 55, 1168, 1228, 3010, 0xFFFFFFFF};
  FakeHal::Plan plan;
  plan.work = random.one_in(3) ? Duration{} : random.up_to(40);
  plan.error.value = kErrors[random.below(9)];
  if (random.one_in(10)) plan.error = provider_error(Origin::kApi, 84);
  plan.hangs = random.one_in(10);
  if (random.one_in(4)) {
    const Instant ended = hal.time + random.up_to(40);
    const OperationId id{hal.next_id + 2 - random.below(8)};
    hal.inject({id, win32_error(Origin::kApi, 31), ended + random.up_to(1), hal.time, ended});
  }
  return plan;
}

void expect_sound(const Report& report, const FakeHal& hal, const Options& options) {
  std::size_t next = 0;
  std::size_t begun = 0;
  for (const Adapter& adapter : hal.machine) {
    if (adapter.kind != AdapterKind::kEthernet || !(adapter.dhcp_enabled || options.assume_dhcp)) continue;
    ASSERT_LT(next, report.outcomes.size());
    const Outcome& outcome = report.outcomes[next++];
    EXPECT_EQ(outcome.guid, adapter.guid);
    EXPECT_LE(report.began, outcome.queued);
    EXPECT_LE(outcome.queued, outcome.started);
    EXPECT_LE(outcome.started, outcome.ended);
    EXPECT_LE(outcome.ended, report.ended);
    EXPECT_LE(outcome.ended - outcome.queued, options.timeout.value_or(30s));
    const bool skipped_at_once = options.policies.skip_ip_disabled && !adapter.ipv4_enabled;
    if (!skipped_at_once && outcome.decision != Decision::kNotStarted) {
      ASSERT_LT(begun, hal.begun.size());
      EXPECT_EQ(hal.begun[begun++], adapter.guid);
    }
  }
  EXPECT_EQ(next, report.outcomes.size());
  EXPECT_EQ(begun, hal.begun.size());
  if (options.deadline) {
    EXPECT_LE(report.ended - report.began, *options.deadline);
  }
}

TEST(MethodRandom, EveryTargetHasOneOutcomeWhateverStraysIn) {
  std::uint64_t first = 1;
  std::uint64_t last = 2000;
  if (const char* wanted = std::getenv("UNLEASE_TEST_SEED")) first = last = std::stoull(wanted);
  for (std::uint64_t seed = first; seed <= last && !HasFailure(); ++seed) {
    SCOPED_TRACE("repeat with: UNLEASE_TEST_SEED=" + std::to_string(seed) +
                 " engine_tests --gtest_filter=MethodRandom.EveryTargetHasOneOutcomeWhateverStraysIn");
    Random random(seed);
    const Options options = random_options(random);
    FakeHal hal(random_adapters(random));
    hal.next_id = random.one_in(8) ? 0 - std::uint64_t{random.below(20)} : random.below(1000);
    hal.linger = random.up_to(12);
    if (random.one_in(4)) hal.snapshot_errors[1 + random.below(3)] = win32_error(Origin::kEnumeration, 31);
    hal.plan = [&](Operation, const Adapter&) { return random_plan(random, hal); };
    expect_sound(release_dhcp_lease_all(hal, options), hal, options);
  }
}

}  // namespace
}  // namespace unlease
