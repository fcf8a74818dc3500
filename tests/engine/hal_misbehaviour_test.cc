// What the method does with a Hal that breaks its contract, or has nothing good to say.
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/method.h"
#include "tests/support/mock_hal.h"

namespace unlease {
namespace {

using test::adapters_of;
using test::at;
using test::MockHal;
using ::testing::_;
using ::testing::InSequence;
using ::testing::NiceMock;
using ::testing::Return;
using namespace std::chrono_literals;

constexpr Error kDenied = win32_error(Origin::kApi, win32::kAccessDenied);
constexpr Error kEngineTimeout = win32_error(Origin::kEngine, win32::kTimeout);

class HalMisbehaviour : public ::testing::Test {
 protected:
  Report release(const Options& options = {}) { return release_dhcp_lease_all(hal_, options); }

  // Expects the counters of dropped completions.
  static void expect_dropped(const Report& report, std::uint64_t late, std::uint64_t unknown, std::uint64_t repeated) {
    EXPECT_EQ(report.late_completions, late);
    EXPECT_EQ(report.unknown_completions, unknown);
    EXPECT_EQ(report.repeated_completions, repeated);
  }

  static void expect_outcome(const Outcome& outcome, ReturnCode code, Decision decision) {
    EXPECT_EQ(outcome.code, code);
    EXPECT_EQ(outcome.decision, decision);
    EXPECT_LE(outcome.queued, outcome.started);
    EXPECT_LE(outcome.started, outcome.ended);
  }

  NiceMock<MockHal> hal_;
};

TEST_F(HalMisbehaviour, LateCompletionIsCountedAndDropped) {
  hal_.machine = adapters_of(2);
  const InSequence in_order;
  EXPECT_CALL(hal_, wait(at(30s))).WillOnce([&](Instant) { return hal_.reaches(at(30s)); });
  EXPECT_CALL(hal_, wait(at(60s))).WillOnce([&](Instant) { return hal_.completes({MockHal::nth(0, at(31s))}); });
  EXPECT_CALL(hal_, wait(at(60s))).WillOnce([&](Instant) {
    return hal_.completes({MockHal::nth(1, at(32s), {}, at(30s))});
  });

  const Report report = release({.max_in_flight = 1});
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  ASSERT_EQ(report.outcomes.size(), 2U);
  expect_outcome(report.outcomes[0], ReturnCode::kUnableToRelease, Decision::kTimedOut);
  EXPECT_EQ(report.outcomes[0].error, kEngineTimeout);
  EXPECT_EQ(report.outcomes[0].ended, at(30s));
  expect_outcome(report.outcomes[1], ReturnCode::kSuccess, Decision::kCompleted);
  EXPECT_EQ(report.ended, at(32s));
  expect_dropped(report, 1, 0, 0);
}

TEST_F(HalMisbehaviour, CompletionOfATimeAfterItsDeadlineIsLateThoughTheWaitReturnsIt) {
  hal_.machine = adapters_of(1);
  EXPECT_CALL(hal_, wait(at(30s))).WillOnce([&](Instant) { return hal_.completes({MockHal::nth(0, at(31s))}); });

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kUnableToRelease);
  expect_outcome(report.outcomes.at(0), ReturnCode::kUnableToRelease, Decision::kTimedOut);
  EXPECT_EQ(report.outcomes[0].ended, at(30s));
  expect_dropped(report, 1, 0, 0);
}

TEST_F(HalMisbehaviour, SecondLateCompletionOfOneOperationIsARepeatedOne) {
  hal_.machine = adapters_of(2);
  EXPECT_CALL(hal_, wait(_))
      .WillOnce([&](Instant deadline) { return hal_.reaches(deadline); })
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(0, at(31s)), MockHal::nth(0, at(31s))}); })
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(1, at(32s), {}, at(30s))}); });

  const Report report = release({.max_in_flight = 1});
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  expect_outcome(report.outcomes.at(0), ReturnCode::kUnableToRelease, Decision::kTimedOut);
  expect_outcome(report.outcomes.at(1), ReturnCode::kSuccess, Decision::kCompleted);
  expect_dropped(report, 1, 0, 1);
}

TEST_F(HalMisbehaviour, EmptyWaitsThatAreNotInARowTimeNothingOut) {
  hal_.machine = adapters_of(3);
  const auto nothing = [](Instant) { return std::span<const Completion>(); };
  const InSequence in_order;
  for (std::uint32_t adapter = 0; adapter < 3; ++adapter) {
    EXPECT_CALL(hal_, wait(at(30s))).WillOnce(nothing);
    EXPECT_CALL(hal_, wait(at(30s))).WillOnce([this, adapter](Instant) {
      return hal_.completes({MockHal::nth(adapter, at(0s))});
    });
  }
  EXPECT_EQ(release().code, ReturnCode::kSuccess);
}

TEST_F(HalMisbehaviour, AnEmptyWaitThatWasNotInTimeIsForgottenAtTheDeadline) {
  hal_.machine = adapters_of(2);
  const auto nothing = [](Instant) { return std::span<const Completion>(); };
  const InSequence in_order;
  EXPECT_CALL(hal_, wait(at(30s))).WillOnce(nothing);
  EXPECT_CALL(hal_, wait(at(30s))).WillOnce([&](Instant) { return hal_.reaches(at(30s)); });
  EXPECT_CALL(hal_, wait(at(60s))).WillOnce(nothing);
  EXPECT_CALL(hal_, wait(at(60s))).WillOnce([&](Instant) {
    return hal_.completes({MockHal::nth(1, at(31s), {}, at(30s))});
  });
  const Report report = release({.max_in_flight = 1});
  EXPECT_EQ(report.outcomes.at(0).decision, Decision::kTimedOut);
  EXPECT_EQ(report.outcomes.at(1).decision, Decision::kCompleted);
}

TEST_F(HalMisbehaviour, WaitThatReturnsLongAfterItsDeadlineTimesNothingOutThatEndedBefore) {
  hal_.machine = adapters_of(3);
  EXPECT_CALL(hal_, wait(at(30s)))
      .WillOnce([&](Instant) {
        hal_.time = at(40s);
        return hal_.completes({MockHal::nth(0, at(28s))});
      })
      .WillOnce([&](Instant) { return hal_.completes({{OperationId{1}, {}, {}, {}, at(29s)}}); })
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(1, at(30s))}); })
      .WillOnce([&](Instant) { return hal_.reaches(at(40s)); });

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  expect_outcome(report.outcomes.at(0), ReturnCode::kSuccess, Decision::kCompleted);
  expect_outcome(report.outcomes.at(1), ReturnCode::kSuccess, Decision::kCompleted);
  EXPECT_EQ(report.outcomes[1].ended, at(30s));
  expect_outcome(report.outcomes.at(2), ReturnCode::kUnableToRelease, Decision::kTimedOut);
  EXPECT_EQ(report.ended, at(40s));
  expect_dropped(report, 0, 1, 0);
}

TEST_F(HalMisbehaviour, DuplicateCompletionInALaterBatchIsCountedAndTheFirstOneStands) {
  hal_.machine = adapters_of(2);
  EXPECT_CALL(hal_, wait(_))
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(0, at(1s))}); })
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(0, at(2s), kDenied)}); })
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(1, at(3s))}); });

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  expect_outcome(report.outcomes.at(0), ReturnCode::kSuccess, Decision::kCompleted);
  EXPECT_EQ(report.outcomes[0].ended, at(1s));
  expect_outcome(report.outcomes.at(1), ReturnCode::kSuccess, Decision::kCompleted);
  expect_dropped(report, 0, 0, 1);
}

TEST_F(HalMisbehaviour, UnknownCompletionsBelowAndAboveTheIdsOfThisCallAreCountedAndDropped) {
  hal_.machine = adapters_of(1);
  const Completion below{OperationId{MockHal::kFirstId - 1}, kDenied, {}, {}, at(1s)};
  const Completion zero{OperationId{0}, kDenied, {}, {}, at(1s)};
  const Completion above{OperationId{~std::uint64_t{0}}, kDenied, {}, {}, at(1s)};
  EXPECT_CALL(hal_, wait(_))
      .WillOnce([&](Instant) { return hal_.completes({below, zero, above}); })
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(0, at(2s))}); });

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  expect_outcome(report.outcomes.at(0), ReturnCode::kSuccess, Decision::kCompleted);
  EXPECT_EQ(report.outcomes[0].ended, at(2s));
  expect_dropped(report, 0, 3, 0);
}

TEST_F(HalMisbehaviour, EarlyCompletionOfAnOperationNotYetBegunIsNotAcceptedForIt) {
  hal_.machine = adapters_of(2);
  EXPECT_CALL(hal_, wait(_))
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(1, at(1s))}); })
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(0, at(2s))}); })
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(1, at(3s), kDenied, at(2s))}); });

  const Report report = release({.max_in_flight = 1});
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  expect_outcome(report.outcomes.at(0), ReturnCode::kSuccess, Decision::kCompleted);
  expect_outcome(report.outcomes.at(1), ReturnCode::kAccessDenied, Decision::kCompleted);
  EXPECT_EQ(report.outcomes[1].queued, at(2s));
  expect_dropped(report, 0, 1, 0);
}

TEST_F(HalMisbehaviour, EmptySnapshotBeginsNothingAndGivesThePolicysCode) {
  EXPECT_CALL(hal_, begin).Times(0);
  EXPECT_CALL(hal_, wait).Times(0);
  Options options;
  EXPECT_EQ(release(options).code, ReturnCode::kSuccess);
  options.policies.no_dhcp_adapters = ReturnCode::kDhcpNotEnabled;
  const Report report = release(options);
  EXPECT_EQ(report.code, ReturnCode::kDhcpNotEnabled);
  EXPECT_TRUE(report.outcomes.empty());
  EXPECT_EQ(report.enumeration_error, std::nullopt);
  expect_dropped(report, 0, 0, 0);
}

TEST_F(HalMisbehaviour, SnapshotWithoutDataIsAnEmptyOneAlsoAsAnHresult) {
  EXPECT_CALL(hal_, begin).Times(0);
  for (const Error no_data : {win32_error(Origin::kEnumeration, win32::kNoData),
                              hresult_error(Origin::kEnumeration, 0x80070000U | win32::kNoData)}) {
    EXPECT_CALL(hal_, adapters).WillOnce(Return(std::unexpected(no_data)));
    const Report report = release();
    EXPECT_EQ(report.code, ReturnCode::kSuccess);
    EXPECT_EQ(report.enumeration_error, std::nullopt);
    EXPECT_TRUE(report.outcomes.empty());
  }
}

TEST_F(HalMisbehaviour, FailingSnapshotGivesItsOwnCodeAndNoOutcomes) {
  const Error failure = win32_error(Origin::kEnumeration, win32::kAccessDenied);
  EXPECT_CALL(hal_, adapters).WillOnce(Return(std::unexpected(failure)));
  EXPECT_CALL(hal_, begin).Times(0);
  hal_.time = at(5s);

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kAccessDenied);
  EXPECT_EQ(report.enumeration_error, failure);
  EXPECT_TRUE(report.outcomes.empty());
  EXPECT_EQ(report.began, at(5s));
  EXPECT_EQ(report.ended, at(5s));
  expect_dropped(report, 0, 0, 0);
}

TEST_F(HalMisbehaviour, SnapshotThatFailsOnlyInVerifyIsRetriedThenTheSuccessIsUnverified) {
  hal_.machine = adapters_of(1);
  const Error failure = win32_error(Origin::kEnumeration, win32::kNotEnoughMemory);
  EXPECT_CALL(hal_, adapters).WillOnce([&] { return std::span<const Adapter>(hal_.machine); }).WillRepeatedly([&] {
    return std::unexpected(failure);
  });
  EXPECT_CALL(hal_, wait(_))
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(0, at(1s))}); })
      .WillRepeatedly([&](Instant deadline) { return hal_.reaches(deadline); });

  const Report report = release({.verify = true, .verify_interval = 1s, .verify_timeout = 3s});
  EXPECT_EQ(report.code, ReturnCode::kUnableToRelease);
  expect_outcome(report.outcomes.at(0), ReturnCode::kUnableToRelease, Decision::kUnverified);
  EXPECT_EQ(report.outcomes[0].error, win32_error(Origin::kEngine, win32::kInvalidState));
  EXPECT_EQ(report.failed_snapshots, 4U);  // at once, then after 1, 2 and 3 s
  EXPECT_EQ(report.enumeration_error, std::nullopt);
  EXPECT_EQ(report.ended, at(4s));
  expect_dropped(report, 0, 0, 0);
}

TEST_F(HalMisbehaviour, BatchWithTwoCompletionsOfOneIdTakesTheFirst) {
  hal_.machine = adapters_of(1);
  EXPECT_CALL(hal_, wait(_)).WillOnce([&](Instant) {
    return hal_.completes({MockHal::nth(0, at(1s)), MockHal::nth(0, at(1s), kDenied)});
  });

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  expect_outcome(report.outcomes.at(0), ReturnCode::kSuccess, Decision::kCompleted);
  expect_dropped(report, 0, 0, 1);
}

TEST_F(HalMisbehaviour, WaitThatReturnsEmptyEarlyTimesNothingOut) {
  hal_.machine = adapters_of(1);
  EXPECT_CALL(hal_, wait(at(30s)))
      .WillOnce([&](Instant) { return hal_.reaches(at(0s)); })
      .WillOnce([&](Instant) { return hal_.reaches(at(10s)); })
      .WillOnce([&](Instant) { return hal_.reaches(at(10s)); })
      .WillOnce([&](Instant) { return hal_.reaches(at(30s) - 1ns); })
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(0, at(30s))}); });

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  expect_outcome(report.outcomes.at(0), ReturnCode::kSuccess, Decision::kCompleted);
  EXPECT_EQ(report.outcomes[0].ended, at(30s));
  expect_dropped(report, 0, 0, 0);
}

TEST_F(HalMisbehaviour, ClockThatStandsStillAtTheDeadlineDoesNotLoopForever) {
  hal_.machine = adapters_of(3);
  EXPECT_CALL(hal_, wait(_)).WillRepeatedly([&](Instant) { return hal_.reaches(at(0s)); });

  const Report report = release({.max_in_flight = 1});
  EXPECT_EQ(report.code, ReturnCode::kUnableToRelease);
  ASSERT_EQ(report.outcomes.size(), 3U);
  for (const Outcome& outcome : report.outcomes) {
    expect_outcome(outcome, ReturnCode::kUnableToRelease, Decision::kTimedOut);
    EXPECT_EQ(outcome.ended - outcome.queued, 30s);
  }
  EXPECT_EQ(report.ended, at(90s));
  expect_dropped(report, 0, 0, 0);
}

TEST_F(HalMisbehaviour, ClockThatGoesBackIsNotFollowed) {
  hal_.machine = adapters_of(2);
  hal_.time = at(10s);
  EXPECT_CALL(hal_, wait(_))
      .WillOnce([&](Instant) {
        const auto batch = hal_.completes({MockHal::nth(0, at(11s), {}, at(10s))});
        hal_.time = at(3s);
        return batch;
      })
      .WillOnce([&](Instant) { return hal_.completes({MockHal::nth(1, at(4s), {}, at(3s))}); });

  const Report report = release({.max_in_flight = 1});
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  for (const Outcome& outcome : report.outcomes) expect_outcome(outcome, ReturnCode::kSuccess, Decision::kCompleted);
  EXPECT_EQ(report.outcomes.at(1).queued, at(10s));
  EXPECT_EQ(report.ended, at(10s));
}

TEST_F(HalMisbehaviour, AdapterThatVanishesBetweenSnapshotAndBeginIsVanished) {
  for (const Error gone : {win32_error(Origin::kApi, win32::kNotFound), win32_error(Origin::kApi, 55),
                           hresult_error(Origin::kApi, 0x80070490)}) {
    NiceMock<MockHal> hal;
    hal.machine = adapters_of(2);
    EXPECT_CALL(hal, wait(_)).WillOnce([&](Instant) {
      return hal.completes({MockHal::nth(0, at(0s), gone), MockHal::nth(1, at(0s))});
    });

    const Report report = release_dhcp_lease_all(hal, {});
    EXPECT_EQ(report.code, ReturnCode::kPartial);
    expect_outcome(report.outcomes.at(0), ReturnCode::kInstanceError, Decision::kVanished);
    EXPECT_EQ(report.outcomes[0].error, gone);
    expect_outcome(report.outcomes.at(1), ReturnCode::kSuccess, Decision::kCompleted);
    expect_dropped(report, 0, 0, 0);
  }
}

TEST_F(HalMisbehaviour, EndlessUnknownCompletionsWhileTheClockStandsEndInATimeout) {
  hal_.machine = adapters_of(2);
  std::uint64_t waits = 0;
  const Completion stranger{OperationId{1}, {}, {}, {}, {}};
  EXPECT_CALL(hal_, wait(_)).WillRepeatedly([&](Instant) {
    ++waits;
    return hal_.completes({stranger});
  });

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kUnableToRelease);
  for (const Outcome& outcome : report.outcomes) {
    expect_outcome(outcome, ReturnCode::kUnableToRelease, Decision::kTimedOut);
  }
  EXPECT_EQ(waits, 65536U);
  expect_dropped(report, 0, waits, 0);
}

TEST_F(HalMisbehaviour, EndlessUnknownCompletionsWhileTheClockRunsEndInATimeoutToo) {
  hal_.machine = adapters_of(1);
  EXPECT_CALL(hal_, wait(_)).WillRepeatedly([&](Instant) {
    return hal_.completes({{OperationId{1}, {}, {}, {}, hal_.time + 1s}});
  });

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kUnableToRelease);
  expect_outcome(report.outcomes.at(0), ReturnCode::kUnableToRelease, Decision::kTimedOut);
  EXPECT_EQ(report.outcomes[0].ended, at(30s));
}

TEST_F(HalMisbehaviour, IdsThatDoNotCountUpByOneAreGivenUpAndNeverMistakenForOthers) {
  hal_.machine = adapters_of(3);
  EXPECT_CALL(hal_, begin)
      .WillOnce(Return(OperationId{1000}))
      .WillOnce(Return(OperationId{5000}))
      .WillOnce(Return(OperationId{1000}));
  EXPECT_CALL(hal_, wait(_))
      .WillOnce([&](Instant) {
        return hal_.completes({MockHal::nth(4000, at(1s)), MockHal::nth(1, at(1s)), MockHal::nth(0, at(1s))});
      })
      .WillRepeatedly([&](Instant deadline) { return hal_.reaches(deadline); });

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  expect_outcome(report.outcomes.at(0), ReturnCode::kSuccess, Decision::kCompleted);
  expect_outcome(report.outcomes.at(1), ReturnCode::kUnableToRelease, Decision::kTimedOut);
  expect_outcome(report.outcomes.at(2), ReturnCode::kUnableToRelease, Decision::kTimedOut);
  expect_dropped(report, 0, 2, 0);
}

TEST_F(HalMisbehaviour, TimesOfACompletionAreBroughtIntoOrder) {
  hal_.machine = adapters_of(3);
  hal_.time = at(10s);
  EXPECT_CALL(hal_, wait(_)).WillOnce([&](Instant) {
    return hal_.completes({{OperationId{1000}, {}, at(20s), at(15s), at(5s)},
                           {OperationId{1001}, {}, at(10s), at(13s), at(12s)},
                           {OperationId{1002}, {}, Instant::min(), at(11s), Instant::min()}});
  });

  const Report report = release();
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  ASSERT_EQ(report.outcomes.size(), 3U);
  for (const Outcome& outcome : report.outcomes) {
    expect_outcome(outcome, ReturnCode::kSuccess, Decision::kCompleted);
    EXPECT_GE(outcome.queued, report.began);
    EXPECT_LE(outcome.ended, report.ended);
  }
  EXPECT_EQ(report.outcomes[0].ended, at(10s));
  EXPECT_EQ(report.outcomes[1].started, at(12s));
}

}  // namespace
}  // namespace unlease
