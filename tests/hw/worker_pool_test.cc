// The pool over calls that a test holds and lets go. Nothing here depends on how fast anything is: what must come is
// waited for without an end, what must not come is looked for after it could have come.
#include "hw/worker_pool.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/mock_hal.h"
#include "tests/support/scripted_machine.h"

namespace unlease::hw {
namespace {

using test::adapters_of;
using test::guid_of;
using test::ScriptedMachine;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

constexpr Error kBusy = win32_error(Origin::kApi, win32::kBusy);
constexpr Error kNoThread = win32_error(Origin::kApi, win32::kNotEnoughMemory);

class WorkerPoolTest : public testing::Test {
 protected:
  // Lets all calls return, and waits until no thread is in the machine any more.
  ~WorkerPoolTest() override {
    pool_.reset();
    if (!gone_.valid()) return;
    if (const std::shared_ptr<ScriptedMachine> machine = machine_.lock()) machine->let_all_go();
    gone_.wait();
  }

  // A pool over adapters 0 to count - 1, listed.
  void make(std::uint32_t count, WorkerPoolOptions options = {}) {
    auto machine = std::make_shared<ScriptedMachine>(adapters_of(count));
    machine_ = machine;
    gone_ = machine->gone();
    options.make_thread = [this](const std::function<void()>& work) {
      if (threads_ == most_threads_ && ++refused_threads_ != thread_after_refusals_)
        throw std::system_error(std::make_error_code(std::errc::not_enough_memory));
      ++threads_;
      return std::thread([this, work] {
        work();
        const std::scoped_lock lock(mutex_);
        ++ended_threads_;
        thread_ended_.notify_all();
      });
    };
    pool_ = std::make_unique<WorkerPool>(std::move(machine), std::move(options));
    ASSERT_TRUE(pool_->adapters());
  }

  std::size_t ended_threads() {
    const std::scoped_lock lock(mutex_);
    return ended_threads_;
  }
  void await_ended_threads(std::size_t count) {
    std::unique_lock lock(mutex_);
    thread_ended_.wait(lock, [&] { return ended_threads_ >= count; });
  }

  // Precondition: the pool is there.
  ScriptedMachine& machine() { return *machine_.lock(); }

  OperationId release(std::uint32_t adapter) { return pool_->begin(Operation::kRelease, AdapterHandle{adapter}); }
  std::vector<OperationId> release_all(std::uint32_t count) {
    std::vector<OperationId> ids;
    for (std::uint32_t adapter = 0; adapter < count; ++adapter) ids.push_back(release(adapter));
    return ids;
  }

  // Waits until `count` operations have completed.
  std::vector<Completion> take(std::size_t count) {
    std::vector<Completion> all;
    while (all.size() < count) {
      const auto batch = pool_->wait(kNever);
      all.insert(all.end(), batch.begin(), batch.end());
    }
    return all;
  }
  // What has completed by now; workers are called.
  std::span<const Completion> poll() { return pool_->wait(pool_->now()); }
  // Calls workers until `count` calls have begun. Precondition: none of them returns.
  void poll_until_calls(std::size_t count) {
    while (machine().performed().size() < count) EXPECT_THAT(poll(), IsEmpty());
  }

  std::unique_ptr<WorkerPool> pool_;
  std::weak_ptr<ScriptedMachine> machine_;
  std::size_t threads_ = 0;  // made so far
  std::size_t most_threads_ = SIZE_MAX;
  std::size_t refused_threads_ = 0;
  std::size_t thread_after_refusals_ = 0;  // one more than most_threads_, at that refusal

 private:
  std::mutex
      mutex_;  // over ended_threads_; atomic waits of libstdc++ 12 miss wake-ups where there is no futex: Windows
  std::condition_variable thread_ended_;
  std::size_t ended_threads_ = 0;
  std::future<void> gone_;
};

// Gives up whoever is in a call as soon as somebody else waits.
WorkerPoolOptions impatient(std::uint32_t max_workers, std::uint32_t max_given_up = 64) {
  WorkerPoolOptions options;
  options.max_workers = max_workers;
  options.give_up_after = 0s;
  options.max_given_up = max_given_up;
  return options;
}

WorkerPoolOptions patient(std::uint32_t max_workers) {
  WorkerPoolOptions options;
  options.max_workers = max_workers;
  options.give_up_after = 24h;
  return options;
}

std::vector<OperationId> ids_of(const std::vector<Completion>& completions) {
  std::vector<OperationId> ids;
  for (const Completion& completion : completions) ids.push_back(completion.id);
  return ids;
}

TEST_F(WorkerPoolTest, CompletesWithWhatTheCallAnswers) {
  make(2);
  machine().answer = [](Operation operation, const Guid& adapter) {
    return operation == Operation::kRenew && adapter == guid_of(1) ? win32_error(Origin::kDhcpService, 1726) : Error{};
  };
  pool_->begin(Operation::kRelease, AdapterHandle{0});
  EXPECT_EQ(take(1).at(0).error, Error{});
  pool_->begin(Operation::kRenew, AdapterHandle{1});
  EXPECT_EQ(take(1).at(0).error, win32_error(Origin::kDhcpService, 1726));
}

TEST_F(WorkerPoolTest, ListsWhatTheMachineListsAndPassesItsErrorOn) {
  make(3);
  EXPECT_THAT(*pool_->adapters(), SizeIs(3));
  machine().snapshot_error = win32_error(Origin::kEnumeration, win32::kNotSupported);
  EXPECT_EQ(pool_->adapters().error(), machine().snapshot_error);
}

TEST_F(WorkerPoolTest, BeginOnlyQueuesAndTheNextWaitMakesTheWorkersThatAreNeeded) {
  make(3);
  const std::vector<OperationId> ids = release_all(3);
  EXPECT_EQ(threads_, 0U);
  EXPECT_THAT(ids_of(take(3)), testing::UnorderedElementsAreArray(ids));
  EXPECT_EQ(threads_, 3U);
}

TEST_F(WorkerPoolTest, ASnapshotCallsWorkersToo) {
  make(2);
  release_all(2);
  ASSERT_TRUE(pool_->adapters());
  machine().await_calls(2);
  EXPECT_EQ(threads_, 2U);
}

TEST_F(WorkerPoolTest, IdleWorkersAreCalledBeforeOthersAreMade) {
  make(3);
  release_all(2);
  take(2);
  release_all(2);
  take(2);
  EXPECT_EQ(threads_, 2U);
  // Held, for a worker that is quick enough would do for two.
  for (std::uint32_t adapter = 0; adapter < 3; ++adapter) machine().hold(guid_of(adapter));
  release_all(3);
  poll_until_calls(2 + 2 + 3);
  EXPECT_EQ(threads_, 3U);
}

TEST_F(WorkerPoolTest, TenThousandAdaptersShareSixtyFourWorkers) {
  make(10'000);
  const std::vector<OperationId> ids = release_all(10'000);
  const std::vector<Completion> completions = take(10'000);
  EXPECT_EQ(threads_, 64U);
  EXPECT_LE(machine().most_at_once(), 64U);
  EXPECT_THAT(machine().performed(), SizeIs(10'000));
  EXPECT_EQ(machine().most_at_once_for_one_adapter(), 1U);
  const std::vector<OperationId> completed = ids_of(completions);
  EXPECT_EQ(std::set(completed.begin(), completed.end()), std::set(ids.begin(), ids.end()));
  Instant previous = Instant::min();
  for (const Completion& completion : completions) {
    ASSERT_GT(completion.ended, previous);
    previous = completion.ended;
  }
}

TEST_F(WorkerPoolTest, OneWorkerPerformsInTheOrderOfBegin) {
  make(3, patient(1));
  for (const std::uint32_t adapter : {2U, 0U, 1U}) release(adapter);
  take(3);
  EXPECT_THAT(machine().performed(), ElementsAre(guid_of(2), guid_of(0), guid_of(1)));
}

TEST_F(WorkerPoolTest, AnAdapterIsBusyWhileItsOperationIsQueuedOrUnderWayAndNotAfterwards) {
  make(1);
  machine().hold(guid_of(0));
  const OperationId first = release(0);
  const OperationId while_queued = release(0);
  EXPECT_THAT(ids_of(take(1)), ElementsAre(while_queued));
  machine().await_calls(1);
  release(0);
  const Completion busy = take(1).at(0);
  EXPECT_EQ(busy.error, kBusy);
  EXPECT_LE(busy.queued, busy.ended);

  machine().let_go(guid_of(0));
  EXPECT_THAT(ids_of(take(1)), ElementsAre(first));
  release(0);
  EXPECT_EQ(take(1).at(0).error, Error{});
}

TEST_F(WorkerPoolTest, ABusyAdapterIsKnownByItsGuidInEverySnapshot) {
  make(2);
  machine().hold(guid_of(0));
  release(0);
  machine().machine = {test::adapter_of(7), test::adapter_of(0)};
  ASSERT_TRUE(pool_->adapters());
  const OperationId other = release(0);
  EXPECT_THAT(ids_of(take(1)), ElementsAre(other));
  EXPECT_THAT(machine().performed(), testing::Contains(guid_of(7)));
  release(1);
  EXPECT_EQ(take(1).at(0).error, kBusy);
}

TEST_F(WorkerPoolTest, AHungCallDoesNotKeepAWaitFromItsDeadline) {
  make(1);
  machine().hold(guid_of(0));
  release(0);
  const Instant deadline = pool_->now() + 1ms;
  EXPECT_THAT(pool_->wait(deadline), IsEmpty());
  EXPECT_GE(pool_->now(), deadline);
}

TEST_F(WorkerPoolTest, AHungCallDoesNotHangTheDestructor) {
  make(3, patient(2));
  machine().hold(guid_of(0));
  release_all(2);
  take(1);
  machine().await_calls(2);
  pool_.reset();
  EXPECT_EQ(ended_threads(), 1U) << "the idle worker is joined, the other one not waited for";
}

TEST_F(WorkerPoolTest, AHungCallThatWasGivenUpDoesNotHangTheDestructor) {
  make(2, impatient(1));
  machine().hold(guid_of(0));
  release_all(2);
  take(1);
  pool_.reset();
  EXPECT_EQ(ended_threads(), 1U);
}

TEST_F(WorkerPoolTest, WhatIsQueuedWhenThePoolGoesIsNeverPerformed) {
  make(2, patient(1));
  machine().hold(guid_of(0));
  const std::shared_ptr<ScriptedMachine> keep = machine_.lock();
  release_all(2);
  EXPECT_THAT(poll(), IsEmpty());
  machine().await_calls(1);
  pool_.reset();
  keep->let_all_go();
  await_ended_threads(1);
  EXPECT_THAT(keep->performed(), ElementsAre(guid_of(0)));
}

TEST_F(WorkerPoolTest, AWorkerInAHungCallIsReplacedWhenSomebodyWaits) {
  make(2, impatient(1));
  machine().hold(guid_of(0));
  release(0);
  poll_until_calls(1);
  EXPECT_THAT(poll(), IsEmpty());
  EXPECT_EQ(threads_, 1U) << "nobody waits: nobody is given up";

  const OperationId second = release(1);
  EXPECT_THAT(ids_of(take(1)), ElementsAre(second));
  EXPECT_EQ(threads_, 2U);
}

TEST_F(WorkerPoolTest, AWorkerIsNotReplacedBeforeItsTime) {
  make(2, patient(1));
  machine().hold(guid_of(0));
  const std::vector<OperationId> ids = release_all(2);
  poll_until_calls(1);
  EXPECT_THAT(poll(), IsEmpty());
  machine().let_go(guid_of(0));
  EXPECT_EQ(ids_of(take(2)), ids);
  EXPECT_EQ(threads_, 1U);
}

TEST_F(WorkerPoolTest, AWaitWithoutAnEndReplacesAWorkerWhenItsTimeHasCome) {
  WorkerPoolOptions options = patient(1);
  options.give_up_after = 1ms;
  make(2, options);
  machine().hold(guid_of(0));
  const std::vector<OperationId> ids = release_all(2);
  const Completion second = take(1).at(0);
  EXPECT_EQ(second.id, ids[1]);
  EXPECT_GE(second.started - second.queued, 1ms);
}

TEST_F(WorkerPoolTest, BeyondTheLimitOfGivenUpWorkersOperationsWaitUntilACallReturns) {
  make(4, impatient(1, 2));
  for (const std::uint32_t adapter : {0U, 1U, 2U}) machine().hold(guid_of(adapter));
  const std::vector<OperationId> ids = release_all(4);
  poll_until_calls(3);
  EXPECT_THAT(poll(), IsEmpty());
  EXPECT_EQ(threads_, 3U);
  EXPECT_THAT(machine().performed(), UnorderedElementsAre(guid_of(0), guid_of(1), guid_of(2)));

  machine().let_go(guid_of(1));
  EXPECT_THAT(ids_of(take(2)), ElementsAre(ids[1], ids[3]));
  EXPECT_EQ(threads_, 4U);
}

TEST_F(WorkerPoolTest, AGivenUpCallKeepsItsAdapterBusyCompletesLateAndEndsItsWorker) {
  make(2, impatient(1));
  machine().hold(guid_of(0));
  const std::vector<OperationId> ids = release_all(2);
  EXPECT_THAT(ids_of(take(1)), ElementsAre(ids[1]));
  release(0);
  EXPECT_EQ(take(1).at(0).error, kBusy);

  machine().let_go(guid_of(0));
  EXPECT_THAT(ids_of(take(1)), ElementsAre(ids[0]));
  await_ended_threads(1);
  EXPECT_EQ(ended_threads(), 1U);
  const OperationId again = release(0);
  EXPECT_THAT(ids_of(take(1)), ElementsAre(again));
  EXPECT_EQ(threads_, 2U);
}

TEST_F(WorkerPoolTest, WithoutAThreadOperationsCompleteWithOutOfMemory) {
  make(2);
  most_threads_ = 0;
  release_all(2);
  for (const Completion& completion : take(2)) EXPECT_EQ(completion.error, kNoThread);
  EXPECT_THAT(machine().performed(), IsEmpty());

  most_threads_ = 1;
  release_all(2);
  for (const Completion& completion : take(2)) EXPECT_EQ(completion.error, Error{}) << "and are not busy afterwards";
}

TEST_F(WorkerPoolTest, WithOneThreadOperationsWaitForIt) {
  make(3);
  most_threads_ = 1;
  const std::vector<OperationId> ids = release_all(3);
  EXPECT_EQ(ids_of(take(3)), ids);
}

TEST_F(WorkerPoolTest, WithoutAThreadForAReplacementNobodyElseIsGivenUp) {
  make(4, impatient(2));
  most_threads_ = 2;
  machine().hold(guid_of(0));
  machine().hold(guid_of(1));
  const std::vector<OperationId> ids = release_all(4);
  poll_until_calls(2);
  EXPECT_THAT(poll(), IsEmpty());
  machine().let_all_go();
  EXPECT_THAT(ids_of(take(4)), testing::UnorderedElementsAreArray(ids));
}

TEST_F(WorkerPoolTest, WithoutAThreadForAReplacementItIsTriedAgainButNotWithoutAPause) {
  WorkerPoolOptions options = patient(1);
  options.give_up_after = 20ms;
  make(2, options);
  most_threads_ = 1;
  machine().hold(guid_of(0));
  const std::vector<OperationId> ids = release_all(2);
  EXPECT_THAT(pool_->wait(pool_->now() + 100ms), IsEmpty());
  EXPECT_LE(refused_threads_, 6U) << "one every 20 ms";

  most_threads_ = 2;
  EXPECT_THAT(ids_of(take(1)), ElementsAre(ids[1])) << "the only worker hangs, but what is queued is not lost";
}

TEST_F(WorkerPoolTest, WithoutAThreadForAFurtherWorkerItIsTriedAgain) {
  WorkerPoolOptions options = patient(2);
  options.give_up_after = 1ms;
  make(2, options);
  most_threads_ = 1;
  machine().hold(guid_of(0));
  const std::vector<OperationId> ids = release_all(2);
  poll_until_calls(1);
  thread_after_refusals_ = refused_threads_ + 3;
  EXPECT_THAT(ids_of(take(1)), ElementsAre(ids[1]));
}

// The engine gives up a release after 30 s, counted from begin(): one that waits for a place has to get it well before.
TEST(WorkerPoolOptions, ReplaceAHungWorkerWhileWhatWaitsCanStillBeDone) {
  EXPECT_LE(WorkerPoolOptions{}.give_up_after, 30s / 3);
  EXPECT_GE(WorkerPoolOptions{}.max_given_up, WorkerPoolOptions{}.max_workers);
}

}  // namespace
}  // namespace unlease::hw
