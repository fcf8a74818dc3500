#include <chrono>
#include <cstdint>

#include <gmock/gmock.h>

#include "sim/simulated_machine.h"

// Code of our own: one adapter after the other, a second apart, and true only if all went well.
static bool release_politely(unlease::Hal& hal) {
  const auto adapters = hal.adapters();
  if (!adapters) return false;
  for (std::uint32_t i = 0; i < adapters->size(); ++i) {
    hal.begin(unlease::Operation::kRelease, unlease::AdapterHandle{i});
    const auto done = hal.wait(hal.now() + std::chrono::seconds(30));
    if (done.empty() || !unlease::is_success(done.front().error)) return false;
    hal.wait(hal.now() + std::chrono::seconds(1));
  }
  return true;
}

TEST(ReleasePolitely, GivesEveryLeaseBack) {
  auto machine = unlease::sim::SimulatedMachine::load("office.toml");
  ASSERT_TRUE(machine) << machine.error();
  EXPECT_TRUE(release_politely(machine->hal()));
  EXPECT_THAT(machine->unmet_expectations(), testing::IsEmpty());
}
