// `unlease adapters` and `unlease release` on the machine that they run on.
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/command_line.h"
#include "tests/apps/fake_machine.h"

namespace unlease::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Json = nlohmann::json;

class OnThisMachine : public CommandLineTest {
 protected:
  // An Ethernet adapter with a lease, one that is set by hand and the loopback.
  OnThisMachine() {
    hw::AdapterDetails by_hand;
    by_hand.adapter.guid.bytes[15] = 3;
    by_hand.adapter.name = AdapterName("By hand");
    by_hand.adapter.address = Ipv4{0x0A000005U};
    by_hand.dhcp_source = hw::DhcpSource::kRegistry;
    hw::AdapterDetails loopback;
    loopback.adapter.name = AdapterName("Loopback");
    loopback.adapter.kind = AdapterKind::kLoopback;
    machine_ = std::make_shared<FakeMachine>(std::vector{leased_adapter("Ethernet", 7), by_hand, loopback});
    ethernet_.bytes[15] = 7;
  }

  std::shared_ptr<FakeMachine> machine_;
  Guid ethernet_;
};

TEST_F(OnThisMachine, AdaptersShowTheLeaseAndWhoSaysThatItIsUnderDhcp) {
  const Ran ran = unlease_on(here(machine_), {"adapters"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("DHCP ACCORDING TO"));
  EXPECT_THAT(ran.out, HasSubstr("192.168.1.7  yes   yes         ethernet  GetAdaptersAddresses  192.168.1.254  "
                                 "2026-02-28T12:00:00Z  2026-03-01T12:00:00Z\n"));
  EXPECT_THAT(ran.out, HasSubstr("10.0.0.5     no    yes         ethernet  registry              -"));
}

TEST_F(OnThisMachine, AdaptersAreADocumentToo) {
  const Ran ran = unlease_on(here(machine_), {"adapters", "--json", "-"});
  EXPECT_EQ(ran.code, 0);
  const Json json = Json::parse(ran.out);
  EXPECT_EQ(json.at("scenario"), nullptr);
  const Json& ethernet = json.at("adapters").at(0);
  EXPECT_EQ(ethernet.at("dhcp_source"), "GetAdaptersAddresses");
  EXPECT_EQ(ethernet.at("dhcp_server"), "192.168.1.254");
  EXPECT_EQ(ethernet.at("lease_obtained"), "2026-02-28T12:00:00Z");
  EXPECT_EQ(ethernet.at("lease_expires"), "2026-03-01T12:00:00Z");
  EXPECT_EQ(json.at("adapters").at(1).at("lease_expires"), nullptr);
}

TEST_F(OnThisMachine, NothingIsReleasedWithoutYes) {
  const Ran ran = unlease_on(here(machine_), {"release"});
  EXPECT_EQ(ran.code, 2) << "a script that forgets it must not take this for a release";
  EXPECT_THAT(ran.out, HasSubstr("192.168.1.7  would be released\n"));
  EXPECT_THAT(ran.out, HasSubstr("1 adapter would be a target; nothing was released\n"));
  EXPECT_THAT(ran.err, HasSubstr("takes --yes"));
  EXPECT_THAT(machine_->released(), IsEmpty());

  const Ran dry = unlease_on(here(machine_), {"release", "--dry-run"});
  EXPECT_EQ(dry.code, 0);
  EXPECT_EQ(dry.out, ran.out);
  EXPECT_THAT(dry.err, IsEmpty());
  EXPECT_THAT(machine_->released(), IsEmpty());
}

TEST_F(OnThisMachine, YesReleasesWhatIsUnderDhcp) {
  const Ran ran = unlease_on(here(machine_), {"release", "--yes"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Ethernet  0 (Successful completion, no reboot required)  completed"));
  EXPECT_THAT(ran.out, HasSubstr("ReleaseDHCPLeaseAll returned 0 (Successful completion, no reboot required) in "));
  EXPECT_THAT(machine_->released(), ElementsAre(ethernet_));
}

TEST_F(OnThisMachine, AReleaseIsADocumentToo) {
  machine_->answers[ethernet_] = win32_error(Origin::kApi, win32::kAccessDenied);
  const Ran ran = unlease_on(here(machine_), {"release", "--yes", "--json", "-"});
  EXPECT_EQ(ran.code, 1);
  const Json json = Json::parse(ran.out);
  EXPECT_EQ(json.at("scenario"), nullptr);
  EXPECT_EQ(json.at("code"), 91);
  EXPECT_EQ(json.at("outcomes").at(0).at("adapter"), "Ethernet");
}

TEST_F(OnThisMachine, ARebootIsASuccess) {
  machine_->answers[ethernet_] = win32_error(Origin::kApi, win32::kSuccessRebootRequired);
  const Ran ran = unlease_on(here(machine_), {"release", "--yes"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("returned 1 (Successful completion, reboot required)"));
}

TEST_F(OnThisMachine, AssumeDhcpReleasesAllButWhatIsNoEthernet) {
  EXPECT_THAT(unlease_on(here(machine_), {"release", "--dry-run", "--assume-dhcp"}).out,
              HasSubstr("2 adapters would be targets"));
  bool assumed = false;
  const ThisMachine machine{.open = [&](bool assume_dhcp) {
    assumed = assume_dhcp;
    return machine_;
  }};
  EXPECT_EQ(unlease_on(machine, {"release", "--yes", "--assume-dhcp"}).code, 0);
  EXPECT_TRUE(assumed) << "the machine looks again before it releases";
  EXPECT_THAT(machine_->released(), testing::SizeIs(2));
}

TEST_F(OnThisMachine, ARemoteSessionIsWarnedBeforeAndInADryRun) {
  machine_->remote = true;
  for (const std::string_view option : {"--yes", "--dry-run"}) {
    const Ran ran = unlease_on(here(machine_), {"release", option});
    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.err, HasSubstr("unlease: warning: this session is a remote one")) << option;
  }
  EXPECT_THAT(unlease_on(here(machine_), {"release"}).err, HasSubstr("may cut it off"));
  EXPECT_THAT(unlease_on(here(machine_), {"adapters"}).err, IsEmpty());
  write("a.toml", releasing(0));
  EXPECT_THAT(unlease_on(here(machine_), {"release", "--scenario", "a.toml"}).err, IsEmpty());
}

TEST_F(OnThisMachine, AReleaseThatHangsTimesOutAndTheCommandEnds) {
  machine_->hanging.insert(ethernet_);
  ThisMachine hangs = here(machine_);
  hangs.options.timeout = std::chrono::milliseconds(20);
  const Ran ran = unlease_on(hangs, {"release", "--yes"});
  machine_->let_go();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("Ethernet  83 (Unable to release DHCP lease)  timed_out"));
  EXPECT_THAT(ran.out, HasSubstr("returned 83 (Unable to release DHCP lease)"));
}

TEST_F(OnThisMachine, AListThatFailsIsSaid) {
  machine_->snapshot_error = win32_error(Origin::kEnumeration, win32::kNotEnoughMemory);
  for (const auto& arguments :
       {std::initializer_list<std::string_view>{"adapters"}, std::initializer_list<std::string_view>{"capture"},
        std::initializer_list<std::string_view>{"release"},
        std::initializer_list<std::string_view>{"release", "--yes"}}) {
    const Ran ran = unlease_on(here(machine_), arguments);
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, HasSubstr("the adapters cannot be listed: ERROR_NOT_ENOUGH_MEMORY (8) from enumeration"));
    EXPECT_THAT(ran.err, Not(HasSubstr("--yes")));
  }
}

TEST_F(OnThisMachine, NoAdaptersAreAnEmptyListHoweverThatIsSaid) {
  const auto empty = std::make_shared<FakeMachine>(std::vector<hw::AdapterDetails>());
  for (const bool as_error : {false, true}) {
    if (as_error) empty->snapshot_error = win32_error(Origin::kEnumeration, win32::kNoData);
    EXPECT_EQ(unlease_on(here(empty), {"adapters"}).code, 0);
    EXPECT_EQ(unlease_on(here(empty), {"capture"}).code, 0);
    EXPECT_THAT(unlease_on(here(empty), {"release", "--dry-run"}).out, HasSubstr("0 adapters would be targets"));
    EXPECT_THAT(unlease_on(here(empty), {"release", "--yes"}).out, HasSubstr("returned 0"));
  }
}

TEST_F(OnThisMachine, YesAndDryRunTogetherAreAMistake) {
  const Ran ran = unlease_on(here(machine_), {"release", "--yes", "--dry-run"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("leave one of them out"));
  EXPECT_THAT(machine_->released(), IsEmpty());
}

TEST_F(OnThisMachine, ABuildWithoutAMachineSaysSo) {
  const ThisMachine none = here(nullptr);
  for (const std::string_view command : {"adapters", "release"}) {
    const Ran ran = unlease_on(none, {command});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("give --scenario FILE"));
    EXPECT_EQ(unlease_on(none, {command, "--scenario", "nowhere.toml"}).code, 2);
  }
  const Ran ran = unlease_on(none, {"capture"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("take unlease.exe, on Windows"));
}

}  // namespace
}  // namespace unlease::app
