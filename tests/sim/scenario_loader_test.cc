#include "sim/scenario_loader.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/method.h"
#include "tests/sim/scenario_test_support.h"

namespace unlease::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

class EveryKey : public testing::Test {
 protected:
  const Scenario s_ = valid(source_file("tests/data/every_key.toml"));

  void SetUp() override {
    ASSERT_EQ(s_.segments.size(), 2U);
    ASSERT_EQ(s_.servers.size(), 2U);
    ASSERT_EQ(s_.adapters.size(), 4U);
    ASSERT_EQ(s_.faults.size(), 4U);
    ASSERT_EQ(s_.steps.size(), 4U);
  }
};

TEST_F(EveryKey, TopOfTheFile) {
  EXPECT_EQ(s_.file, "f");
  EXPECT_EQ(s_.version, 1);
  EXPECT_EQ(s_.name, "Every key");
  EXPECT_THAT(s_.about, testing::StartsWith("A file that uses"));
  EXPECT_THAT(s_.tags, ElementsAre("test", "every-key"));
  EXPECT_EQ(s_.cause, Cause::kModelled);
  EXPECT_EQ(s_.cause_key, "host.dhcp_service") << "the whole path, although the file says only its end";
}

TEST_F(EveryKey, RunAndEngine) {
  EXPECT_EQ(s_.run.seed, 7U);
  EXPECT_EQ(s_.run.deadline, 90min);
  EXPECT_EQ(s_.run.profile, HostProfile::kWine8);
  EXPECT_EQ(s_.engine.max_in_flight, 64U);
  EXPECT_EQ(s_.engine.timeout, 20s);
  EXPECT_EQ(s_.engine.deadline, 10min);
  EXPECT_TRUE(s_.engine.verify);
  EXPECT_EQ(s_.engine.verify_interval, 100ms);
  EXPECT_EQ(s_.engine.verify_timeout, 3s);
  EXPECT_EQ(s_.engine.policies.no_dhcp_adapters, ReturnCode::kDhcpNotEnabled);
  EXPECT_EQ(s_.engine.policies.no_lease, ReturnCode::kUnableToRelease);
  EXPECT_TRUE(s_.engine.policies.skip_ip_disabled);
  EXPECT_TRUE(s_.engine.assume_dhcp);
}

TEST_F(EveryKey, Host) {
  EXPECT_FALSE(s_.host.elevated);
  EXPECT_EQ(s_.host.dhcp_service, DhcpService::kCrashing);
  EXPECT_EQ(s_.host.dns_client, Service::kStopped);
  EXPECT_EQ(s_.host.tcpip, Service::kStopped);
  EXPECT_EQ(s_.host.registry, Registry::kCorrupt);
  EXPECT_EQ(s_.host.memory, Memory::kExhausted);
  EXPECT_EQ(s_.host.write_lock, 1500ms);
}

TEST_F(EveryKey, Segments) {
  EXPECT_EQ(s_.segments[0].name, "lan");
  const SegmentSpec& dmz = s_.segments[1];
  EXPECT_EQ(dmz.name, "dmz");
  EXPECT_EQ(dmz.latency, 250us);
  EXPECT_EQ(dmz.jitter, 100ns);
  EXPECT_EQ(dmz.loss, Probability{250'000'000});
  EXPECT_EQ(dmz.duplicate, Probability{1});
  EXPECT_EQ(dmz.reorder, kCertain);
  EXPECT_TRUE(dmz.partitioned);
  ASSERT_TRUE(dmz.relay.has_value());
  EXPECT_EQ(dmz.relay->server, "dhcp1");
  EXPECT_EQ(dmz.relay->server_index, 0U);
  EXPECT_EQ(dmz.relay->address, ip(192, 168, 7, 254));
}

TEST_F(EveryKey, Servers) {
  EXPECT_EQ(s_.servers[0].segment_index, 0U);
  EXPECT_EQ(s_.servers[0].address, ip(10, 0, 0, 1));
  const ServerSpec& server = s_.servers[1];
  EXPECT_EQ(server.name, "dhcp2");
  EXPECT_EQ(server.segment, "dmz");
  EXPECT_EQ(server.segment_index, 1U);
  EXPECT_EQ(server.address, ip(192, 168, 7, 1));
  EXPECT_EQ(server.pool.first, ip(192, 168, 7, 100));
  EXPECT_EQ(server.pool.last, ip(192, 168, 7, 199));
  EXPECT_EQ(server.lease, 24h);
  EXPECT_EQ(server.profile, ServerProfile::kDnsmasq);
  EXPECT_EQ(server.state, ServerState::kDown);
  EXPECT_THAT(server.offer_address, Optional(ip(192, 168, 7, 2)));
}

TEST_F(EveryKey, ServerOptions) {
  const DhcpOptionsSpec& options = s_.servers[1].options;
  EXPECT_THAT(options.server_id, Optional(ip(192, 168, 7, 3)));
  EXPECT_THAT(options.subnet_mask, Optional(ip(255, 255, 255, 0)));
  EXPECT_THAT(options.routers, ElementsAre(ip(192, 168, 7, 1), ip(192, 168, 7, 254)));
  EXPECT_THAT(options.domain_name_servers, ElementsAre(ip(9, 9, 9, 9)));
  EXPECT_EQ(options.domain_name, "example.org");
  EXPECT_THAT(options.netbios_name_servers, ElementsAre(ip(192, 168, 7, 3)));
  EXPECT_EQ(options.netbios_node_type, NodeType::kPeer);
  EXPECT_EQ(options.renewal_time, 6h);
  EXPECT_EQ(options.rebinding_time, 18h);
}

TEST_F(EveryKey, Adapters) {
  const AdapterSpec& ethernet = s_.adapters[0];
  EXPECT_EQ(ethernet.name, "Ethernet");
  EXPECT_EQ(ethernet.count, 3U);
  EXPECT_EQ(ethernet.lease.server, "dhcp1");
  EXPECT_EQ(ethernet.lease.server_index, 0U);
  EXPECT_EQ(ethernet.lease.state, LeaseState::kExpired);
  const AdapterSpec& wifi = s_.adapters[1];
  EXPECT_EQ(wifi.segment, "dmz");
  EXPECT_EQ(wifi.segment_index, 1U);
  EXPECT_TRUE(wifi.dhcp);
  EXPECT_EQ(wifi.link, Link::kDisabled);
  EXPECT_EQ(wifi.lease.server, "dhcp2") << "the only one of its segment";
  EXPECT_EQ(wifi.lease.server_index, 1U);
  EXPECT_EQ(wifi.lease.state, LeaseState::kRebinding);
  EXPECT_THAT(wifi.lease.address, Optional(ip(192, 168, 7, 110)));
  EXPECT_THAT(wifi.settings.gateways, ElementsAre(ip(192, 168, 7, 9)));
  EXPECT_EQ(wifi.settings.host_name, "pc1");
  EXPECT_EQ(wifi.settings.node_type, NodeType::kHybrid);
  EXPECT_THAT(wifi.settings.wins, ElementsAre(ip(192, 168, 7, 8)));
  EXPECT_EQ(wifi.client_id, "pc1-wifi");
  EXPECT_THAT(wifi.quirks, ElementsAre(Quirk::kOption50, Quirk::kNoCiaddr, Quirk::kSourceZero, Quirk::kAddressFirst,
                                       Quirk::kTimerAfter, Quirk::kReleaseTwice, Quirk::kNoRelease,
                                       Quirk::kWrongServerId, Quirk::kOldAddress));
  EXPECT_TRUE(s_.adapters[2].lease.acquire);
  EXPECT_FALSE(s_.adapters[3].dhcp);
}

TEST_F(EveryKey, Faults) {
  const FaultSpec& fault = s_.faults[0];
  EXPECT_EQ(fault.on, FaultOn::kRenew);
  EXPECT_EQ(fault.adapter.pattern, "[VW]i-F?*");
  EXPECT_THAT(fault.error, Optional(win32_error(Origin::kApi, 31)));
  EXPECT_EQ(fault.effect, Effect::kLate);
  EXPECT_EQ(fault.delay, 2s);
  EXPECT_EQ(fault.nth, 2U);
  EXPECT_EQ(fault.times, 3U);
  EXPECT_EQ(fault.chance, Probability{500'000'000});
  EXPECT_FALSE(fault.hang);
  EXPECT_EQ(s_.faults[1].on, FaultOn::kEnumerate);
  EXPECT_THAT(s_.faults[1].error, Optional(hresult_error(Origin::kEnumeration, 0x80041001)));
  EXPECT_TRUE(s_.faults[2].hang);
  EXPECT_EQ(s_.faults[2].adapter.pattern, "*");
  EXPECT_EQ(s_.faults[2].chance, kCertain);
  EXPECT_THAT(s_.faults[3].error, Optional(provider_error(Origin::kApi, 86)));
}

TEST_F(EveryKey, StepsAreInOrderOfTime) {
  EXPECT_EQ(s_.steps[0].at, 1s);
  EXPECT_EQ(s_.steps[1].at, 2s);
  EXPECT_EQ(s_.steps[2].at, 3s);
  EXPECT_EQ(s_.steps[3].at, 5s);
  EXPECT_EQ(s_.steps[2].call, Call::kReleaseDhcpLease);
  EXPECT_EQ(s_.steps[2].adapter, "Ethernet 2");
}

TEST_F(EveryKey, Sets) {
  const SetSpec server = s_.steps[0].set.value_or(SetSpec{});
  EXPECT_EQ(server.server, "dhcp2");
  EXPECT_EQ(server.index, 1U);
  EXPECT_EQ(server.state, ServerState::kUp);
  EXPECT_EQ(server.profile, ServerProfile::kIsc);
  EXPECT_THAT(server.offer_address, Optional(ip(192, 168, 7, 4)));
  ASSERT_TRUE(server.options);
  EXPECT_THAT(server.options->subnet_mask, Optional(ip(255, 255, 0, 0)));
  EXPECT_THAT(server.options->domain_name_servers, ElementsAre(ip(1, 1, 1, 1)));
  EXPECT_EQ(server.options->domain_name, "example.net");
  EXPECT_EQ(server.options->netbios_node_type, NodeType::kBroadcast);
  EXPECT_EQ(server.options->renewal_time, 1s);
  const SetSpec segment = s_.steps[1].set.value_or(SetSpec{});
  EXPECT_EQ(segment.segment, "dmz");
  EXPECT_EQ(segment.index, 1U);
  EXPECT_EQ(segment.latency, 2ms);
  EXPECT_EQ(segment.jitter, 3ms);
  EXPECT_EQ(segment.loss, Probability{100'000'000});
  EXPECT_EQ(segment.duplicate, Probability{200'000'000});
  EXPECT_EQ(segment.reorder, Probability{300'000'000});
  EXPECT_EQ(segment.partitioned, false);
  const SetSpec::Host host = s_.steps[2].set.value_or(SetSpec{}).host.value_or(SetSpec::Host{});
  EXPECT_EQ(host.elevated, true);
  EXPECT_EQ(host.dhcp_service, DhcpService::kHung);
  EXPECT_EQ(host.dns_client, Service::kRunning);
  EXPECT_EQ(host.tcpip, Service::kRunning);
  EXPECT_EQ(host.registry, Registry::kDenied);
  EXPECT_EQ(host.memory, Memory::kOk);
  EXPECT_EQ(host.write_lock, 0s);
  const SetSpec adapter = s_.steps[3].set.value_or(SetSpec{});
  EXPECT_EQ(adapter.adapter.value_or(Glob{}).pattern, "Wi-Fi");
  EXPECT_EQ(adapter.link, Link::kRemoved);
  EXPECT_EQ(adapter.dhcp, false);
  ASSERT_TRUE(adapter.settings);
  EXPECT_EQ(adapter.settings->host_name, "pc2");
  EXPECT_EQ(adapter.settings->node_type, NodeType::kMixed);
}

TEST_F(EveryKey, ExpectationOfAStep) {
  ASSERT_TRUE(s_.steps[2].expect);
  const Expectation& expect = *s_.steps[2].expect;
  EXPECT_EQ(value_of(expect.code), 81U);
  ASSERT_EQ(expect.adapters.size(), 1U);
  EXPECT_EQ(expect.adapters[0].adapter.pattern, "Eth*");
  EXPECT_EQ(value_of(expect.adapters[0].code), 4294967295U);
  EXPECT_EQ(value_of(expect.adapters[0].decision), Decision::kTimedOut);
  EXPECT_EQ(value_of(expect.adapters[0].error), win32_error(Origin::kApi, 1460));
  EXPECT_EQ(value_of(expect.adapters[0].address).kind, ExpectedAddress::Kind::kAny);
  ASSERT_EQ(expect.servers.size(), 1U);
  EXPECT_EQ(expect.servers[0].server, "dhcp2");
  EXPECT_EQ(value_of(expect.servers[0].bound), 1U);
  EXPECT_EQ(value_of(expect.servers[0].free), 2U);
  EXPECT_EQ(value_of(expect.servers[0].held), 3U);
  EXPECT_EQ(value_of(expect.servers[0].declined), 4U);
  EXPECT_EQ(value_of(expect.packets.discover), 1U);
  EXPECT_EQ(value_of(expect.packets.offer), 2U);
  EXPECT_EQ(value_of(expect.packets.request), 3U);
  EXPECT_EQ(value_of(expect.packets.decline), 4U);
  EXPECT_EQ(value_of(expect.packets.ack), 5U);
  EXPECT_EQ(value_of(expect.packets.nak), 6U);
  EXPECT_EQ(value_of(expect.packets.release), 7U);
  EXPECT_THAT(value_of(expect.violations), ElementsAre(3U, 12U));
}

TEST_F(EveryKey, LastExpectation) {
  EXPECT_EQ(value_of(s_.expect.code), 98U);
  EXPECT_THAT(value_of(s_.expect.violations), ElementsAre(9U));
  ASSERT_EQ(s_.expect.adapters.size(), 2U);
  EXPECT_EQ(s_.expect.adapters[0].adapter.pattern, "Wi-Fi") << "in the order of the file";
  EXPECT_EQ(value_of(s_.expect.adapters[0].error), provider_error(Origin::kApi, 86));
  EXPECT_EQ(value_of(s_.expect.adapters[0].address).kind, ExpectedAddress::Kind::kExactly);
  EXPECT_EQ(value_of(s_.expect.adapters[0].address).address, ip(192, 168, 7, 110));
  EXPECT_EQ(value_of(s_.expect.adapters[1].error), hresult_error(Origin::kApi, 0x80041001));
  EXPECT_EQ(value_of(s_.expect.adapters[1].address).kind, ExpectedAddress::Kind::kNone);
  EXPECT_EQ(value_of(s_.expect.adapters[1].ledger), LeaseFate::kLost);
  EXPECT_EQ(value_of(s_.expect.servers.at(0).bound), 235U);
  EXPECT_EQ(value_of(s_.expect.packets.release), 17U);
}

TEST(ScenarioLoader, TheSmallestFileHasTheDefaults) {
  const Scenario s = valid("version = 1");
  ASSERT_EQ(s.segments.size(), 1U);
  EXPECT_EQ(s.segments[0].name, "lan");
  EXPECT_EQ(s.segments[0].latency, 1ms);
  ASSERT_EQ(s.steps.size(), 1U);
  EXPECT_EQ(s.steps[0].at, 0s);
  EXPECT_EQ(s.steps[0].call, Call::kReleaseDhcpLeaseAll);
  EXPECT_TRUE(s.host.elevated);
  EXPECT_EQ(s.cause, std::nullopt);
  EXPECT_THAT(s.adapters, IsEmpty());
}

TEST(ScenarioLoader, PositionsAreThoseOfValuesAndHeaders) {
  const Scenario s = valid(
      "version = 1\n"
      "[[server]]\nname = \"a\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.2-10.0.0.9\"\n"
      "[[adapter]]\nname = \"E\"\nlease = { state = \"bound\" }\n"
      "[[fault]]\nhang = true\n"
      "[[step]]\nset = { adapter = \"*\", link = \"down\" }\nexpect = { code = 65 }\n"
      "[expect]\nadapters = { E = { code = 0 } }\n");
  const auto at = [](const Position& position) { return std::pair(position.line, position.column); };
  EXPECT_EQ(at(s.segments[0].position), std::pair(0U, 0U));
  EXPECT_EQ(at(s.servers[0].position), std::pair(2U, 1U));
  EXPECT_EQ(at(s.adapters[0].position), std::pair(6U, 1U));
  EXPECT_EQ(at(s.adapters[0].lease.position), std::pair(8U, 9U));
  EXPECT_EQ(at(s.faults[0].position), std::pair(9U, 1U));
  EXPECT_EQ(at(s.steps[0].position), std::pair(11U, 1U));
  EXPECT_EQ(at(s.steps[0].set.value_or(SetSpec{}).position), std::pair(12U, 7U));
  EXPECT_EQ(at(s.steps[0].expect->code->position), std::pair(13U, 19U));
  EXPECT_EQ(at(s.expect.adapters[0].position), std::pair(15U, 14U));
  EXPECT_EQ(at(s.expect.adapters[0].code->position), std::pair(15U, 27U));
}

TEST(ScenarioLoader, StepsOfOneInstantKeepTheOrderOfTheFile) {
  std::string text = version_line();
  for (const char* code : {"64", "65", "66"})
    text += std::string("[[step]]\nat = \"1s\"\nexpect = { code = ") + code + " }\n";
  const Scenario s = valid(text + "[[step]]\nexpect = { code = 67 }\n");
  std::vector<std::uint32_t> codes;
  for (const StepSpec& step : s.steps) codes.push_back(value_of(step.expect.value_or(Expectation{}).code));
  EXPECT_THAT(codes, ElementsAre(67U, 64U, 65U, 66U));
}

TEST(ScenarioLoader, AByteOrderMarkAndCarriageReturnsAreFine) {
  EXPECT_EQ(valid("\xEF\xBB\xBFversion = 1\r\nname = \"caf\xC3\xA9\"\r\n").name, "caf\xC3\xA9");
}

// The page that the format comes from; its example is in tests/data as it is printed there.
TEST(ScenarioLoader, TheExampleOfTheDesignLoads) {
  const Scenario s = valid(source_file("tests/data/design_example.toml"));
  EXPECT_EQ(s.name, "98: one of two adapters cannot be released");
  EXPECT_EQ(s.cause_key, "fault");
  EXPECT_EQ(s.steps.size(), 2U);
  EXPECT_THAT(s.faults.at(0).error, Optional(win32_error(Origin::kApi, 31)));
}

TEST(ScenarioLoader, DecisionsAreCalledAsTheEngineCallsThem) {
  for (int i = 0; i <= static_cast<int>(Decision::kNotStarted); ++i) {
    const auto decision = static_cast<Decision>(i);
    const Scenario s = valid(
        fmt::format("{}[expect]\nadapters = {{ E = {{ decision = \"{}\" }} }}\n", version_line(), name(decision)));
    EXPECT_EQ(value_of(s.expect.adapters.at(0).decision), decision);
  }
}

TEST(ScenarioLoader, CallsAreCalledAsTheyAreNamed) {
  for (const Call call :
       {Call::kReleaseDhcpLeaseAll, Call::kRenewDhcpLeaseAll, Call::kReleaseDhcpLease, Call::kRenewDhcpLease}) {
    const bool one = call == Call::kReleaseDhcpLease || call == Call::kRenewDhcpLease;
    const Scenario s = valid(version_line() + "[[adapter]]\nname = \"E\"\n[[step]]\ncall = \"" +
                             std::string(name(call)) + (one ? "\"\nadapter = \"E\"\n" : "\"\n"));
    EXPECT_EQ(s.steps.at(0).call, call);
  }
}

}  // namespace
}  // namespace unlease::sim
