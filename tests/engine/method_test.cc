#include "engine/method.h"

#include <chrono>
#include <functional>
#include <queue>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/mock_hal.h"

namespace unlease {
namespace {

using test::adapter_of;
using test::adapters_of;
using test::at;
using test::FakeHal;
using test::guid_of;
using ::testing::Each;
using ::testing::ElementsAre;
using namespace std::chrono_literals;

using Plan = FakeHal::Plan;

constexpr Error kDenied = win32_error(Origin::kApi, win32::kAccessDenied);
constexpr Error kEngineTimeout = win32_error(Origin::kEngine, win32::kTimeout);
constexpr Error kWithoutIp = provider_error(Origin::kApi, 84);
constexpr Error kNotUnderDhcp = provider_error(Origin::kApi, 100);

std::vector<Guid> guids(const Report& report) {
  std::vector<Guid> result;
  for (const Outcome& outcome : report.outcomes) result.push_back(outcome.guid);
  return result;
}

std::vector<ReturnCode> codes(const Report& report) {
  std::vector<ReturnCode> result;
  for (const Outcome& outcome : report.outcomes) result.push_back(outcome.code);
  return result;
}

std::vector<Decision> decisions(const Report& report) {
  std::vector<Decision> result;
  for (const Outcome& outcome : report.outcomes) result.push_back(outcome.decision);
  return result;
}

// One plan an adapter, by the number in its GUID.
auto plans(std::vector<Plan> by_number) {
  return [by_number = std::move(by_number)](Operation, const Adapter& adapter) {
    return by_number.at(adapter.guid.bytes[15]);
  };
}

FakeHal hal_of_all_kinds() {
  std::vector<Adapter> adapters = adapters_of(6);
  adapters[1].dhcp_enabled = false;
  adapters[2].kind = AdapterKind::kLoopback;
  adapters[3].kind = AdapterKind::kTunnel;
  adapters[4].kind = AdapterKind::kReceiveOnly;
  return FakeHal(std::move(adapters));
}

TEST(ReleaseAll, TargetsAreTheEthernetAdaptersUnderDhcp) {
  FakeHal hal = hal_of_all_kinds();
  const Report report = release_dhcp_lease_all(hal, {});
  EXPECT_EQ(report.operation, Operation::kRelease);
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  EXPECT_THAT(guids(report), ElementsAre(guid_of(0), guid_of(5)));
  EXPECT_THAT(hal.begun, ElementsAre(guid_of(0), guid_of(5)));
}

TEST(ReleaseAll, AssumeDhcpTakesEveryEthernetAdapterAndNoOther) {
  FakeHal hal = hal_of_all_kinds();
  EXPECT_THAT(guids(release_dhcp_lease_all(hal, {.assume_dhcp = true})),
              ElementsAre(guid_of(0), guid_of(1), guid_of(5)));
}

TEST(ReleaseAll, NoTargetGivesThePolicysCode) {
  FakeHal hal({});
  Options options;
  EXPECT_EQ(release_dhcp_lease_all(hal, options).code, ReturnCode::kSuccess);
  options.policies.no_dhcp_adapters = ReturnCode::kDhcpNotEnabled;
  hal.machine = adapters_of(1);
  hal.machine[0].dhcp_enabled = false;
  EXPECT_EQ(release_dhcp_lease_all(hal, options).code, ReturnCode::kDhcpNotEnabled);
}

TEST(ReleaseAll, OutcomesAreInSnapshotOrderWhateverTheOrderOfCompletion) {
  FakeHal hal(adapters_of(3));
  hal.plan = plans({{3s}, {1s, kDenied}, {2s}});
  const Report report = release_dhcp_lease_all(hal, {});
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  EXPECT_THAT(guids(report), ElementsAre(guid_of(0), guid_of(1), guid_of(2)));
  EXPECT_THAT(codes(report), ElementsAre(ReturnCode::kSuccess, ReturnCode::kAccessDenied, ReturnCode::kSuccess));
  EXPECT_EQ(report.outcomes[1].error, kDenied);
  EXPECT_EQ(report.outcomes[2].ended, at(2s));
  EXPECT_EQ(report.ended, at(3s));
}

TEST(ReleaseAll, ReportRunsFromTheCallToItsEndOnTheHalsClock) {
  FakeHal hal(adapters_of(2));
  hal.time = at(100s);
  hal.plan = plans({{1s}, {4s}});
  const Report report = release_dhcp_lease_all(hal, {.max_in_flight = 1});
  EXPECT_EQ(report.began, at(100s));
  EXPECT_EQ(report.outcomes[1].queued, at(101s));
  EXPECT_EQ(report.outcomes[1].started, at(101s));
  EXPECT_EQ(report.outcomes[1].ended, at(105s));
  EXPECT_EQ(report.ended, at(105s));
}

TEST(ReleaseAll, AdaptersWithoutIpAreBegunAndTheHalAnswers84) {
  FakeHal hal(adapters_of(2));
  hal.machine[0].ipv4_enabled = false;
  hal.plan = plans({{0s, kWithoutIp}, {0s}});
  const Report report = release_dhcp_lease_all(hal, {});
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  EXPECT_EQ(hal.begun.size(), 2U);
  EXPECT_THAT(codes(report), ElementsAre(ReturnCode::kIpNotEnabled, ReturnCode::kSuccess));
  EXPECT_THAT(decisions(report), Each(Decision::kCompleted));
}

TEST(ReleaseAll, SkipPolicyDoesNotBeginAdaptersWithoutIpAndCountsThemAsAbsent) {
  FakeHal hal(adapters_of(2));
  hal.machine[0].ipv4_enabled = false;
  Options options;
  options.policies.skip_ip_disabled = true;
  Report report = release_dhcp_lease_all(hal, options);
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  EXPECT_THAT(hal.begun, ElementsAre(guid_of(1)));
  EXPECT_THAT(decisions(report), ElementsAre(Decision::kSkipped, Decision::kCompleted));

  hal.machine[1].ipv4_enabled = false;
  options.policies.no_dhcp_adapters = ReturnCode::kDhcpNotEnabled;
  report = release_dhcp_lease_all(hal, options);
  EXPECT_EQ(report.code, ReturnCode::kDhcpNotEnabled);
  EXPECT_EQ(report.outcomes.size(), 2U);
}

TEST(ReleaseAll, SkipPolicyAlsoHoldsWhereTheIpWentAfterTheSnapshot) {
  FakeHal hal(adapters_of(2));
  hal.plan = plans({{0s, kWithoutIp}, {0s}});
  Options options;
  options.policies.skip_ip_disabled = true;
  const Report report = release_dhcp_lease_all(hal, options);
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  EXPECT_THAT(decisions(report), ElementsAre(Decision::kSkipped, Decision::kCompleted));
  EXPECT_EQ(report.outcomes[0].error, kWithoutIp);
}

TEST(ReleaseAll, MaxInFlightIsReachedNeverExceededAndRefilled) {
  FakeHal hal(adapters_of(10));
  hal.plan = [](Operation, const Adapter&) { return Plan{1s}; };
  const Report report = release_dhcp_lease_all(hal, {.max_in_flight = 4});
  EXPECT_EQ(hal.peak_in_flight, 4U);
  EXPECT_EQ(report.outcomes[3].queued, at(0s));
  EXPECT_EQ(report.outcomes[4].queued, at(1s));
  EXPECT_EQ(report.outcomes[9].ended, at(3s));
}

TEST(ReleaseAll, WithoutALimitAllAreInFlightAtOnce) {
  FakeHal hal(adapters_of(100));
  hal.plan = [](Operation, const Adapter&) { return Plan{1s}; };
  EXPECT_EQ(release_dhcp_lease_all(hal, {}).ended, at(1s));
  EXPECT_EQ(hal.peak_in_flight, 100U);
}

TEST(ReleaseAll, MakespanWithALimitIsThatOfListScheduling) {
  constexpr std::uint32_t kAdapters = 200;
  for (const std::uint32_t limit : {1U, 2U, 7U, 64U, 200U, 1000U}) {
    FakeHal hal(adapters_of(kAdapters));
    std::vector<Plan> work;
    for (std::uint32_t i = 0; i < kAdapters; ++i) work.push_back({std::chrono::milliseconds(1 + i * i * 7919 % 1000)});
    hal.plan = plans(work);

    std::priority_queue<Duration, std::vector<Duration>, std::greater<>> slots;
    Duration makespan{};
    for (const Plan& plan : work) {
      Duration begin{};
      if (slots.size() == limit) {
        begin = slots.top();
        slots.pop();
      }
      slots.push(begin + plan.work);
      makespan = std::max(makespan, begin + plan.work);
    }
    const Report report = release_dhcp_lease_all(hal, {.max_in_flight = limit});
    EXPECT_EQ(report.ended - report.began, makespan) << limit << " in flight";
  }
}

TEST(ReleaseAll, TimeoutFreesTheSlotAndItsLateCompletionIsDropped) {
  FakeHal hal(adapters_of(3));
  hal.plan = plans({{31s}, {2s}, {10s}});
  const Report report = release_dhcp_lease_all(hal, {.max_in_flight = 1});
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  EXPECT_THAT(decisions(report), ElementsAre(Decision::kTimedOut, Decision::kCompleted, Decision::kCompleted));
  EXPECT_EQ(report.outcomes[0].error, kEngineTimeout);
  EXPECT_EQ(report.outcomes[0].code, ReturnCode::kUnableToRelease);
  EXPECT_EQ(report.outcomes[0].started, report.outcomes[0].queued);
  EXPECT_EQ(report.outcomes[1].queued, at(30s));
  EXPECT_EQ(report.late_completions, 1U);
  EXPECT_EQ(report.ended, at(42s));
}

TEST(ReleaseAll, TimeoutsCountFromTheBeginOfEachOperation) {
  FakeHal hal(adapters_of(3));
  hal.plan = plans({{4s}, {0s, {}, true}, {0s, {}, true}});
  const Report report = release_dhcp_lease_all(hal, {.max_in_flight = 2, .timeout = 5s});
  EXPECT_EQ(report.outcomes[1].ended, at(5s));
  EXPECT_EQ(report.outcomes[2].queued, at(4s));
  EXPECT_EQ(report.outcomes[2].ended, at(9s));
}

TEST(ReleaseAll, CompletionAtTheInstantOfTheTimeoutWins) {
  FakeHal hal(adapters_of(2));
  hal.plan = plans({{30s}, {30s + 1ns}});
  const Report report = release_dhcp_lease_all(hal, {});
  EXPECT_THAT(decisions(report), ElementsAre(Decision::kCompleted, Decision::kTimedOut));
  EXPECT_EQ(report.late_completions, 0U);  // the call is over when it would come
}

TEST(ReleaseAll, DefaultTimeoutIs30SecondsAnd90ForARenew) {
  FakeHal hal(adapters_of(1));
  hal.plan = plans({{0s, {}, true}});
  const Report release = release_dhcp_lease_all(hal, {});
  EXPECT_EQ(release.ended - release.began, 30s);
  EXPECT_EQ(release.code, ReturnCode::kUnableToRelease);
  const Report renew = renew_dhcp_lease_all(hal, {});
  EXPECT_EQ(renew.operation, Operation::kRenew);
  EXPECT_EQ(renew.ended - renew.began, 90s);
  EXPECT_EQ(renew.code, ReturnCode::kUnableToRenew);
}

TEST(ReleaseAll, DeadlineEndsWhatIsInFlightAndStartsNothingMore) {
  FakeHal hal(adapters_of(4));
  hal.plan = plans({{6s}, {11s}, {6s}, {1s}});
  const Report report = release_dhcp_lease_all(hal, {.max_in_flight = 2, .deadline = 10s});
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  EXPECT_THAT(decisions(report),
              ElementsAre(Decision::kCompleted, Decision::kTimedOut, Decision::kTimedOut, Decision::kNotStarted));
  EXPECT_EQ(report.outcomes[1].ended, at(10s));
  EXPECT_EQ(report.outcomes[2].ended, at(10s));
  EXPECT_EQ(report.outcomes[3].error, kEngineTimeout);
  EXPECT_EQ(report.outcomes[3].code, ReturnCode::kUnableToRelease);
  EXPECT_EQ(report.outcomes[3].queued, at(10s));
  EXPECT_EQ(report.outcomes[3].ended, at(10s));
  EXPECT_EQ(hal.begun.size(), 3U);
  EXPECT_EQ(report.ended, at(10s));
}

TEST(ReleaseAll, CompletionAtTheDeadlineWinsButItsSlotIsNotRefilled) {
  FakeHal hal(adapters_of(2));
  hal.plan = plans({{10s}, {0s}});
  const Report report = release_dhcp_lease_all(hal, {.max_in_flight = 1, .deadline = 10s});
  EXPECT_THAT(decisions(report), ElementsAre(Decision::kCompleted, Decision::kNotStarted));
}

TEST(ReleaseAll, DeadlineOfZeroBeginsNothing) {
  FakeHal hal(adapters_of(2));
  hal.machine.push_back(adapter_of(2));
  hal.machine[2].ipv4_enabled = false;
  Options options{.deadline = 0s};
  options.policies.skip_ip_disabled = true;
  const Report report = release_dhcp_lease_all(hal, options);
  EXPECT_EQ(report.code, ReturnCode::kUnableToRelease);
  EXPECT_THAT(decisions(report), ElementsAre(Decision::kNotStarted, Decision::kNotStarted, Decision::kSkipped));
  EXPECT_TRUE(hal.begun.empty());
  EXPECT_EQ(report.ended, report.began);
}

TEST(ReleaseAll, TimeoutsWithoutEndAreAllowed) {
  FakeHal hal(adapters_of(1));
  hal.time = at(1h);
  hal.plan = plans({{1000h}});
  EXPECT_EQ(release_dhcp_lease_all(hal, {.timeout = Duration::max(), .deadline = Duration::max()}).code,
            ReturnCode::kSuccess);
}

TEST(ReleaseAll, NotFoundFromTheRegistryIsAnErrorOfTheRegistryNotAVanishedAdapter) {
  FakeHal hal(adapters_of(1));
  hal.plan = plans({{0s, win32_error(Origin::kRegistry, win32::kNotFound)}});
  const Report report = release_dhcp_lease_all(hal, {});
  EXPECT_EQ(report.code, ReturnCode::kRegistryError);
  EXPECT_EQ(report.outcomes[0].decision, Decision::kCompleted);
}

TEST(ReleaseAll, RebootIsASuccess) {
  FakeHal hal(adapters_of(2));
  hal.plan = plans({{0s}, {0s, win32_error(Origin::kApi, win32::kSuccessRebootRequired)}});
  const Report report = release_dhcp_lease_all(hal, {});
  EXPECT_EQ(report.code, ReturnCode::kSuccessRebootRequired);
  EXPECT_THAT(decisions(report), Each(Decision::kCompleted));
}

TEST(ReleaseAll, ASecondCallOnTheSameHalTakesTheFirstOnesStragglersForUnknown) {
  FakeHal hal(adapters_of(2));
  hal.plan = plans({{40s}, {0s}});
  EXPECT_EQ(release_dhcp_lease_all(hal, {}).code, ReturnCode::kPartial);
  hal.plan = plans({{20s}, {0s}});
  const Report second = release_dhcp_lease_all(hal, {});
  EXPECT_EQ(second.code, ReturnCode::kSuccess);
  EXPECT_EQ(second.unknown_completions, 1U);
  EXPECT_EQ(second.late_completions, 0U);
}

TEST(ReleaseOne, ActsOnTheOneAdapterOnly) {
  FakeHal hal(adapters_of(3));
  hal.plan = [](Operation operation, const Adapter&) {
    EXPECT_EQ(operation, Operation::kRelease);
    return Plan{1s};
  };
  const Report report = release_dhcp_lease(hal, guid_of(1), {});
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  EXPECT_THAT(hal.begun, ElementsAre(guid_of(1)));
  EXPECT_THAT(guids(report), ElementsAre(guid_of(1)));
}

TEST(ReleaseOne, AdapterThatIsNotUnderDhcpIsBegunAndTheHalAnswers100) {
  FakeHal hal(adapters_of(2));
  hal.machine[1].dhcp_enabled = false;
  hal.plan = plans({{}, {0s, kNotUnderDhcp}});
  const Report report = release_dhcp_lease(hal, guid_of(1), {});
  EXPECT_EQ(report.code, ReturnCode::kDhcpNotEnabled);
  EXPECT_THAT(decisions(report), ElementsAre(Decision::kCompleted));
}

TEST(ReleaseOne, LoopbackIsLeftToTheHalToo) {
  FakeHal hal(adapters_of(1));
  hal.machine[0].kind = AdapterKind::kLoopback;
  hal.plan = plans({{0s, kNotUnderDhcp}});
  EXPECT_EQ(release_dhcp_lease(hal, guid_of(0), {}).code, ReturnCode::kDhcpNotEnabled);
}

TEST(ReleaseOne, SkipPolicyDoesNotHideTheAnswerToSomeoneWhoAskedForThisAdapter) {
  FakeHal hal(adapters_of(1));
  hal.machine[0].ipv4_enabled = false;
  hal.plan = plans({{0s, kWithoutIp}});
  Options options;
  options.policies.skip_ip_disabled = true;
  const Report report = release_dhcp_lease(hal, guid_of(0), options);
  EXPECT_EQ(report.code, ReturnCode::kIpNotEnabled);
  EXPECT_THAT(decisions(report), ElementsAre(Decision::kCompleted));
}

TEST(ReleaseOne, UnknownGuidIsVanished) {
  FakeHal hal(adapters_of(2));
  const Report report = release_dhcp_lease(hal, guid_of(7), {});
  EXPECT_EQ(report.code, ReturnCode::kInstanceError);
  EXPECT_THAT(guids(report), ElementsAre(guid_of(7)));
  EXPECT_THAT(decisions(report), ElementsAre(Decision::kVanished));
  EXPECT_EQ(report.outcomes[0].error, win32_error(Origin::kApi, win32::kNotFound));
  EXPECT_TRUE(hal.begun.empty());
}

TEST(RenewOne, RenewsTheOneAdapter) {
  FakeHal hal(adapters_of(2));
  hal.plan = [](Operation operation, const Adapter&) {
    EXPECT_EQ(operation, Operation::kRenew);
    return Plan{60s, win32_error(Origin::kApi, win32::kSemTimeout)};
  };
  const Report report = renew_dhcp_lease(hal, guid_of(0), {});
  EXPECT_EQ(report.operation, Operation::kRenew);
  EXPECT_EQ(report.code, ReturnCode::kUnableToRenew);
  EXPECT_THAT(decisions(report), ElementsAre(Decision::kCompleted));
}

TEST(Method, DecisionsHaveNames) {
  EXPECT_EQ(name(Decision::kCompleted), "completed");
  EXPECT_EQ(name(Decision::kTimedOut), "timed_out");
  EXPECT_EQ(name(Decision::kVanished), "vanished");
  EXPECT_EQ(name(Decision::kUnverified), "unverified");
  EXPECT_EQ(name(Decision::kSkipped), "skipped");
  EXPECT_EQ(name(Decision::kNotStarted), "not_started");
  EXPECT_EQ(name(static_cast<Decision>(99)), "unknown");
}

}  // namespace
}  // namespace unlease
