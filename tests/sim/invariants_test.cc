// Each invariant against doctored records that break it, and a clean stream that does not; then whole runs in which a
// client makes the mistake.
#include "sim/invariants.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/client.h"
#include "sim/context.h"
#include "sim/expectations.h"
#include "sim/packet_pool.h"
#include "sim/release_profile.h"
#include "sim/server.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::seconds;

constexpr std::uint32_t kFirst = 0x0A00000AU;
constexpr std::uint32_t kServerId = 0x0A000001U;

// The checker with the records of an ordinary release, to be doctored. Adapter 0 is under DHCP, adapter 1 is not.
class InvariantCatches : public ::testing::Test {
 protected:
  InvariantCatches() { restart(); }

  void restart() { checker_ = std::make_unique<InvariantChecker>(*scenario_, adapters_); }

  void add(TraceKind kind, std::uint32_t subject, std::uint8_t detail = 0, std::uint16_t extra = 0, std::uint64_t x = 0,
           std::uint64_t y = 0) {
    const TraceRecord record{
        .at = now_, .subject = subject, .kind = kind, .detail = detail, .extra = extra, .x = x, .y = y};
    checker_->observe({&record, 1});
  }
  void lease(LeaseStatus from, LeaseStatus to, std::uint32_t seconds_left = 0, std::uint32_t adapter = 0,
             std::uint32_t address = kFirst) {
    add(TraceKind::kServerLease, 0, static_cast<std::uint8_t>(to), static_cast<std::uint16_t>(from),
        pack(address, seconds_left), adapter);
  }
  void bound() {
    lease(LeaseStatus::kFree, LeaseStatus::kBound, 3'600);
    add(TraceKind::kAddressSet, 0, 0, 0, kFirst, kServerId);
  }
  void call() { add(TraceKind::kCallBegan, 0); }
  void begin(std::uint32_t adapter = 0) { add(TraceKind::kOperationBegan, adapter, 0, 0, ++operations_); }
  void sent(std::uint8_t form = 0, std::uint32_t ciaddr = kFirst, std::uint32_t server = kServerId) {
    add(TraceKind::kPacketSent, 0, static_cast<std::uint8_t>(MessageType::kRelease), 342, pack(kFirst, kServerId), 0);
    add(TraceKind::kReleaseSent, 0, form, 0, pack(ciaddr, server), 7);
  }
  void removed() { add(TraceKind::kAddressRemoved, 0, 0, 0, kFirst); }
  void ended(std::uint32_t error = 0) {
    add(TraceKind::kOperationEnded, 0, 0, 0, operations_, pack(win32_error(Origin::kApi, error)));
  }
  void outcome(std::uint32_t adapter = 0) { add(TraceKind::kOutcome, adapter); }
  void call_ended() { add(TraceKind::kCallEnded, 0, 0, 0, 0, 1); }
  void judged(ReleaseVerdict verdict = ReleaseVerdict::kAccepted) {
    add(TraceKind::kReleaseJudged, 0, static_cast<std::uint8_t>(verdict), 0, kFirst, 0);
  }
  void packet(std::uint32_t adapter, MessageType type) {
    add(TraceKind::kPacketSent, 1, static_cast<std::uint8_t>(type), 342, 0, adapter);
  }

  // Up to the completion, without it.
  void released() {
    bound();
    call();
    begin();
    sent();
    removed();
  }
  void whole_release() {
    released();
    ended();
    outcome();
    call_ended();
    judged();
    lease(LeaseStatus::kBound, LeaseStatus::kFree);
  }

  std::vector<std::uint32_t> numbers() { return numbers_of(checker_->log().unscripted()); }
  // Exactly this one was broken, once, by that adapter; with what led to it.
  void expect_broken(std::uint32_t number, std::optional<std::uint32_t> adapter = 0) {
    EXPECT_EQ(numbers(), std::vector<std::uint32_t>{number});
    if (checker_->log().unscripted().empty()) return;
    const Violation& violation = checker_->log().unscripted().front();
    EXPECT_EQ(violation.adapter, adapter) << violation.what;
    EXPECT_FALSE(violation.what.empty());
    EXPECT_EQ(violation.at, now_);
    EXPECT_LT(violation.event, checker_->log().records());
    EXPECT_EQ(violation.history.empty(), !adapter) << violation.what;
    EXPECT_TRUE(checker_->log().scripted().empty());
  }

  std::unique_ptr<Scenario> scenario_ =
      scenario_of(join(kServer, kBound, "[[adapter]]\nname = \"Static\"\ndhcp = false\n"));
  AdapterTable adapters_{scenario_->adapters};
  std::unique_ptr<InvariantChecker> checker_;
  Instant now_;
  std::uint64_t operations_ = 0;
};

TEST_F(InvariantCatches, NothingInAnOrdinaryRelease) {
  whole_release();
  checker_->finish(Instant(seconds(7'200)), kNever);
  EXPECT_TRUE(numbers().empty()) << checker_->log().unscripted().front().what;
}

TEST_F(InvariantCatches, NumberOneACompletionThatNobodyBegan) {
  whole_release();
  ended();
  expect_broken(1);
}

TEST_F(InvariantCatches, NumberOneASecondOutcome) {
  released();
  ended();
  outcome();
  outcome();
  expect_broken(1);
}

TEST_F(InvariantCatches, NumberOneATargetWithoutOutcome) {
  released();
  ended();
  call_ended();
  expect_broken(1);
}

TEST_F(InvariantCatches, NumberOneATargetOnWhichNothingWasBegun) {
  bound();
  call();
  add(TraceKind::kListed, 0, 0, 0, 2);
  call_ended();
  expect_broken(1);
}

TEST_F(InvariantCatches, NotNumberOneWhatIsNoTarget) {
  call();
  add(TraceKind::kListed, 0, 1);  // it failed
  call_ended();
  add(TraceKind::kSet, 0, 0, static_cast<std::uint16_t>(0x100U | static_cast<unsigned>(Link::kRemoved)));
  call();
  add(TraceKind::kListed, 0, 0, 0, 1);
  call_ended();
  EXPECT_TRUE(numbers().empty());
}

TEST_F(InvariantCatches, NumberTwoAnAdapterNotUnderDhcpThatSends) {
  packet(1, MessageType::kDiscover);
  expect_broken(2, 1);
}

TEST_F(InvariantCatches, NumberTwoAnAdapterNotUnderDhcpThatIsGivenAnAddress) {
  add(TraceKind::kAddressSet, 1, 0, 0, kFirst, kServerId);
  expect_broken(2, 1);
}

TEST_F(InvariantCatches, NumberTwoAReleaseWithoutALease) {
  call();
  begin();
  sent();
  expect_broken(2);
}

TEST_F(InvariantCatches, NumberThreeEveryBreachOfTheForm) {
  for (unsigned bit = 0; bit < 8; ++bit) {
    restart();
    bound();
    begin();
    sent(static_cast<std::uint8_t>(1U << bit));
    expect_broken(3);
  }
}

TEST_F(InvariantCatches, NumberThreeAnotherAddressOrServer) {
  bound();
  begin();
  sent(0, kFirst + 1);
  expect_broken(3);
  restart();
  bound();
  begin();
  sent(0, kFirst, kServerId + 1);
  expect_broken(3);
}

TEST_F(InvariantCatches, NumberFourASecondRelease) {
  released();
  sent();
  expect_broken(4);
}

TEST_F(InvariantCatches, NotNumberFourAReleaseOfTheNextLease) {
  whole_release();
  add(TraceKind::kOperationBegan, 0, static_cast<std::uint8_t>(Operation::kRenew), 0, ++operations_);
  lease(LeaseStatus::kFree, LeaseStatus::kBound, 3'600);
  add(TraceKind::kAddressSet, 0, 0, 0, kFirst, kServerId);
  add(TraceKind::kOperationEnded, 0, static_cast<std::uint8_t>(Operation::kRenew), 0, operations_);
  call();
  begin();
  sent();
  EXPECT_TRUE(numbers().empty());
}

TEST_F(InvariantCatches, NumberFiveAnAddressThatGoesBeforeTheRelease) {
  bound();
  begin();
  removed();
  sent();
  expect_broken(5);
}

TEST_F(InvariantCatches, NumberFiveASuccessWithTheAddressStillThere) {
  bound();
  begin();
  sent();
  ended();
  expect_broken(5);
}

TEST_F(InvariantCatches, NotNumberFiveAFailureWithTheAddressStillThere) {
  bound();
  begin();
  sent();
  ended(win32::kRegistryCorrupt);
  EXPECT_TRUE(numbers().empty());
}

TEST_F(InvariantCatches, NumberSixATimerAfterTheRelease) {
  whole_release();
  now_ += seconds(1'800);
  add(TraceKind::kTimer, 0, static_cast<std::uint8_t>(ClientState::kBound));
  expect_broken(6);
}

TEST_F(InvariantCatches, NumberSixDiscoveryAfterTheRelease) {
  whole_release();
  packet(0, MessageType::kDiscover);
  expect_broken(6);
}

TEST_F(InvariantCatches, NotNumberSixWhatARenewOrALinkBringsBack) {
  whole_release();
  add(TraceKind::kOperationBegan, 0, static_cast<std::uint8_t>(Operation::kRenew), 0, 9);
  packet(0, MessageType::kDiscover);
  restart();
  whole_release();
  add(TraceKind::kSet, 0, 0, 0x100 | static_cast<std::uint16_t>(Link::kUp));
  packet(0, MessageType::kDiscover);
  EXPECT_TRUE(numbers().empty());
}

TEST_F(InvariantCatches, NumberSevenALeaseFreedWithoutARelease) {
  bound();
  now_ += seconds(5);
  lease(LeaseStatus::kBound, LeaseStatus::kFree);
  expect_broken(7);
}

TEST_F(InvariantCatches, NumberSevenALeaseFreedByAReleaseThatWasRefused) {
  released();
  judged(ReleaseVerdict::kWrongClient);
  lease(LeaseStatus::kBound, LeaseStatus::kFree);
  expect_broken(7);
}

TEST_F(InvariantCatches, NumberSevenALeaseThatExpiresLateOrNever) {
  bound();
  now_ += seconds(3'601);
  lease(LeaseStatus::kBound, LeaseStatus::kFree);
  EXPECT_EQ(numbers(), (std::vector<std::uint32_t>{7, 7}));  // not at its end, and beyond it
  restart();
  now_ = {};
  bound();
  now_ += seconds(3'601);
  checker_->finish(now_, kNever);
  expect_broken(7);
}

TEST_F(InvariantCatches, NotNumberSevenALeaseThatExpiresOnTime) {
  bound();
  now_ += seconds(3'600);
  lease(LeaseStatus::kBound, LeaseStatus::kFree);
  checker_->finish(now_ + seconds(1), kNever);
  EXPECT_TRUE(numbers().empty());
}

TEST_F(InvariantCatches, NumberSevenAnAcceptedReleaseThatFreesNothing) {
  released();
  judged();
  checker_->finish(now_, kNever);
  expect_broken(7, std::nullopt);
}

TEST_F(InvariantCatches, NumberSevenAnAcceptedReleaseThatFreesAnother) {
  released();
  judged();
  lease(LeaseStatus::kFree, LeaseStatus::kHeld, 60, 0, kFirst + 1);
  expect_broken(7, std::nullopt);
}

// The ledger of a run in which a release was lost, as it is and with that forgotten.
TEST(InvariantCatchesInTheLedger, NumberEightADisagreementThatNobodyCanExplain) {
  const TestWorld world(join(kServer, kBound, "[[segment]]\nname = \"lan\"\nloss = 1.0\n"));
  EXPECT_EQ(world.release(0), Error{});
  std::vector<LedgerEntry> ledger = world->ledger();
  ASSERT_EQ(ledger.size(), 1U);
  EXPECT_EQ(ledger[0].cause, LeaseFate::kLost);
  std::vector<Failure> failures;
  judge_end(*world.world, ledger, failures);
  EXPECT_TRUE(world.violations().empty());
  ledger[0].cause = LeaseFate::kUnknown;
  judge_end(*world.world, ledger, failures);
  EXPECT_EQ(numbers_of(world.violations()), std::vector<std::uint32_t>{8});
}

TEST_F(InvariantCatches, NumberNineALeaseThatWasSomethingElse) {
  lease(LeaseStatus::kHeld, LeaseStatus::kBound, 3'600);
  expect_broken(9);
}

TEST_F(InvariantCatches, NumberNineAnAddressOutsideThePool) {
  lease(LeaseStatus::kFree, LeaseStatus::kBound, 3'600, 0, kFirst + 10);
  expect_broken(9);
}

TEST_F(InvariantCatches, NumberNineAServerThatCountsOtherwise) {
  bound();
  const std::uint64_t size = scenario_->servers[0].pool.size();
  checker_->check_counts(0, {size - 1, 0, 1, 0}, now_);
  EXPECT_TRUE(numbers().empty());
  checker_->check_counts(0, {size, 0, 1, 0}, now_);
  expect_broken(9, std::nullopt);
}

TEST_F(InvariantCatches, NumberNineAnAddressBoundTwice) {
  bound();
  lease(LeaseStatus::kBound, LeaseStatus::kBound, 3'600, 1);
  expect_broken(9, 1);
  EXPECT_NE(checker_->log().unscripted()[0].what.find("'Ethernet' and 'Static'"), std::string::npos);
}

TEST_F(InvariantCatches, NumberNineAnAddressBoundTwiceByStrangers) {
  lease(LeaseStatus::kFree, LeaseStatus::kBound, 3'600, kNobody);
  lease(LeaseStatus::kBound, LeaseStatus::kBound, 3'600, 0);
  expect_broken(9);
}

TEST_F(InvariantCatches, NumberTwelveARunBeyondItsDeadline) {
  const Instant deadline(seconds(10));
  checker_->finish(deadline, deadline);
  EXPECT_TRUE(numbers().empty());
  checker_->finish(Instant(seconds(11)), deadline);
  EXPECT_EQ(numbers(), std::vector<std::uint32_t>{12});
}

TEST_F(InvariantCatches, WithAHistoryOfThatAdapterOnlyOldestFirst) {
  for (std::uint32_t i = 0; i < 40; ++i) {
    now_ += seconds(1);
    packet(0, MessageType::kDiscover);
    add(TraceKind::kTimer, 1);
  }
  packet(1, MessageType::kDiscover);
  const Violation& violation = checker_->log().unscripted().at(0);
  ASSERT_EQ(violation.history.size(), 16U);
  EXPECT_EQ(violation.history.back().record.kind, TraceKind::kPacketSent);
  EXPECT_EQ(violation.history.front().record.kind, TraceKind::kTimer);
  for (std::size_t i = 1; i < violation.history.size(); ++i) {
    EXPECT_LT(violation.history[i - 1].ordinal, violation.history[i].ordinal);
  }
}

}  // namespace
}  // namespace unlease::sim
