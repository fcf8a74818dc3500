// Which broken invariants a scenario has asked for. runner_test.cc has what is expected of worlds and calls.
#include "sim/expectations.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

class Expectations : public ::testing::Test {
 protected:
  ViolationLog& log() { return world_->context().recorder.invariants().log(); }
  std::vector<Failure> judged(const std::string& violations) {
    const auto scenario = scenario_of(join(kServer, kBound, "[expect]\nviolations = [", violations, "]\n"));
    std::vector<Failure> failures;
    judge_violations(scenario->expect, log(), failures);
    return failures;
  }

 private:
  TestWorld world_{join(kServer, kBound)};
};

TEST_F(Expectations, ExactlyTheInvariantsThatWereBrokenAreToBeNamed) {
  EXPECT_TRUE(judged("").empty());
  log().add(4, Instant{}, 0, "it happened");
  EXPECT_TRUE(judged("4").empty());
  for (const char* others : {"", "3", "3, 4"}) EXPECT_EQ(judged(others).size(), 1U) << others;
  log().add(8, Instant{}, 0, "they disagree");
  EXPECT_TRUE(judged("8, 4").empty());
  EXPECT_EQ(judged("4").size(), 1U);
}

TEST_F(Expectations, AnotherInvariantThatWasBrokenIsToldWithTheEventThatShowedIt) {
  log().add(4, Instant{}, 0, "it happened");
  const Failure failure = judged("3").at(0);
  EXPECT_EQ(failure.subject, "violations");
  EXPECT_EQ(failure.expected, "3");
  EXPECT_TRUE(failure.actual.starts_with("4 (event ")) << failure.actual;
  EXPECT_TRUE(failure.actual.ends_with(": it happened)")) << failure.actual;
}

TEST_F(Expectations, AnInvariantThatIsBrokenOftenHidesNoOther) {
  for (int time = 0; time < 1'000; ++time) log().add(6, Instant{}, 0, "again");
  log().add(8, Instant{}, 0, "they disagree");
  EXPECT_TRUE(judged("6, 8").empty());
}

TEST_F(Expectations, AStepOrTheEndMayNameAnInvariant) {
  const auto scenario = scenario_of(join(kServer, kBound, R"(
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
expect = { violations = [4] }
[expect]
violations = [4, 8]
)"));
  EXPECT_TRUE(expects_violation(*scenario, 4));
  EXPECT_TRUE(expects_violation(*scenario, 8));
  EXPECT_FALSE(expects_violation(*scenario, 3));
}

}  // namespace
}  // namespace unlease::sim
