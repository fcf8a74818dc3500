#include <algorithm>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/address_watch.h"
#include "engine/method.h"
#include "tests/support/mock_hal.h"

namespace unlease {
namespace {

using test::adapter_of;
using test::adapters_of;
using test::at;
using test::FakeHal;
using test::guid_of;
using ::testing::ElementsAre;
using namespace std::chrono_literals;

constexpr Options kVerify{.verify = true, .verify_interval = 1s, .verify_timeout = 5s};

TEST(Verify, AddressThatIsGoneAtOnceCostsOneSnapshotAndNoTime) {
  FakeHal hal(adapters_of(2));
  const Report report = release_dhcp_lease_all(hal, kVerify);
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  EXPECT_EQ(hal.snapshots, 2U);
  EXPECT_EQ(report.ended, report.began);
}

TEST(Verify, SnapshotsAreTakenAtTheIntervalUntilTheAddressIsGone) {
  FakeHal hal(adapters_of(1));
  hal.linger = 2500ms;
  const Report report = release_dhcp_lease_all(hal, kVerify);
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  EXPECT_EQ(report.outcomes[0].decision, Decision::kCompleted);
  EXPECT_EQ(report.ended, at(3s));
  EXPECT_EQ(hal.snapshots, 5U);
}

TEST(Verify, AddressThatStaysIsUnverifiedAfterTheTimeout) {
  FakeHal hal(adapters_of(2));
  hal.plan = [](Operation, const Adapter&) { return FakeHal::Plan{1s}; };
  hal.linger = 1h;
  hal.machine[1].address = {};
  const Report report = release_dhcp_lease_all(hal, kVerify);
  EXPECT_EQ(report.code, ReturnCode::kPartial);
  EXPECT_EQ(report.outcomes[0].decision, Decision::kUnverified);
  EXPECT_EQ(report.outcomes[0].error, win32_error(Origin::kEngine, win32::kInvalidState));
  EXPECT_EQ(report.outcomes[0].code, ReturnCode::kUnableToRelease);
  EXPECT_EQ(report.outcomes[0].ended, at(1s));
  EXPECT_EQ(report.outcomes[1].decision, Decision::kCompleted) << "it had no address";
  EXPECT_EQ(report.ended, at(6s));
  EXPECT_EQ(hal.snapshots, 7U);
}

TEST(Verify, AddressThatGoesAtTheTimeoutIsGone) {
  FakeHal hal(adapters_of(1));
  hal.linger = 5s;
  EXPECT_EQ(release_dhcp_lease_all(hal, kVerify).code, ReturnCode::kSuccess);
}

TEST(Verify, TimeoutOfZeroChecksOnce) {
  FakeHal hal(adapters_of(1));
  hal.linger = 1ns;
  Options options = kVerify;
  options.verify_timeout = 0s;
  EXPECT_EQ(release_dhcp_lease_all(hal, options).code, ReturnCode::kUnableToRelease);
  EXPECT_EQ(hal.snapshots, 2U);
}

TEST(Verify, FailuresAndAdaptersWithoutAddressNeedNoCheck) {
  FakeHal hal(adapters_of(2));
  hal.machine[0].address = {};
  hal.plan = [](Operation, const Adapter& adapter) {
    return FakeHal::Plan{0s, adapter.address.is_none() ? Error{} : win32_error(Origin::kApi, win32::kAccessDenied)};
  };
  EXPECT_EQ(release_dhcp_lease_all(hal, kVerify).code, ReturnCode::kPartial);
  EXPECT_EQ(hal.snapshots, 1U);
}

TEST(Verify, ARenewIsNotVerified) {
  FakeHal hal(adapters_of(1));
  EXPECT_EQ(renew_dhcp_lease_all(hal, kVerify).code, ReturnCode::kSuccess);
  EXPECT_EQ(hal.snapshots, 1U);
}

TEST(Verify, NewAddressAndGoneAdapterCountAsGone) {
  FakeHal hal(adapters_of(3));
  hal.linger = 1h;
  hal.before_snapshot = [&](std::size_t number) {
    if (number != 1) return;
    hal.machine[0].address = {0xC0A80001};
    hal.machine.erase(hal.machine.begin() + 1, hal.machine.end());
  };
  const Report report = release_dhcp_lease_all(hal, kVerify);
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  EXPECT_EQ(hal.snapshots, 2U);
}

TEST(Verify, EmptyListMeansThatAllAreGone) {
  FakeHal hal(adapters_of(2));
  hal.linger = 1h;
  hal.snapshot_errors = {{1, win32_error(Origin::kEnumeration, win32::kNoData)}};
  const Report report = release_dhcp_lease_all(hal, kVerify);
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  EXPECT_EQ(report.failed_snapshots, 0U);
}

TEST(Verify, FailedSnapshotIsCountedAndRetried) {
  FakeHal hal(adapters_of(1));
  const Error failure = win32_error(Origin::kEnumeration, win32::kNotEnoughMemory);
  hal.snapshot_errors = {{1, failure}, {2, failure}};
  const Report report = release_dhcp_lease_all(hal, kVerify);
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  EXPECT_EQ(report.failed_snapshots, 2U);
  EXPECT_EQ(report.ended, at(2s));
}

TEST(Verify, DeadlineOfTheCallBoundsIt) {
  FakeHal hal(adapters_of(1));
  hal.linger = 1h;
  Options options = kVerify;
  options.deadline = 2500ms;
  const Report report = release_dhcp_lease_all(hal, options);
  EXPECT_EQ(report.code, ReturnCode::kUnableToRelease);
  EXPECT_EQ(report.ended, at(2500ms));
}

TEST(Verify, LateCompletionsMeanwhileAreCountedAndDoNotHurryTheSnapshots) {
  FakeHal hal(adapters_of(2));
  hal.linger = 1h;
  hal.plan = [](Operation, const Adapter& adapter) {
    return FakeHal::Plan{adapter.guid == guid_of(0) ? Duration(32500ms) : Duration(1s)};
  };
  const Report report = release_dhcp_lease_all(hal, kVerify);
  EXPECT_EQ(report.outcomes[0].decision, Decision::kTimedOut);
  EXPECT_EQ(report.outcomes[1].decision, Decision::kUnverified);
  EXPECT_EQ(report.late_completions, 1U);
  EXPECT_EQ(report.ended, at(35s));
  EXPECT_EQ(hal.snapshots, 7U);
}

TEST(Verify, OneAdapterIsVerifiedAmongOthers) {
  FakeHal hal(adapters_of(3));
  hal.linger = 1s;
  const Report report = release_dhcp_lease(hal, guid_of(2), kVerify);
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  EXPECT_EQ(report.ended, at(1s));
}

AddressWatch watch_of(const std::vector<Adapter>& adapters) {
  AddressWatch watch;
  for (std::uint32_t i = 0; i < adapters.size(); ++i) watch.add({adapters[i].guid, adapters[i].address, i, i});
  return watch;
}

std::vector<std::uint32_t> tags(const AddressWatch& watch) {
  std::vector<std::uint32_t> result;
  for (const AddressWatch::Entry& entry : watch.left()) result.push_back(entry.tag);
  return result;
}

TEST(AddressWatch, JoinsByGuidInAnyOrderOfTheSnapshot) {
  std::vector<Adapter> adapters = adapters_of(6);
  AddressWatch watch = watch_of(adapters);
  adapters[1].address = {};
  adapters[4].address = adapters[5].address;
  std::ranges::reverse(adapters);
  watch.check(adapters);
  EXPECT_THAT(tags(watch), ElementsAre(0, 2, 3, 5));
  std::ranges::rotate(adapters, adapters.begin() + 2);
  watch.check(adapters);
  EXPECT_THAT(tags(watch), ElementsAre(0, 2, 3, 5));
}

TEST(AddressWatch, FollowsAdaptersThatComeAndGo) {
  std::vector<Adapter> adapters = adapters_of(6);
  AddressWatch watch = watch_of(adapters);
  adapters.erase(adapters.begin() + 1);
  adapters.insert(adapters.begin(), adapter_of(100));
  adapters.insert(adapters.begin() + 4, adapter_of(101));
  watch.check(adapters);
  EXPECT_THAT(tags(watch), ElementsAre(0, 2, 3, 4, 5));
  watch.check(std::span(adapters).first(3));
  EXPECT_THAT(tags(watch), ElementsAre(0, 2));
  watch.check({});
  EXPECT_TRUE(watch.left().empty());
}

TEST(AddressWatch, SnapshotThatNamesOneGuidManyTimesIsReadOnceAndTheFirstCounts) {
  std::vector<Adapter> adapters(100'000, adapter_of(1));
  AddressWatch watch;
  watch.add({adapter_of(1).guid, adapter_of(1).address, 0, 200'000});
  watch.add({adapter_of(2).guid, adapter_of(2).address, 1, 200'001});
  adapters.back().address = {};
  watch.check(adapters);
  EXPECT_THAT(tags(watch), ElementsAre(0));
}

}  // namespace
}  // namespace unlease
