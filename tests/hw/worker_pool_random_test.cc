// Random calls, some of which hang, over pools of all sizes: the rules of engine/hal.h hold, and everything ends.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <future>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "hw/worker_pool.h"
#include "tests/support/checked_hal.h"
#include "tests/support/mock_hal.h"
#include "tests/support/scripted_machine.h"

namespace unlease::hw {
namespace {

using test::adapters_of;
using test::CheckedHal;
using test::guid_of;
using test::ScriptedMachine;
using namespace std::chrono_literals;

constexpr std::uint32_t kAdapters = 12;

class RandomUse {
 public:
  explicit RandomUse(std::uint64_t seed) : random_(seed) {}

  void play() {
    auto machine = std::make_shared<ScriptedMachine>(adapters_of(kAdapters));
    const std::future<void> gone = machine->gone();
    {
      WorkerPoolOptions options;
      options.max_workers = 1 + below(5);
      options.give_up_after = below(2) == 0 ? 0s : 24h;
      options.max_given_up = below(4);
      WorkerPool pool(machine, options);
      CheckedHal hal(pool);
      EXPECT_TRUE(hal.adapters());
      for (std::uint32_t steps = below(60); steps > 0; --steps) step(hal, *machine);
      if (below(2) == 0) {
        machine->let_all_go();
        while (hal.in_flight() > 0) hal.wait(kNever);
      }
      EXPECT_LE(machine->most_at_once(), options.max_workers + options.max_given_up);
    }
    machine->let_all_go();
    EXPECT_LE(machine->most_at_once_for_one_adapter(), 1U);
    machine.reset();
    gone.wait();
  }

 private:
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

  void step(CheckedHal& hal, ScriptedMachine& machine) {
    const std::uint32_t adapter = below(kAdapters);
    switch (below(8)) {
      case 0:
        machine.hold(guid_of(adapter));
        break;
      case 1:
        machine.let_go(guid_of(adapter));
        break;
      case 2:
        EXPECT_TRUE(hal.adapters());
        break;
      case 3:
        hal.wait(hal.now() - 1ms);
        break;
      case 4:
        hal.wait(hal.now() + std::chrono::microseconds(below(100)));
        break;
      default:
        hal.begin(below(2) == 0 ? Operation::kRelease : Operation::kRenew, AdapterHandle{adapter});
    }
  }

  std::mt19937_64 random_;
};

TEST(WorkerPoolRandom, TheRulesHoldWhateverHangs) {
  std::uint64_t first = 1;
  std::uint64_t last = 500;
  if (const char* wanted = std::getenv("UNLEASE_TEST_SEED")) first = last = std::stoull(wanted);
  for (std::uint64_t seed = first; seed <= last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("repeat with: UNLEASE_TEST_SEED=" + std::to_string(seed) +
                 " hw_tests --gtest_filter=WorkerPoolRandom.TheRulesHoldWhateverHangs");
    RandomUse(seed).play();
  }
}

}  // namespace
}  // namespace unlease::hw
