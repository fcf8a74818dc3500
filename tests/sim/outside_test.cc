// A World whose wire is real: here its other side is a World, too, or a script, and time is still virtual.
#include "sim/outside.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario_sides.h"
#include "tests/sim/outside_test_support.h"
#include "tests/sim/packet_test_support.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

PlayResult play_clients(const Scenario& whole, Outside& outside) {
  return play(client_side(whole).scenario, {.keep_trace = true, .outside = &outside});
}

constexpr std::string_view kThree = R"(
[[adapter]]
name = "Ethernet"
count = 3
lease = { server = "dhcp1", state = "bound" }
)";

TEST(Outside, LeasesAreAcquiredOverTheWireAndReleasedOverIt) {
  const auto scenario = scenario_of(join(kServer, kThree, R"(
[[step]]
at = "5s"
call = "ReleaseDHCPLeaseAll"
expect = { code = 0, packets = { discover = 0, release = 3 }, adapters = { "*" = { address = "none" } } }
)"));
  RealServers servers(*scenario);
  const PlayResult result = play_clients(*scenario, servers);
  EXPECT_TRUE(passes(result));
  EXPECT_EQ(result.wire->acquired, 3U);
  EXPECT_EQ(result.wire->acquiring, milliseconds(8)) << "two round trips, with the latency of each side";
  EXPECT_EQ(result.virtual_time, seconds(5) + milliseconds(1)) << "0s is when all were bound";
  ASSERT_EQ(result.wire->servers.size(), 1U);
  EXPECT_EQ(to_string(result.wire->servers[0].address), "10.0.0.1");
  EXPECT_EQ(result.wire->servers[0].messages[static_cast<std::size_t>(MessageType::kAck)], 3U);
  servers.receive(servers.now() + seconds(1));
  EXPECT_EQ(servers.world().lease_count(0, LeaseStatus::kBound), 0U);
  EXPECT_EQ(servers.world().lease_count(0, LeaseStatus::kFree), 10U);
}

TEST(Outside, AnAdapterAsksForTheAddressThatItHasInTheScenario) {
  const auto scenario = scenario_of(join(kServer, R"(
[[adapter]]
name = "Ethernet"
lease = { server = "dhcp1", state = "bound", address = "10.0.0.17" }
)"));
  Script silence;
  play_clients(*scenario, silence);
  DecodeScratch scratch{};
  const auto discover = decode_frame(silence.sent.at(0), scratch);
  ASSERT_TRUE(discover);
  EXPECT_EQ(discover->message.type, MessageType::kDiscover);
  EXPECT_EQ(to_string(discover->message.requested_address), "10.0.0.17");
}

TEST(Outside, ALinkIsUpUntilTheLeaseIsThere) {
  const auto scenario = scenario_of(join(kServer, R"(
[[adapter]]
name = "Ethernet"
link = "disabled"
lease = { server = "dhcp1", state = "bound" }
[expect]
code = 84
)"));
  RealServers servers(*scenario);
  EXPECT_TRUE(passes(play_clients(*scenario, servers)));
  EXPECT_EQ(servers.world().lease_count(0, LeaseStatus::kBound), 1U);
}

TEST(Outside, WhereNoServerAnswersTheFirstAdapterWithoutALeaseIsNamedAndNothingElse) {
  const auto scenario = scenario_of(join(kServer, kThree, "[[fault]]\nerror = 31\n"));
  Script silence;
  const PlayResult result = play_clients(*scenario, silence);
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].subject, "adapters.\"Ethernet 1\".lease");
  EXPECT_EQ(result.failures[0].position.line, 11U);
  EXPECT_EQ(result.failures[0].actual, "no server answered; 0 of 3 adapters have one");
  EXPECT_EQ(result.wire->acquiring, seconds(15));
  EXPECT_TRUE(result.calls.empty()) << "the timeline never began";
}

TEST(Outside, ASecondServerIsHeard) {
  const auto scenario = scenario_of(join(kServer, kBound, R"(
[[server]]
name = "rogue"
address = "10.0.0.2"
pool = "10.0.0.20-10.0.0.29"
)"));
  RealServers servers(*scenario);
  const PlayResult result = play_clients(*scenario, servers);
  EXPECT_TRUE(passes(result));
  ASSERT_EQ(result.wire->servers.size(), 2U);
  const HeardServer& rogue = result.wire->servers[1];
  EXPECT_EQ(to_string(rogue.address), "10.0.0.2");
  EXPECT_EQ(rogue.mac, server_mac(1));
  EXPECT_EQ(rogue.messages[static_cast<std::size_t>(MessageType::kOffer)], 1U);
  EXPECT_EQ(rogue.messages[static_cast<std::size_t>(MessageType::kAck)], 0U);
}

// A broadcast by or to a client of that chaddr.
ByteVector frame_of(MessageType type, MacAddress chaddr) {
  const bool reply = type == MessageType::kOffer;
  DhcpMessage message;
  message.op = reply ? 2 : 1;
  message.type = type;
  message.chaddr = chaddr;
  ByteVector frame(kMaxFrame);
  frame.resize(write_frame(frame,
                           {.source_mac = reply ? server_mac(0) : chaddr,
                            .destination_mac = kBroadcastMac,
                            .source = reply ? Ipv4{0x0A000001U} : Ipv4{},
                            .destination = kBroadcastIp,
                            .source_port = reply ? kServerPort : kClientPort,
                            .destination_port = reply ? kClientPort : kServerPort},
                           message));
  return frame;
}

TEST(Outside, AMalformedReplyIsCountedAndNobodysBusiness) {
  const auto scenario = scenario_of(join(kServer, kBound));
  Script script;
  script.coming.push_back(frame_of(MessageType::kOffer, adapter_mac(0)));
  script.coming.back().resize(200);
  const PlayResult result = play_clients(*scenario, script);
  EXPECT_EQ(result.wire->refused[static_cast<std::size_t>(PacketFault::kTruncated)], 1U);
  EXPECT_EQ(result.failures.at(0).actual, "no server answered");
}

TEST(Outside, WhatIsForOthersIsNotTakenIn) {
  const auto scenario = scenario_of(join(kServer, kBound));
  Script script;
  script.coming.push_back(frame_of(MessageType::kOffer, MacAddress{{0x00, 0x11, 0x22, 0x33, 0x44, 0x55}}));
  script.coming.push_back(ByteVector(60));
  const PlayResult result = play_clients(*scenario, script);
  EXPECT_TRUE(result.wire->servers.empty());
  const std::vector<TraceRecord> delivered = records_of(result, TraceKind::kPacketDelivered);
  EXPECT_TRUE(std::ranges::all_of(delivered, [](const TraceRecord& record) {
    return low_half(record.y) == static_cast<std::uint32_t>(kStranger);
  })) << "only what left";
}

TEST(Outside, AWireThatEndsEndsTheRun) {
  const auto scenario = scenario_of(join(kServer, kBound, R"(
[[step]]
at = "1h"
call = "ReleaseDHCPLeaseAll"
)"));
  Script script;
  script.over = true;
  const PlayResult result = play_clients(*scenario, script);
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  EXPECT_TRUE(result.calls.empty());
}

// However much comes that is for others, nothing is due before its time.
TEST(Outside, AFloodOfOthersFramesDoesNotMakeTimeGoFaster) {
  const auto scenario = scenario_of(std::string(kServer));
  const Scenario side = server_side(*scenario).scenario;
  Script script;
  World world(side, {.outside = &script});
  world.begin_timeline();
  for (int frame = 0; frame < 1000; ++frame) script.coming.push_back(arp_request(Ipv4{0x0A000063U}));
  world.advance(Instant{} + std::chrono::hours(1));
  EXPECT_EQ(world.now(), Instant{});
}

// Ten releases, one after the other, of 40 ms each.
TEST(Outside, WhoStoodStillForASecondDoesNotCatchUpInABurst) {
  const auto scenario = scenario_of(join(kServer, R"(
[engine]
max_in_flight = 1
[[adapter]]
name = "Ethernet"
count = 10
lease = { server = "dhcp1", state = "bound" }
[[fault]]
error = 0
delay = "40ms"
[[step]]
at = "1s"
call = "ReleaseDHCPLeaseAll"
)"));
  RealServers servers(*scenario);
  servers.sleeps_at = Instant{} + milliseconds(1100);
  const PlayResult result = play_clients(*scenario, servers);
  EXPECT_TRUE(passes(result));
  EXPECT_GE(result.virtual_time, seconds(1) + milliseconds(100) + seconds(1) + 7 * milliseconds(40));
}

TEST(Outside, AServerIsJudgedAtTheRunsDeadline) {
  const auto scenario = scenario_of(join(kServer, R"(
[run]
deadline = "30s"
[expect]
servers = { dhcp1 = { bound = 1 } }
)"));
  Script script;
  const PlayResult result = play(server_side(*scenario).scenario, {.outside = &script});
  EXPECT_EQ(result.virtual_time, seconds(30));
  ASSERT_EQ(result.failures.size(), 1U) << text_of(result);
  EXPECT_EQ(result.failures[0].subject, "servers.dhcp1.bound");
}

// What it offered ends after a minute, which is not waited for.
TEST(Outside, AServerIsJudgedWhenItIsInterruptedAsItIsThen) {
  const auto scenario = scenario_of(join(kServer, R"(
[expect]
servers = { dhcp1 = { bound = 0, held = 1 } }
)"));
  Script script;
  script.coming.push_back(frame_of(MessageType::kDiscover, adapter_mac(0)));
  script.ends = Instant{} + seconds(2);
  const PlayResult result = play(server_side(*scenario).scenario, {.outside = &script});
  EXPECT_TRUE(passes(result));
  EXPECT_EQ(result.virtual_time, seconds(2));
}

TEST(Outside, StepsAfterAnInterruptAreNeitherPlayedNorMissed) {
  const auto scenario = scenario_of(join(kServer, R"(
[[step]]
at = "8h"
set = { server = "dhcp1", state = "down" }
expect = { servers = { dhcp1 = { bound = 7 } } }
[[step]]
at = "9h"
expect = { servers = { dhcp1 = { held = 1 } } }
)"));
  Script script;
  script.coming.push_back(frame_of(MessageType::kDiscover, adapter_mac(0)));
  script.ends = Instant{} + seconds(2);
  const PlayResult result = play(server_side(*scenario).scenario, {.outside = &script});
  EXPECT_TRUE(passes(result));
  EXPECT_EQ(result.virtual_time, seconds(2));
}

TEST(Outside, NobodyWaitsForAStepBeyondTheDeadline) {
  const auto scenario = scenario_of(join(kServer, R"(
[run]
deadline = "30s"
[[step]]
at = "9h"
set = { server = "dhcp1", state = "down" }
)"));
  Script script;
  const PlayResult result = play(server_side(*scenario).scenario, {.outside = &script});
  EXPECT_TRUE(passes(result));
  EXPECT_EQ(result.virtual_time, seconds(30));
}

TEST(Outside, ASegmentsFaultsBeginAtZero) {
  const auto scenario = scenario_of(join("\n[[segment]]\nname = \"lan\"\nloss = 1.0\n", kServer, kBound));
  RealServers servers(*scenario_of(join(kServer, kBound)));
  EXPECT_TRUE(passes(play_clients(*scenario, servers)));
}

TEST(Outside, WhatIsUnderWayWhenAServerIsInterruptedStillArrives) {
  const auto scenario = scenario_of(join(kServer, R"(
[expect]
servers = { dhcp1 = { held = 1 } }
)"));
  Script script;
  script.coming.push_back(frame_of(MessageType::kDiscover, adapter_mac(0)));
  script.ends = Instant{} + std::chrono::microseconds(1);
  EXPECT_TRUE(passes(play(server_side(*scenario).scenario, {.outside = &script})));
}

}  // namespace
}  // namespace unlease::sim
