// What the Hal over a World promises beyond what the engine's own calls need of it.
#include "sim/sim_hal.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::seconds;

// Listing the adapters takes 10 s, in which two operations end that nobody waited for.
TEST(SimHal, WhatEndedWhileNobodyWaitedComesInOneBatchInOrder) {
  const TestWorld world(
      join("\n[[fault]]\non = \"release\"\nadapter = \"a 1\"\ndelay = \"2s\"\n",
           "[[fault]]\non = \"release\"\nadapter = \"a 2\"\ndelay = \"5s\"\n",
           "[[fault]]\non = \"enumerate\"\nnth = 2\ndelay = \"10s\"\n", kServer,
           "[[adapter]]\nname = \"a\"\ncount = 2\nlease = { server = \"dhcp1\", state = \"bound\" }\n"));
  SimHal hal(*world.world);
  ASSERT_TRUE(hal.adapters());
  const OperationId first = hal.begin(Operation::kRelease, AdapterHandle{0});
  const OperationId second = hal.begin(Operation::kRelease, AdapterHandle{1});
  ASSERT_TRUE(hal.adapters());
  const auto batch = hal.wait(kNever);
  ASSERT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch[0].id, first);
  EXPECT_EQ(batch[0].ended, Instant(seconds(2)));
  EXPECT_EQ(batch[1].id, second);
  EXPECT_EQ(batch[1].ended, Instant(seconds(5)));
  EXPECT_EQ(hal.now(), Instant(seconds(10)));
}

}  // namespace
}  // namespace unlease::sim
