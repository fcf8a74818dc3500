// Which broken invariants a scenario has asked for. runner_test.cc has what is expected of worlds and calls.
#include "sim/expectations.h"

#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

TEST(Expectations, AViolationIsUnexpectedWhereOnlyAnotherIsExpected) {
  const auto scenario = scenario_of(join(kServer, kBound, "[expect]\nviolations = [4]\n"));
  const AdapterTable table(scenario->adapters);
  InvariantChecker checker(*scenario, table);
  checker.report(4, Instant{}, 0, "expected");
  std::vector<Failure> failures;
  EXPECT_TRUE(judge_violations(*scenario, checker, failures).empty());
  checker.report(8, Instant{}, 0, "not expected");
  EXPECT_EQ(numbers_of(judge_violations(*scenario, checker, failures)), std::vector<std::uint32_t>{8});
  EXPECT_TRUE(failures.empty());
}

TEST(Expectations, AnExpectedViolationThatComesOftenHidesNoOther) {
  const auto scenario = scenario_of(join(kServer, kBound, "[expect]\nviolations = [6]\n"));
  const TestWorld world(join(kServer, kBound));
  InvariantChecker& checker = world->context().recorder.invariants();
  for (int time = 0; time < 1'000; ++time) checker.report(6, Instant{}, 0, "again");
  checker.report(8, Instant{}, 0, "they disagree");
  std::vector<Failure> failures;
  EXPECT_EQ(numbers_of(judge_violations(*scenario, checker, failures)), std::vector<std::uint32_t>{8});
}

}  // namespace
}  // namespace unlease::sim
