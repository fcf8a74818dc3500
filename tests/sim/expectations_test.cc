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

}  // namespace
}  // namespace unlease::sim
