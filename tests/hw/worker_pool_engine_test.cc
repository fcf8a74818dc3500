// The method over a pool: what calls that wait in the queue, or come back late, look like in its report.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <span>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/method.h"
#include "hw/worker_pool.h"
#include "tests/support/mock_hal.h"
#include "tests/support/scripted_machine.h"

namespace unlease::hw {
namespace {

using test::adapters_of;
using test::guid_of;
using test::ScriptedMachine;
using namespace std::chrono_literals;

// A pool whose first wait() lasts until its deadline without taking that long.
class SkippingHal final : public Hal {
 public:
  explicit SkippingHal(Hal& hal) : hal_(hal) {}

  std::expected<std::span<const Adapter>, Error> adapters() override { return hal_.adapters(); }
  OperationId begin(Operation operation, AdapterHandle adapter) override { return hal_.begin(operation, adapter); }
  std::span<const Completion> wait(Instant deadline) override {
    if (skipped_ != 0s) return hal_.wait(deadline - skipped_);
    const auto batch = hal_.wait(hal_.now());
    skipped_ = deadline - hal_.now();
    return batch;
  }
  Instant now() const override { return hal_.now() + skipped_; }

 private:
  Hal& hal_;
  Duration skipped_{0};
};

// Invariant 10 over a pool: the order in which its calls return is anybody's guess.
TEST(WorkerPoolEngine, AnyNumberOfWorkersGivesTheSameOutcomesAndTheSameNumber) {
  constexpr std::uint32_t kErrors[] = {0, 5, 0, 1168, 31};
  const auto outcomes_of = [&](std::uint32_t workers) {
    const auto machine = std::make_shared<ScriptedMachine>(adapters_of(50));
    machine->answer = [&](Operation, const Guid& guid) {
      return win32_error(Origin::kApi, kErrors[guid.bytes.back() % std::size(kErrors)]);
    };
    WorkerPoolOptions options;
    options.max_workers = workers;
    WorkerPool pool(machine, options);
    const Report report = release_dhcp_lease_all(pool, {});
    std::vector<std::tuple<Guid, Error, ReturnCode, Decision>> outcomes;
    for (const Outcome& outcome : report.outcomes) {
      outcomes.emplace_back(outcome.guid, outcome.error, outcome.code, outcome.decision);
    }
    return std::pair(report.code, outcomes);
  };
  const auto one = outcomes_of(1);
  EXPECT_EQ(one.first, ReturnCode::kPartial);
  EXPECT_EQ(std::get<2>(one.second.at(1)), ReturnCode::kAccessDenied);
  for (const std::uint32_t workers : {2U, 8U, 64U}) EXPECT_EQ(outcomes_of(workers), one) << workers;
}

TEST(WorkerPoolEngine, AReleaseThatWaitedInTheQueueShowsIt) {
  const auto machine = std::make_shared<ScriptedMachine>(adapters_of(2));
  machine->answer = [](Operation, const Guid&) {
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() == begin) {
    }
    return Error{};
  };
  WorkerPoolOptions options;
  options.max_workers = 1;
  options.give_up_after = 24h;
  WorkerPool pool(machine, options);
  const Report report = release_dhcp_lease_all(pool, {});
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  ASSERT_EQ(report.outcomes.size(), 2U);
  EXPECT_GT(report.outcomes[1].started, report.outcomes[1].queued);
  EXPECT_GE(report.outcomes[1].started, report.outcomes[0].ended);
  EXPECT_GT(report.outcomes[0].ended, report.outcomes[1].queued);
}

TEST(WorkerPoolEngine, WaitingInTheQueueCountsAgainstTheTimeout) {
  const auto machine = std::make_shared<ScriptedMachine>(adapters_of(2));
  machine->hold(guid_of(0));
  WorkerPoolOptions options;
  options.max_workers = 1;
  options.give_up_after = 24h;
  {
    WorkerPool pool(machine, options);
    const Report report = release_dhcp_lease_all(pool, {.timeout = 1ms});
    EXPECT_EQ(report.code, ReturnCode::kUnableToRelease);
    for (const Outcome& outcome : report.outcomes) EXPECT_EQ(outcome.decision, Decision::kTimedOut);
  }
  machine->let_all_go();
}

// The second call lets the first one, given up by then, return before it.
TEST(WorkerPoolEngine, ACompletionThatComesLateIsCountedAndDropped) {
  const auto machine = std::make_shared<ScriptedMachine>(adapters_of(2));
  machine->hold(guid_of(0));
  const auto first_ended = std::make_shared<std::promise<void>>();
  machine->answer = [&](Operation, const Guid& adapter) {
    if (adapter == guid_of(0)) return Error{};
    machine->let_go(guid_of(0));
    first_ended->get_future().wait();
    return Error{};
  };
  WorkerPoolOptions options;
  options.max_workers = 1;
  options.give_up_after = 0s;
  options.make_thread = [&, count = 0](const std::function<void()>& work) mutable {
    const bool first = ++count == 1;
    return std::thread([first_ended, work, first] {
      work();
      if (first) first_ended->set_value();
    });
  };
  WorkerPool pool(machine, options);
  SkippingHal hal(pool);
  const Report report = release_dhcp_lease_all(hal, {.max_in_flight = 1, .timeout = 1h});
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  ASSERT_EQ(report.outcomes.size(), 2U);
  EXPECT_EQ(report.outcomes[0].decision, Decision::kTimedOut);
  EXPECT_EQ(report.outcomes[1].decision, Decision::kCompleted);
  EXPECT_EQ(report.late_completions, 1U);
  EXPECT_EQ(report.unknown_completions, 0U);
}

}  // namespace
}  // namespace unlease::hw
