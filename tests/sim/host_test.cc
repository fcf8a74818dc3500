// The Windows around the adapters: which cause answers, and what scripted faults do instead.
#include "sim/host.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string host(const std::string& keys) { return "\n[host]\n" + keys + "\n"; }
std::string fault(const std::string& keys) { return "\n[[fault]]\n" + keys + "\n"; }

// Each row puts one more cause before all the ones above it.
TEST(Host, EachCauseBeatsTheLaterOnes) {
  struct Row {
    std::string host;     // added to [host]
    std::string adapter;  // added to the adapter
    bool lease;
    Error expected;
  };
  const Error no_error{};
  const Row rows[] = {
      {"", "", true, no_error},
      {"dns_client = \"stopped\"", "", true, win32_error(Origin::kDnsClient, win32::kServiceNotActive)},
      {"tcpip = \"stopped\"", "", true, win32_error(Origin::kTcpip, win32::kServiceNotActive)},
      {"", "settings = { host_name = \"-\" }", true, provider_error(Origin::kSettings, 74)},
      {"registry = \"corrupt\"", "", true, win32_error(Origin::kRegistry, win32::kRegistryCorrupt)},
      {"", "", false, win32_error(Origin::kApi, win32::kAddressNotAssociated)},
      {"", "link = \"down\"", false, provider_error(Origin::kTcpip, 84)},
      {"", "dhcp = false", false, provider_error(Origin::kApi, 100)},
      {"dhcp_service = \"stopped\"", "", false, win32_error(Origin::kDhcpService, win32::kServiceNotActive)},
      {"elevated = false", "", false, win32_error(Origin::kApi, win32::kAccessDenied)},
      {"memory = \"exhausted\"", "", false, win32_error(Origin::kApi, win32::kNotEnoughMemory)}};
  std::string host_keys;
  std::string adapter_keys;
  for (const Row& row : rows) {
    host_keys += row.host + "\n";
    adapter_keys += row.adapter + "\n";
    const TestWorld world(join(host(host_keys), kServer, "[[adapter]]\nname = \"Ethernet\"\n", adapter_keys,
                               row.lease ? "lease = { server = \"dhcp1\", state = \"bound\" }\n" : ""));
    EXPECT_EQ(world.release(0), row.expected);
    EXPECT_TRUE(world.violations().empty());
  }
}

TEST(Host, AnAdapterThatIsGoneBeatsDhcpAndIp) {
  const TestWorld world(join(kServer, "[[adapter]]\nname = \"Ethernet\"\ndhcp = false\nlink = \"removed\"\n"));
  EXPECT_EQ(world.release(0), win32_error(Origin::kApi, win32::kNotFound));
}

TEST(Host, StatesOfServicesAndRegistryHaveTheirErrors) {
  const struct {
    const char* keys;
    Error expected;
  } rows[] = {{"dhcp_service = \"disabled\"", win32_error(Origin::kDhcpService, win32::kServiceDisabled)},
              {"dhcp_service = \"absent\"", win32_error(Origin::kDhcpService, win32::kServiceDoesNotExist)},
              {"dhcp_service = \"crashing\"", win32_error(Origin::kDhcpService, win32::kRpcCallFailed)},
              {"registry = \"denied\"", win32_error(Origin::kRegistry, win32::kAccessDenied)},
              {"registry = \"missing\"", win32_error(Origin::kRegistry, win32::kFileNotFound)}};
  for (const auto& row : rows) EXPECT_EQ(TestWorld(join(host(row.keys), kServer, kBound)).release(0), row.expected);
}

TEST(Host, ARefusedReleaseSendsNothingAFailedTeardownHasSentIt) {
  const TestWorld refused(join(host("dhcp_service = \"stopped\""), kServer, kBound));
  refused.release(0);
  EXPECT_EQ(refused->sent(MessageType::kRelease), 0U);
  const TestWorld failed(join(host("registry = \"corrupt\""), kServer, kBound));
  failed.release(0);
  EXPECT_EQ(failed->sent(MessageType::kRelease), 1U);
  EXPECT_FALSE(failed->address_of(0).is_none());
  failed.run_until(seconds(1));
  EXPECT_EQ(failed->lease_count(0, LeaseStatus::kBound), 0U);
  ASSERT_EQ(failed->disagreements().size(), 1U);
  EXPECT_EQ(failed->disagreements()[0].cause, LeaseFate::kAccepted);
}

TEST(Host, AfterAFailedTeardownASecondReleaseOnlyTakesTheRestDown) {
  const TestWorld world(join(host("registry = \"corrupt\""), kServer, kBound, R"(
[[step]]
at = "1s"
set = { host = { registry = "ok" } }
)"));
  world.release(0);
  world.run_until(seconds(2));
  EXPECT_EQ(world.release(0), Error{});
  EXPECT_TRUE(world->address_of(0).is_none());
  EXPECT_EQ(world->sent(MessageType::kRelease), 1U);
  EXPECT_TRUE(world.violations().empty());
}

TEST(Host, ASecondOperationOnABusyAdapterIsRefusedAtOnce) {
  const TestWorld world(join(fault("on = \"release\"\ndelay = \"5s\"\ntimes = 1"), kServer, kBound));
  const OperationId first = world->begin(Operation::kRelease, 0);
  EXPECT_EQ(world.release(0), win32_error(Origin::kApi, win32::kBusy));
  EXPECT_EQ(world->now(), Instant{});
  world.run_until(seconds(5));
  EXPECT_TRUE(is_success(world.take(first).value()));
  EXPECT_TRUE(world.violations().empty());
}

TEST(Host, AHungServiceAnswersWhenItRunsAgain) {
  const TestWorld world(join(host("dhcp_service = \"hung\""), kServer, kBound, R"(
[[step]]
at = "40s"
set = { host = { dhcp_service = "running" } }
)"));
  const OperationId id = world->begin(Operation::kRelease, 0);
  world.run_until(seconds(39));
  EXPECT_FALSE(world.take(id));
  world.run_until(seconds(41));
  EXPECT_TRUE(is_success(world.take(id).value()));
  EXPECT_TRUE(world->address_of(0).is_none());
}

TEST(Host, AHungServiceThatIsStoppedAnswersThat) {
  const TestWorld world(join(host("dhcp_service = \"hung\""), kServer, kBound, R"(
[[step]]
at = "40s"
set = { host = { dhcp_service = "stopped" } }
)"));
  EXPECT_EQ(world.release(0), win32_error(Origin::kDhcpService, win32::kServiceNotActive));
  EXPECT_EQ(world->now(), Instant(seconds(40)));
}

TEST(Host, WineRefusesEverythingAndHidesDhcp) {
  const TestWorld world(join("\n[run]\nprofile = \"wine8\"\n", kServer, kBound));
  EXPECT_FALSE(world->snapshot().value()[0].dhcp_enabled);
  EXPECT_EQ(world.release(0), win32_error(Origin::kApi, win32::kNotSupported));
  EXPECT_EQ(world.renew(0), win32_error(Origin::kApi, win32::kNotSupported));
}

// --- faults -------------------------------------------------------------------------------------------------------

constexpr Error kGeneralFailure{.origin = Origin::kApi, .domain = Domain::kWin32, .value = 31};

// Which of five releases met an error of the fault.
std::vector<int> met(const std::string& keys) {
  const TestWorld world(join(fault("on = \"release\"\nerror = 31\n" + keys), kServer, kBound));
  std::vector<int> found;
  for (int i = 1; i <= 5; ++i) {
    if (world.release(0) == kGeneralFailure) found.push_back(i);
  }
  return found;
}

TEST(Faults, NthTimesAndChanceNarrowThem) {
  EXPECT_EQ(met(""), (std::vector<int>{1, 2, 3, 4, 5}));
  EXPECT_EQ(met("nth = 2"), std::vector<int>{2});
  EXPECT_EQ(met("times = 2"), (std::vector<int>{1, 2}));
  EXPECT_EQ(met("nth = 3\ntimes = 2"), (std::vector<int>{3, 4}));
  EXPECT_EQ(met("chance = 0.0"), std::vector<int>{});
  EXPECT_EQ(met("chance = 1.0"), (std::vector<int>{1, 2, 3, 4, 5}));
}

TEST(Faults, TheFirstThatMeetsWinsAndTheOthersHaveCounted) {
  const TestWorld world(join(fault("on = \"release\"\nerror = 31\nnth = 1"),
                             fault("on = \"release\"\nerror = 87\nnth = 2"), fault("on = \"release\"\nerror = 8"),
                             kServer, kBound));
  EXPECT_EQ(world.release(0)->value, 31U);
  EXPECT_EQ(world.release(0)->value, 87U);
  EXPECT_EQ(world.release(0)->value, 8U);
  EXPECT_EQ(world->fault_count(0), 1U);
  EXPECT_EQ(world->fault_count(1), 1U);
  EXPECT_EQ(world->fault_count(2), 1U);
}

TEST(Faults, AnErrorAloneHasNoEffect) {
  const TestWorld world(join(fault("on = \"release\"\nerror = 31"), kServer, kBound));
  EXPECT_EQ(world.release(0), kGeneralFailure);
  EXPECT_FALSE(world->address_of(0).is_none());
  EXPECT_EQ(world->sent(MessageType::kRelease), 0U);
}

TEST(Faults, AnErrorWithFullEffectHasReleased) {
  const TestWorld world(join(fault("on = \"release\"\nerror = 31\neffect = \"full\""), kServer, kBound));
  EXPECT_EQ(world.release(0), kGeneralFailure);
  EXPECT_TRUE(world->address_of(0).is_none());
  EXPECT_EQ(world->sent(MessageType::kRelease), 1U);
}

TEST(Faults, ALateEffectComesASecondAfterTheAnswer) {
  const TestWorld world(join(fault("on = \"release\"\nerror = 31\neffect = \"late\""), kServer, kBound));
  EXPECT_EQ(world.release(0), kGeneralFailure);
  world.run_until(milliseconds(999));
  EXPECT_FALSE(world->address_of(0).is_none());
  world.run_until(milliseconds(1'000));
  EXPECT_TRUE(world->address_of(0).is_none());
  EXPECT_EQ(world->sent(MessageType::kRelease), 1U);
  EXPECT_TRUE(world.violations().empty());
}

TEST(Faults, ARenewHasItsEffectInFullOrLate) {
  const TestWorld full(join(fault("on = \"renew\"\nerror = 31\neffect = \"full\""), kServer, kBound));
  EXPECT_EQ(full.renew(0), kGeneralFailure);
  EXPECT_EQ(full->sent(MessageType::kRequest), 1U);
  const TestWorld late(join(fault("on = \"renew\"\nerror = 31\neffect = \"late\""), kServer, kBound));
  EXPECT_EQ(late.renew(0), kGeneralFailure);
  late.run_until(milliseconds(999));
  EXPECT_EQ(late->sent(MessageType::kRequest), 0U);
  late.run_until(milliseconds(1'010));
  EXPECT_EQ(late->sent(MessageType::kRequest), 1U);
  EXPECT_EQ(late->sent(MessageType::kAck), 1U);
  EXPECT_TRUE(late.violations().empty());
}

TEST(Faults, ALateReleaseWithoutALeaseEndsDiscovery) {
  const TestWorld world(join(fault("on = \"release\"\nerror = 31\neffect = \"late\""), kServer,
                             "state = \"down\"\n[[adapter]]\nname = \"Ethernet\"\nlease = { acquire = true }\n"));
  EXPECT_EQ(world.release(0), kGeneralFailure);
  world.run_until(std::chrono::hours(1));
  EXPECT_EQ(world->sent(MessageType::kDiscover), 1U);
  EXPECT_EQ(world->sent(MessageType::kRelease), 0U);
}

TEST(Faults, ASuccessHasItsEffectUnlessToldOtherwise) {
  const TestWorld told(join(fault("on = \"release\"\nerror = 3010"), kServer, kBound));
  EXPECT_EQ(told.release(0)->value, 3010U);
  EXPECT_TRUE(told->address_of(0).is_none());
  const TestWorld lied(join(fault("on = \"release\"\nerror = 0\neffect = \"none\""), kServer, kBound));
  EXPECT_TRUE(is_success(lied.release(0).value()));
  EXPECT_FALSE(lied->address_of(0).is_none());
  EXPECT_TRUE(lied.violations().empty());
}

TEST(Faults, AHangNeverAnswersWhateverItsEffect) {
  for (const char* effect : {"", "effect = \"full\"", "effect = \"late\""}) {
    for (const bool lease : {true, false}) {
      const TestWorld world(join(fault(join("on = \"release\"\nhang = true\n", effect)), kServer,
                                 lease ? kBound : "[[adapter]]\nname = \"Ethernet\"\n"));
      EXPECT_FALSE(world.release(0)) << effect;
      EXPECT_EQ(world.release(0), win32_error(Origin::kApi, win32::kBusy)) << effect;
    }
  }
}

TEST(Faults, ALateEffectComesAlsoWhileItsOperationHangs) {
  const TestWorld world(join(fault("on = \"release\"\nhang = true\neffect = \"late\""), kServer, kBound));
  EXPECT_FALSE(world.release(0));
  EXPECT_TRUE(world->address_of(0).is_none());
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 0U);
  EXPECT_EQ(world.release(0), win32_error(Origin::kApi, win32::kBusy));
  const TestWorld renewing(join(fault("on = \"renew\"\nhang = true\neffect = \"late\""), kServer, kBound));
  EXPECT_FALSE(renewing.renew(0));
  EXPECT_EQ(renewing->sent(MessageType::kRequest), 1U);
}

TEST(Faults, ALateReleaseAndALateRenewBothTakeEffect) {
  const TestWorld world(join(fault("on = \"release\"\nerror = 0\neffect = \"late\""),
                             fault("on = \"renew\"\nerror = 0\neffect = \"late\""), kServer, kBound));
  EXPECT_TRUE(world.release(0));
  world.run_until(milliseconds(500));
  EXPECT_TRUE(world.renew(0));
  world.run_until(seconds(10));
  EXPECT_FALSE(world->address_of(0).is_none());
  EXPECT_EQ(world->sent(MessageType::kRelease), 1U);
  EXPECT_TRUE(world.violations().empty());
}

TEST(Faults, AnEffectAloneIsASuccessWithThatEffect) {
  const TestWorld world(join(fault("on = \"release\"\neffect = \"none\""), kServer, kBound));
  EXPECT_EQ(world.release(0), Error{});
  EXPECT_FALSE(world->address_of(0).is_none());
}

TEST(Faults, AnAdapterThatGoesEndsItsOperationWhateverTheFaultWouldHaveSaid) {
  for (const char* answer : {"", "effect = \"full\"", "error = 31"}) {
    const std::string slow = join(fault(join("on = \"release\"\ndelay = \"5s\"\n", answer)), kServer, kBound,
                                  "[[step]]\nat = \"1s\"\nset = { adapter = \"*\", ");
    const TestWorld removed(join(slow, "link = \"removed\" }\n"));
    EXPECT_EQ(removed.release(0), win32_error(Origin::kApi, win32::kNotFound)) << answer;
    EXPECT_EQ(removed->now(), Instant(seconds(1)));
    const TestWorld switched_off(join(slow, "dhcp = false }\n"));
    EXPECT_EQ(switched_off.release(0)->value, value(ReturnCode::kDhcpNotEnabled)) << answer;
  }
}

TEST(Faults, AHangNeverAnswersAlsoWhereTheAdapterGoes) {
  for (const char* effect : {"effect = \"none\"", "effect = \"full\"", "delay = \"2s\""}) {
    const TestWorld world(join(fault(join("on = \"release\"\nhang = true\n", effect)), kServer, kBound,
                               "[[step]]\nat = \"1s\"\nset = { adapter = \"*\", link = \"removed\" }\n"));
    EXPECT_FALSE(world.release(0)) << effect;
  }
}

// Its next hop is asked for again after ten minutes: the first late release is still on its way when the second comes.
TEST(Faults, ASecondLateReleaseLeavesTheFirstToItsNextHop) {
  const TestWorld world(join(fault("on = \"release\"\nerror = 0\neffect = \"late\""),
                             "[[segment]]\nname = \"lan\"\nlatency = \"300ms\"\n", kServer, kBound));
  world.run_until(seconds(700));
  EXPECT_TRUE(world.release(0));
  world.run_until(milliseconds(700'500));
  EXPECT_TRUE(world.release(0));
  world.run_until(seconds(710));
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 0U);
}

TEST(Faults, ThatDifferInTheirEffectDrawTheirOwnLuck) {
  const TestWorld world(join(fault("on = \"release\"\nchance = 0.5\neffect = \"none\""),
                             fault("on = \"release\"\nchance = 0.5\neffect = \"full\""),
                             "[[server]]\nname = \"s\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.10-10.0.0.250\"\n",
                             "[[adapter]]\nname = \"a\"\ncount = 200\nlease = { state = \"bound\" }\n"));
  for (std::uint32_t adapter = 0; adapter < 200; ++adapter) world.release(adapter);
  EXPECT_GT(world->fault_count(0), 60U);
  EXPECT_GT(world->fault_count(1), 20U);
}

TEST(Faults, ADelayComesBeforeTheCausesAreLookedAt) {
  const TestWorld world(join(fault("on = \"release\"\ndelay = \"5s\""), kServer, kBound, R"(
[[step]]
at = "4s"
set = { host = { elevated = false } }
)"));
  EXPECT_EQ(world.release(0), win32_error(Origin::kApi, win32::kAccessDenied));
  EXPECT_EQ(world->now(), Instant(seconds(5)));
}

TEST(Faults, EnumerationFailsAndTakesTime) {
  const TestWorld world(join(
      fault("on = \"enumerate\"\nerror = \"ERROR_NOT_ENOUGH_MEMORY\"\ndelay = \"3s\"\ntimes = 1"), kServer, kBound));
  EXPECT_EQ(world->snapshot().error(), win32_error(Origin::kEnumeration, win32::kNotEnoughMemory));
  EXPECT_EQ(world->now(), Instant(seconds(3)));
  EXPECT_TRUE(world->snapshot());
}

// --- the rest -----------------------------------------------------------------------------------------------------

TEST(Host, AnAdapterThatIsRemovedEndsItsOperation) {
  const std::string removed = "\n[[step]]\nat = \"2s\"\nset = { adapter = \"Ethernet\", link = \"removed\" }\n";
  const TestWorld delayed(join(fault("on = \"release\"\ndelay = \"5s\""), kServer, kBound, removed));
  EXPECT_EQ(delayed.release(0), win32_error(Origin::kApi, win32::kNotFound));
  EXPECT_EQ(delayed->now(), Instant(seconds(2)));
  const TestWorld renewing(join(kServer, "state = \"down\"\n", kBound, removed));
  EXPECT_EQ(renewing.renew(0), win32_error(Origin::kApi, win32::kNotFound));
  EXPECT_EQ(renewing->now(), Instant(seconds(2)));
}

TEST(Host, ARenewGivesUpAfterAMinute) {
  for (const std::string_view adapter : {kBound, std::string_view("[[adapter]]\nname = \"Ethernet\"\n")}) {
    const TestWorld world(join(kServer, "state = \"down\"\n", adapter));
    EXPECT_EQ(world.renew(0), win32_error(Origin::kApi, win32::kSemTimeout));
    EXPECT_EQ(world->now(), Instant(seconds(60)));
  }
}

TEST(Host, ARenewEndsWithTheAck) {
  const TestWorld world(join(kServer, kBound));
  EXPECT_TRUE(is_success(world.renew(0).value()));
  EXPECT_EQ(world->now(), Instant(milliseconds(2)));
  EXPECT_EQ(world->sent(MessageType::kDiscover), 0U);
}

TEST(Host, TheWriteLockIsHeldAfterASuccessfulRelease) {
  const TestWorld world(join(host("write_lock = \"5s\""), kServer, kBound));
  EXPECT_TRUE(is_success(world.release(0).value()));
  world.run_until(seconds(2));
  EXPECT_EQ(world.renew(0), hresult_error(Origin::kSettings, hresult::kNoWriteLock));
  EXPECT_EQ(world->sent(MessageType::kDiscover), 0U);
  world.run_until(seconds(5));
  EXPECT_TRUE(is_success(world.renew(0).value()));
}

TEST(Host, ALaterReleaseMeetsTheWriteLock) {
  const TestWorld world(
      join(host("write_lock = \"5s\""), kServer,
           "[[adapter]]\nname = \"a\"\ncount = 2\nlease = { server = \"dhcp1\", state = \"bound\" }\n"));
  EXPECT_TRUE(is_success(world.release(0).value()));
  world.run_until(seconds(2));
  EXPECT_EQ(world.release(1), hresult_error(Origin::kSettings, hresult::kNoWriteLock));
  EXPECT_FALSE(world->address_of(1).is_none());
}

TEST(Host, ReleasesOfOneInstantDoNotLockEachOtherOut) {
  const TestWorld world(
      join(host("write_lock = \"5s\""), kServer,
           "[[adapter]]\nname = \"a\"\ncount = 2\nlease = { server = \"dhcp1\", state = \"bound\" }\n"));
  const OperationId first = world->begin(Operation::kRelease, 0);
  const OperationId second = world->begin(Operation::kRelease, 1);
  world.run_until(seconds(0));
  EXPECT_TRUE(is_success(world.take(first).value()));
  EXPECT_TRUE(is_success(world.take(second).value()));
}

}  // namespace
}  // namespace unlease::sim
