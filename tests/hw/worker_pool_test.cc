// The pool over calls that return, sooner or later.
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/hw/worker_pool_fixture.h"

namespace unlease::hw {
namespace {

using test::guid_of;
using testing::ElementsAre;
using testing::SizeIs;

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

}  // namespace
}  // namespace unlease::hw
