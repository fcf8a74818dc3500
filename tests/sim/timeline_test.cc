// What a step's `set` does to the world, member by member; world_test.cc has links, runner_test.cc the order.
#include <chrono>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/trace_text.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::string set_at_1s(std::string_view change) { return join("[[step]]\nat = \"1s\"\nset = { ", change, " }\n"); }

TEST(Timeline, SettingsChangeForAllAdaptersThatAreMeant) {
  const TestWorld world(
      join(kServer, "[[adapter]]\nname = \"a\"\ncount = 2\nlease = { server = \"dhcp1\", state = \"bound\" }\n", kBound,
           set_at_1s("adapter = \"a *\", settings = { host_name = \"-\" }")));
  world.run_until(seconds(1));
  EXPECT_EQ(world.release(0), provider_error(Origin::kSettings, 74));
  EXPECT_EQ(world.release(1), provider_error(Origin::kSettings, 74));
  EXPECT_TRUE(is_success(world.release(2).value()));
}

TEST(Timeline, DhcpThatIsSwitchedOnAcquires) {
  const TestWorld world(join(kServer, "[[adapter]]\nname = \"Ethernet\"\ndhcp = false\n",
                             set_at_1s("adapter = \"Ethernet\", dhcp = true")));
  world.run_until(milliseconds(999));
  EXPECT_TRUE(world->address_of(0).is_none());
  world.run_until(milliseconds(1'010));
  EXPECT_EQ(world->address_of(0), Ipv4{0x0A00000A});
}

TEST(Timeline, AServersProfileChangesWhatItAccepts) {
  const std::string quirk = "quirks = [\"wrong_server_id\"]\n";
  const TestWorld strict(join(kServer, kBound, quirk));
  EXPECT_TRUE(strict.release(0));
  strict.run_until(seconds(3));
  EXPECT_EQ(strict->lease_count(0, LeaseStatus::kBound), 1U);
  const TestWorld isc(join(kServer, kBound, quirk, set_at_1s("server = \"dhcp1\", profile = \"isc\"")));
  isc.run_until(seconds(1));
  EXPECT_TRUE(isc.release(0));
  isc.run_until(seconds(3));
  EXPECT_EQ(isc->lease_count(0, LeaseStatus::kBound), 0U);
}

TEST(Timeline, WhatAClientSendsOverALinkThatIsDownIsDropped) {
  const TestWorld world(join(kServer, kBound, set_at_1s("adapter = \"Ethernet\", link = \"down\"")));
  world.run_until(minutes(31));
  EXPECT_EQ(world->sent(MessageType::kRequest), 1U) << "half of the lease is over";
  EXPECT_EQ(world->sent(MessageType::kAck), 0U);
}

std::string linked(std::string_view link, std::string_view lease) {
  return join(kServer, "[[adapter]]\nname = \"Ethernet\"\nlink = \"", link, "\"\nlease = { ", lease, " }\n");
}

TEST(Timeline, AnAdapterThatIsDisabledOrGoneAt0sSendsNothing) {
  for (const std::string_view link : {"disabled", "removed"}) {
    for (const std::string_view lease : {"server = \"dhcp1\", state = \"bound\"", "acquire = true"}) {
      const TestWorld world(linked(link, lease));
      world.run_until(std::chrono::hours(20));
      EXPECT_EQ(world->sent(MessageType::kRequest) + world->sent(MessageType::kDiscover), 0U) << link << ' ' << lease;
      EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 0U) << "it ends at the server";
      EXPECT_TRUE(world.violations().empty());
    }
  }
}

TEST(Timeline, AnAdapterThatIsEnabledAcquires) {
  const TestWorld world(join(linked("disabled", "acquire = true"), set_at_1s("adapter = \"Ethernet\", link = \"up\"")));
  world.run_until(seconds(2));
  EXPECT_FALSE(world->address_of(0).is_none());
}

TEST(Timeline, ALeaseEndsAlsoWhereADisabledAdapterIsEnabledWithoutACable) {
  const TestWorld world(join(kServer, kBound, set_at_1s("adapter = \"Ethernet\", link = \"disabled\""),
                             "[[step]]\nat = \"2s\"\nset = { adapter = \"Ethernet\", link = \"down\" }\n"));
  world.run_until(minutes(59));
  EXPECT_FALSE(world->address_of(0).is_none());
  world.run_until(minutes(61));
  EXPECT_TRUE(world->address_of(0).is_none());
  EXPECT_TRUE(world.violations().empty());
}

// The next hop is asked for again after ten minutes, which takes two latencies.
TEST(Timeline, ALinkThatComesUpEndsAReleaseThatHadNotLeft) {
  const TestWorld world(join("\n[[segment]]\nname = \"lan\"\nlatency = \"100ms\"\n", kServer, kBound,
                             "[[step]]\nat = \"700010ms\"\nset = { adapter = \"Ethernet\", link = \"disabled\" }\n",
                             "[[step]]\nat = \"700020ms\"\nset = { adapter = \"Ethernet\", link = \"up\" }\n"));
  world.run_until(seconds(700));
  EXPECT_EQ(world.release(0), Error{});
  EXPECT_EQ(world->now(), Instant(milliseconds(700'020)));
  world.run_until(seconds(710));
  EXPECT_FALSE(world->address_of(0).is_none()) << "its client began anew";
  EXPECT_TRUE(world.violations().empty());
}

TEST(Timeline, AnAdapterThatDoesNotSayWhereItIsIsBesideTheServerOfItsLease) {
  const std::string_view elsewhere = R"(
[[segment]]
name = "lan"
[[segment]]
name = "office"
[[server]]
name = "dhcp1"
segment = "office"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.19"
)";
  EXPECT_TRUE(passes(join(elsewhere, kBound, "[expect]\ncode = 0\nservers = { dhcp1 = { bound = 0 } }\n")));
  EXPECT_TRUE(passes(join(elsewhere, kBound, "segment = \"lan\"\n[expect]\ncode = 0\n",
                          "adapters = { Ethernet = { ledger = \"unresolved\" } }\n")))
      << "nobody on that segment has the server's address, nor carries to it";
}

TEST(Timeline, AChangedHostIsTraced) {
  const PlayResult result = play_text(join(kServer, kBound, set_at_1s("host = { elevated = false }")));
  const auto records = records_of(result, TraceKind::kSet);
  ASSERT_EQ(records.size(), 1U);
  const auto scenario = scenario_of(join(kServer, kBound));
  std::string line;
  append_ndjson(line, 0, records[0], *scenario, AdapterTable(scenario->adapters));
  EXPECT_THAT(line, testing::HasSubstr("\"host\":\"changed\""));
}

}  // namespace
}  // namespace unlease::sim
