// `unlease capture`: whatever a machine claims, the file loads and passes.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/unlease/captured_scenario.h"
#include "sim/runner.h"
#include "sim/scenario_loader.h"
#include "tests/apps/command_line.h"
#include "tests/apps/fake_machine.h"

namespace unlease::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr Ipv4 ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return Ipv4{std::uint32_t{a} << 24U | std::uint32_t{b} << 16U | std::uint32_t{c} << 8U | d};
}

struct Captured {
  std::string text;
  sim::Scenario scenario;
  sim::PlayResult play;
};

// The file, which has to load and pass.
Captured captured(const std::vector<hw::AdapterDetails>& adapters) {
  Captured result{.text = captured_scenario(adapters, false), .scenario = {}, .play = {}};
  sim::Loaded loaded = sim::load_scenario_text(result.text, "captured");
  for (const sim::Diagnostic& mistake : loaded.diagnostics) ADD_FAILURE() << sim::to_string("captured", mistake);
  if (!loaded.scenario) return result;
  result.scenario = *std::move(loaded.scenario);
  result.play = sim::play(result.scenario);
  EXPECT_EQ(result.play.verdict, sim::Verdict::kPassed) << result.text;
  return result;
}

class Capture : public CommandLineTest {};

TEST_F(Capture, PrintsAScenarioThatPassesAnywhere) {
  const auto machine = std::make_shared<FakeMachine>(std::vector{leased_adapter("Ethernet", 7)});
  const Ran ran = unlease_on(here(machine), {"capture"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(machine->released(), IsEmpty());
  write("host.toml", ran.out);
  EXPECT_EQ(unlease({"check", "host.toml"}).code, 0);
  const Ran played = unlease({"run", "host.toml"});
  EXPECT_EQ(played.code, 0) << played.out;
  EXPECT_THAT(played.out, HasSubstr("0 (Successful completion, no reboot required)"));
}

TEST_F(Capture, ALeaseIsBoundForAsLongAsItsServerGaveIt) {
  const Captured one = captured({leased_adapter("Ethernet", 7)});
  EXPECT_THAT(one.text, AllOf(HasSubstr("address = \"192.168.1.254\"\npool = \"192.168.1.7-192.168.1.7\"\n"),
                              HasSubstr("lease = \"1d\"\noptions = { subnet_mask = \"255.255.255.0\", "
                                        "routers = [\"192.168.1.254\"] }\n"),
                              HasSubstr("lease = { server = \"dhcp1\", state = \"bound\", address = \"192.168.1.7\" }"),
                              HasSubstr("\n[expect]\ncode = 0\n"), HasSubstr("about = \"")));
}

TEST_F(Capture, WhatIdentifiesTheMachineIsOnlyInTheRawFile) {
  const std::vector adapters{leased_adapter("Ethernet", 7)};
  EXPECT_THAT(captured_scenario(adapters, false),
              AllOf(Not(HasSubstr("00-15-5D")), Not(HasSubstr("{00000000-")), Not(HasSubstr("GUID"))));
  const auto machine = std::make_shared<FakeMachine>(adapters);
  EXPECT_THAT(unlease_on(here(machine), {"capture", "--raw"}).out,
              HasSubstr("# GUID {00000000-0000-0000-0000-000000000007}, MAC address 00-15-5D-AB-CD-07.\n"));
}

TEST_F(Capture, AGuidOrMacAddressWithinANameIsScrubbed) {
  hw::AdapterDetails tunnel = leased_adapter("isatap.{4e6f7465-0001-0002-0003-4E6574446576}", 9);
  tunnel.adapter.kind = AdapterKind::kTunnel;
  const std::vector adapters{leased_adapter("{4E6F7465-0001-0002-0003-4E6574446576}", 1),
                             leased_adapter("Dock 00:15:5D:ab:cd:07", 2),
                             leased_adapter("00155DABCD07", 3),
                             tunnel,
                             leased_adapter("vEthernet 4E6F7465000100020003 4E6F74650001000200034E6574446576", 4),
                             leased_adapter("{4E6F7465-{4E6F7465-0001-0002-0003-4E6574446576}0001", 5)};
  const Captured all = captured(adapters);
  ASSERT_THAT(all.scenario.adapters, SizeIs(5));
  EXPECT_EQ(all.scenario.adapters[0].name, "Adapter 1");
  EXPECT_EQ(all.scenario.adapters[1].name, "Dock");
  EXPECT_EQ(all.scenario.adapters[2].name, "Adapter 3");
  EXPECT_THAT(all.scenario.adapters[3].name, Not(HasSubstr("446576"))) << "a GUID without its hyphens";
  EXPECT_EQ(all.scenario.adapters[4].name, "{4E6F7465- 0001");
  EXPECT_THAT(all.text, HasSubstr("\"isatap.\" (tunnel)"));
  EXPECT_THAT(captured_scenario(adapters, true), HasSubstr("name = \"{4E6F7465-0001-0002-0003-4E6574446576}\""));
}

TEST_F(Capture, TwoAdaptersOfOneServerShareIt) {
  const Captured both = captured({leased_adapter("Ethernet", 7), leased_adapter("Wi-Fi", 9)});
  EXPECT_THAT(both.scenario.servers, SizeIs(1));
  EXPECT_THAT(both.text, HasSubstr("pool = \"192.168.1.7-192.168.1.9\""));
}

TEST_F(Capture, ServersOfSeveralNetworksHaveASegmentEach) {
  hw::AdapterDetails other = leased_adapter("Office", 9);
  other.adapter.address = ipv4(10, 1, 2, 3);
  other.dhcp_server = other.gateway = ipv4(10, 1, 2, 1);
  const Captured both = captured({leased_adapter("Home", 7), other});
  EXPECT_THAT(both.scenario.servers, SizeIs(2));
  EXPECT_THAT(both.scenario.segments, SizeIs(2));
}

TEST_F(Capture, AServerOnAnotherNetworkIsBehindARelay) {
  hw::AdapterDetails adapter = leased_adapter("Office", 7);
  adapter.dhcp_server = ipv4(10, 20, 0, 5);
  const Captured one = captured({adapter});
  EXPECT_THAT(one.text, HasSubstr("relay = { server = \"dhcp1\", address = \"192.168.1.254\" }"));
  EXPECT_EQ(one.play.code, ReturnCode::kSuccess);
}

TEST_F(Capture, AnAdapterSetByHandIsNotUnderDhcp) {
  hw::AdapterDetails by_hand = leased_adapter("By hand", 7);
  by_hand.adapter.dhcp_enabled = false;
  by_hand.lease.reset();
  const Captured one = captured({by_hand});
  EXPECT_THAT(one.scenario.servers, IsEmpty());
  EXPECT_FALSE(one.scenario.adapters.at(0).dhcp);
  EXPECT_THAT(one.text, HasSubstr("# It has the address 192.168.1.7, which is no lease.\n"));
}

TEST_F(Capture, AnAdapterWithoutAnAnswerHasNoLease) {
  hw::AdapterDetails alone = leased_adapter("Ethernet", 7);
  alone.adapter.address = ipv4(169, 254, 3, 4);
  alone.lease.reset();
  alone.dhcp_server = {};
  const Captured one = captured({alone});
  EXPECT_THAT(one.scenario.servers, IsEmpty());
  EXPECT_EQ(one.play.code, ReturnCode::kSuccess);
}

TEST_F(Capture, AnAdapterWithoutALinkGives84) {
  hw::AdapterDetails down = leased_adapter("Ethernet", 7);
  down.adapter.ipv4_enabled = false;
  EXPECT_THAT(captured({down}).text, HasSubstr("link = \"down\"\n"));
  EXPECT_THAT(captured({down}).text, HasSubstr("\ncode = 84\n"));
  EXPECT_THAT(captured({down, leased_adapter("Wi-Fi", 8)}).text, HasSubstr("\ncode = 98\n"));
}

TEST_F(Capture, WhatIsNoEthernetIsLeftOutAndSaid) {
  hw::AdapterDetails loopback = leased_adapter("Loopback", 7);
  loopback.adapter.kind = AdapterKind::kLoopback;
  const Captured none = captured({loopback});
  EXPECT_THAT(none.scenario.adapters, IsEmpty());
  EXPECT_THAT(none.text, HasSubstr("# Left out, for the method never touches it: \"Loopback\" (loopback).\n"));
}

TEST_F(Capture, AMissingServerIsAGuess) {
  hw::AdapterDetails adapter = leased_adapter("Ethernet", 7);
  adapter.dhcp_server = ipv4(255, 255, 255, 255);
  const Captured one = captured({adapter});
  EXPECT_THAT(one.text, AllOf(HasSubstr("# No lease names a server"), HasSubstr("address = \"192.168.1.254\"")));
  adapter.gateway = adapter.dhcp_server = {};
  EXPECT_THAT(captured({adapter}).text, HasSubstr("address = \"192.168.1.1\""));
}

TEST_F(Capture, AbsurdClaimsStillGiveAFile) {
  hw::AdapterDetails adapter = leased_adapter("Ethernet", 7);
  adapter.prefix_length = 0;
  adapter.dhcp_server = ipv4(9, 9, 9, 9);
  adapter.gateway = ipv4(224, 0, 0, 1);
  adapter.lease = hw::LeaseTimes{.obtained = INT64_MIN, .expires = INT64_MAX};
  hw::AdapterDetails same = adapter;  // the same address twice
  const Captured both = captured({adapter, same});
  EXPECT_THAT(both.scenario.servers, SizeIs(2));
  EXPECT_THAT(both.text,
              AllOf(HasSubstr("# Nobody says how long the network's prefix is"),
                    HasSubstr("# It is on another network"), HasSubstr("# Nobody says how long its leases")));
  adapter.dhcp_server = adapter.gateway = adapter.adapter.address;
  EXPECT_EQ(captured({adapter}).play.code, ReturnCode::kSuccess) << "the server has the adapter's address";
}

TEST_F(Capture, NamesAreEscapedAndUnique) {
  const std::string strange = "a \"quoted\"\\ \t\x01\x7F\n\xFF caf\xC3\xA9 \xF0\x9F\x98\x80 # [x]";
  const std::string longest(3000, 'n');
  const Captured all = captured({leased_adapter(strange, 1), leased_adapter(strange, 2), leased_adapter("", 3),
                                 leased_adapter("Ethernet", 4), leased_adapter("Ethernet (2)", 5),
                                 leased_adapter("Ethernet", 6), leased_adapter(longest, 7)});
  ASSERT_THAT(all.scenario.adapters, SizeIs(7));
  EXPECT_EQ(all.scenario.adapters[0].name,
            "a \"quoted\"\\  \xEF\xBF\xBD  \xEF\xBF\xBD caf\xC3\xA9 \xF0\x9F\x98\x80 # [x]");
  EXPECT_EQ(all.scenario.adapters[5].name, "Ethernet (3)");
}

}  // namespace
}  // namespace unlease::app
