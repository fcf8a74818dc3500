// What ends a run before its last step has settled: its deadline, or a violation.
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

TEST(Runner, ARunBeyondItsDeadlineBreaksInvariant12) {
  const std::string text = join("\n[run]\ndeadline = \"10s\"\n", kServer, kBound, "[host]\ndhcp_service = \"hung\"\n");
  const PlayResult result = play_text(text);
  EXPECT_EQ(result.verdict, Verdict::kViolated);
  EXPECT_EQ(numbers_of(result.violations), std::vector<std::uint32_t>{12});
  EXPECT_TRUE(passes(join(text, "[expect]\nviolations = [12]\n")));
  EXPECT_TRUE(passes(join(text, "[expect]\ncode = 83\nviolations = [12]\n"))) << "its last call ended all the same";
}

TEST(Runner, ARunThatItsDeadlineStopsMayExpectJustThat) {
  EXPECT_TRUE(passes(join("\n[run]\ndeadline = \"1s\"\n", kServer, kBound, R"(
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
expect = { code = 0 }
[[step]]
at = "5s"
set = { server = "dhcp1", state = "down" }
[expect]
violations = [12]
)")));
}

TEST(Runner, AnExpectationThatTheDeadlineLeavesUnjudgedIsAFailure) {
  const PlayResult result = play_text(join(kServer, kBound, R"(
[run]
deadline = "1s"
[[step]]
call = "ReleaseDHCPLeaseAll"
[[step]]
at = "5s"
expect = { code = 0 }
[expect]
violations = [12]
)"));
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].subject, "deadline");
}

// The first copy arrives when the run is over, and the second is still under way.
TEST(Runner, AnExpectationThatStillWaitsForAPacketAtTheDeadlineIsAFailure) {
  const PlayResult result = play_text(join(R"(
[run]
deadline = "5s"
[[segment]]
name = "lan"
latency = "6s"
duplicate = 1.0
)",
                                           kServer, kBound, "[expect]\ncode = 0\nviolations = [12]\n"));
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].subject, "deadline");
}

// The loader refuses a lease of an adapter that is not under DHCP. Where one had it all the same, the world would be
// wrong from 0s on.
TEST(Runner, AfterAViolationNoStepIsTaken) {
  const auto scenario = scenario_of(join(kServer, kBound, "[expect]\ncode = 0\n"));
  scenario->adapters[0].dhcp = false;
  const PlayResult result = play(*scenario, {.seed = 5});
  EXPECT_EQ(result.verdict, Verdict::kViolated);
  EXPECT_EQ(numbers_of(result.violations), std::vector<std::uint32_t>{2});
  EXPECT_EQ(result.violations[0].adapter, 0U);
  ASSERT_FALSE(result.violations[0].history.empty());
  EXPECT_EQ(result.violations[0].history.back().ordinal, result.violations[0].event);
  EXPECT_EQ(result.seed, 5U);
  EXPECT_TRUE(result.calls.empty());
  EXPECT_TRUE(result.failures.empty());
}

}  // namespace
}  // namespace unlease::sim
