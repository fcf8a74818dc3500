// The pool over calls that hang, and where no threads are to be had.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/hw/worker_pool_fixture.h"

namespace unlease::hw {
namespace {

using test::guid_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

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
  const std::shared_ptr<test::ScriptedMachine> keep = machine_.lock();
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
  make(2, giving_up_after(1ms, 1));
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
  make(2, giving_up_after(20ms, 1));
  most_threads_ = 1;
  machine().hold(guid_of(0));
  const std::vector<OperationId> ids = release_all(2);
  EXPECT_THAT(pool_->wait(pool_->now() + 100ms), IsEmpty());
  EXPECT_LE(refused_threads_, 6U) << "one every 20 ms";

  most_threads_ = 2;
  EXPECT_THAT(ids_of(take(1)), ElementsAre(ids[1])) << "the only worker hangs, but what is queued is not lost";
}

TEST_F(WorkerPoolTest, WithoutAThreadForAFurtherWorkerItIsTriedAgain) {
  make(2, giving_up_after(1ms, 2));
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
