#include "sim/scenario_sides.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kWhole = R"(
[[segment]]
name = "far"
[[segment]]
name = "near"
[[server]]
name = "dhcp1"
segment = "near"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.19"
[[adapter]]
name = "Ethernet"
segment = "near"
lease = { server = "dhcp1", state = "bound" }
[[fault]]
adapter = "Ethernet"
error = 31
[[step]]
at = "1s"
set = { server = "dhcp1", state = "down" }
[[step]]
at = "2s"
set = { segment = "near", loss = 1.0 }
[[step]]
at = "3s"
set = { segment = "far", loss = 1.0 }
[[step]]
at = "4s"
call = "ReleaseDHCPLeaseAll"
[expect]
code = 65
adapters = { "Ethernet" = { code = 65, ledger = "none" } }
servers = { dhcp1 = { bound = 1 } }
packets = { release = 0, ack = 0 }
)";

std::vector<std::uint32_t> lines(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::uint32_t> found;
  for (const Diagnostic& diagnostic : diagnostics) found.push_back(diagnostic.position.line);
  return found;
}

TEST(ScenarioSides, TheClientsKeepWhatTheyCanTell) {
  const ScenarioSide side = client_side(*scenario_of(std::string(kWhole)));
  EXPECT_THAT(side.mistakes, IsEmpty());
  EXPECT_THAT(lines(side.notes), ElementsAre(20, 26, 32, 33, 34)) << "two changes, the ledger, the servers, ACKs";
  const Scenario& scenario = side.scenario;
  EXPECT_THAT(scenario.servers, IsEmpty());
  ASSERT_EQ(scenario.segments.size(), 1U);
  EXPECT_EQ(scenario.segments[0].name, "near");
  EXPECT_EQ(scenario.adapters.at(0).segment_index, 0U);
  EXPECT_EQ(scenario.faults.size(), 1U);
  EXPECT_FALSE(scenario.steps.at(0).set) << "of a server";
  EXPECT_TRUE(scenario.steps.at(1).set);
  EXPECT_EQ(scenario.steps.at(1).set->index, 0U);
  EXPECT_FALSE(scenario.steps.at(2).set) << "of another segment";
  EXPECT_TRUE(scenario.steps.at(3).call);
  EXPECT_TRUE(scenario.expect.code);
  EXPECT_TRUE(scenario.expect.packets.release);
}

TEST(ScenarioSides, TheServersKeepWhatTheyCanTell) {
  const ScenarioSide side = server_side(*scenario_of(std::string(kWhole)));
  EXPECT_THAT(side.mistakes, IsEmpty());
  EXPECT_THAT(lines(side.notes), ElementsAre(26, 31, 32, 34)) << "a change, the code, the adapter, releases";
  const Scenario& scenario = side.scenario;
  EXPECT_THAT(scenario.adapters, IsEmpty());
  EXPECT_THAT(scenario.faults, IsEmpty());
  EXPECT_EQ(scenario.servers.at(0).segment_index, 0U);
  EXPECT_TRUE(scenario.steps.at(0).set);
  EXPECT_FALSE(scenario.steps.at(3).call);
  EXPECT_THAT(scenario.expect.servers, testing::SizeIs(1));
  EXPECT_TRUE(scenario.expect.packets.ack);
}

TEST(ScenarioSides, ALeaseThatWouldHaveToBeWaitedForIsAMistake) {
  const ScenarioSide side = client_side(*scenario_of(join(kServer, R"(
[[adapter]]
name = "Ethernet"
lease = { server = "dhcp1", state = "renewing" }
)")));
  ASSERT_EQ(side.mistakes.size(), 1U);
  EXPECT_EQ(side.mistakes[0].position.line, 10U);
  EXPECT_THAT(side.mistakes[0].message, HasSubstr("have to be waited for"));
}

// Which one that is, nobody can choose.
TEST(ScenarioSides, OfSeveralServersAnyMayGiveALease) {
  constexpr std::string_view kSecond = R"(
[[server]]
name = "dhcp2"
address = "10.0.0.2"
pool = "10.0.0.30-10.0.0.39"
)";
  constexpr std::string_view kLeased = R"(
[[adapter]]
name = "Ethernet"
lease = { server = "dhcp1", state = "bound" }
)";
  const ScenarioSide side = client_side(*scenario_of(join(kServer, kSecond, kLeased)));
  ASSERT_EQ(side.notes.size(), 1U);
  EXPECT_THAT(side.notes[0].message, HasSubstr("whichever server answers first"));
  EXPECT_THAT(client_side(*scenario_of(join(kServer, kLeased))).notes, IsEmpty());
}

TEST(ScenarioSides, AnInterfaceIsOneSegment) {
  const auto scenario = scenario_of(R"(
[[segment]]
name = "a"
[[segment]]
name = "b"
[[server]]
name = "dhcp1"
segment = "a"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.19"
[[server]]
name = "dhcp2"
segment = "b"
address = "10.0.1.1"
pool = "10.0.1.10-10.0.1.19"
[[adapter]]
name = "one"
segment = "a"
[[adapter]]
name = "two"
segment = "b"
)");
  const ScenarioSide clients = client_side(*scenario);
  ASSERT_EQ(clients.mistakes.size(), 1U);
  EXPECT_EQ(clients.mistakes[0].message, "the adapters are on several segments, and an interface is one: 'a' and 'b'");
  EXPECT_THAT(lines(server_side(*scenario).mistakes), ElementsAre(11));
}

TEST(ScenarioSides, NobodyToPutOnTheWireIsAMistake) {
  EXPECT_THAT(client_side(*scenario_of(std::string(kServer))).mistakes.at(0).message, HasSubstr("no [[adapter]]"));
  EXPECT_THAT(server_side(*scenario_of("\n[[adapter]]\nname = \"Ethernet\"\n")).mistakes.at(0).message,
              HasSubstr("no [[server]]"));
}

}  // namespace
}  // namespace unlease::sim
