// Whole runs in which client and server part ways in intricate ways: the ledger knows why, and no invariant breaks.
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

constexpr std::string_view kClient = "\n[[adapter]]\nname = \"E\"\nlease = { acquire = true }\n";

std::string set_at(std::string_view time, std::string_view change) {
  return fmt::format("[[step]]\nat = \"{}\"\nset = {{ {} }}\n", time, change);
}
std::string expect_at(std::string_view time, std::string_view adapter, std::string_view ledger) {
  return fmt::format("[[step]]\nat = \"{}\"\nexpect = {{ adapters = {{ \"{}\" = {{ ledger = \"{}\" }} }} }}\n", time,
                     adapter, ledger);
}
std::string call_at(std::string_view time, std::string_view call, std::string_view keys = "") {
  return fmt::format("[[step]]\nat = \"{}\"\ncall = \"{}\"\n{}\n", time, call, keys);
}
std::string server(std::string_view name, int network, std::string_view keys = "") {
  return fmt::format("\n[[server]]\nname = \"{}\"\naddress = \"10.0.{}.1\"\npool = \"10.0.{}.10-10.0.{}.99\"\n{}\n",
                     name, network, network, network, keys);
}

TEST(Ledger, TheFirstServersAckIsLostAndAnotherLeases) {
  EXPECT_TRUE(
      passes(join(server("d1", 0), server("d2", 1), kClient, set_at("2500us", "segment = \"lan\", loss = 1.0"),
                  set_at("10ms", "segment = \"lan\", loss = 0.0"), set_at("10ms", "server = \"d1\", state = \"down\""),
                  expect_at("5m", "E", "unacknowledged"))));
}

// The renewal reaches the server while the DHCPRELEASE, behind it, is lost.
TEST(Ledger, ARenewalThatOvertakesALostReleaseChangesNothingAboutItsLoss) {
  EXPECT_TRUE(passes(join("\n[[segment]]\nname = \"lan\"\nlatency = \"10ms\"\n", server("d1", 0, "lease = \"600s\""),
                          "[[adapter]]\nname = \"E\"\nlease = { state = \"bound\" }\n",
                          set_at("300001ms", "segment = \"lan\", partitioned = true"),
                          call_at("300002ms", "ReleaseDHCPLeaseAll"), expect_at("310s", "E", "partitioned"))));
}

// RFC 2131, 4.4.1: a lease counts from the REQUEST that was granted, of which a retransmission is none.
TEST(Ledger, ARetransmissionDoesNotMakeTheClientsLeaseOutliveTheServers) {
  EXPECT_TRUE(passes(join(server("d1", 0, "lease = \"600s\""), kClient,
                          set_at("2500us", "segment = \"lan\", latency = \"10s\""),
                          set_at("2900ms", "segment = \"lan\", partitioned = true"), expect_at("20s", "E", "none"),
                          expect_at("601s", "E", "none"))));
}

// Held back for three latencies, it comes when the lease that followed is granted, and that DHCPACK is on its way.
TEST(Ledger, AReleaseThatComesAfterTheNextLeaseWasGrantedFreesThat) {
  const std::string run =
      join("\n[[segment]]\nname = \"lan\"\nlatency = \"100ms\"\nreorder = 1.0\n", server("d1", 0),
           "[[adapter]]\nname = \"E\"\nlease = { state = \"bound\" }\n", call_at("10s", "ReleaseDHCPLeaseAll"),
           set_at("10050ms", "segment = \"lan\", reorder = 0.0"), call_at("10060ms", "RenewDHCPLeaseAll"));
  EXPECT_TRUE(passes(join(run, expect_at("20s", "E", "accepted"))));
  EXPECT_TRUE(passes(join(run, call_at("30s", "RenewDHCPLeaseAll"), expect_at("40s", "E", "none"))));
}

TEST(Ledger, ALeaseThatWasGivenUpKeepsItsCauseWhenALaterOneIsReleased) {
  EXPECT_TRUE(
      passes(join(server("old", 0), server("new", 1, "state = \"down\""),
                  "[[adapter]]\nname = \"E\"\nlease = { server = \"old\", state = \"bound\" }\n",
                  set_at("1s", "adapter = \"E\", dhcp = false"), set_at("1s", "server = \"old\", state = \"down\""),
                  set_at("1s", "server = \"new\", state = \"up\""), set_at("2s", "adapter = \"E\", dhcp = true"),
                  call_at("2s", "RenewDHCPLeaseAll"), expect_at("10s", "E", "dhcp_switched_off"),
                  call_at("20s", "ReleaseDHCPLeaseAll"), expect_at("30s", "E", "dhcp_switched_off"))));
}

// A server that is called otherwise from 10s on: leases are of whoever extended them last.
TEST(Ledger, AReleaseNamesTheServerAsItCalledItselfWhenItRenewed) {
  const std::string renamed =
      join(server("d1", 0), "[[adapter]]\nname = \"E\"\nlease = { state = \"bound\" }\n",
           set_at("10s", "server = \"d1\", options = { server_id = \"10.0.0.77\" }"), expect_at("15s", "E", "none"));
  EXPECT_TRUE(passes(join(renamed, call_at("20s", "ReleaseDHCPLeaseAll"), expect_at("30s", "E", "wrong_server_id"))));
  EXPECT_TRUE(passes(join(renamed, call_at("20s", "RenewDHCPLeaseAll"), expect_at("25s", "E", "none"),
                          call_at("30s", "ReleaseDHCPLeaseAll"), expect_at("40s", "E", "unresolved"))));
}

TEST(Ledger, ACloneThatOnlyDiscoversTakesNothingFromTheOwner) {
  EXPECT_TRUE(passes(
      join(server("d1", 0), R"(
[[adapter]]
name = "Clone"
client_id = "pc"
lease = { acquire = true }
[[adapter]]
name = "Owner"
client_id = "pc"
lease = { state = "bound" }
)",
           set_at("500us", "segment = \"lan\", loss = 1.0"), set_at("10s", "adapter = \"Clone\", link = \"down\""),
           set_at("20s", "segment = \"lan\", loss = 0.0"), call_at("30s", "ReleaseDHCPLease", "adapter = \"Owner\""),
           expect_at("31s", "*", "none"), "[expect]\nservers = { d1 = { bound = 0 } }\n")));
}

TEST(Ledger, ALateRenewalIsNotMadeOnceTheLeaseWasReleased) {
  EXPECT_TRUE(passes(join(server("d1", 0), "[[adapter]]\nname = \"E\"\nlease = { state = \"bound\" }\n",
                          "[[fault]]\non = \"renew\"\nerror = \"ERROR_GEN_FAILURE\"\neffect = \"late\"\n",
                          call_at("0s", "RenewDHCPLeaseAll"), call_at("500ms", "ReleaseDHCPLeaseAll"),
                          expect_at("5s", "E", "none"), "[expect]\npackets = { discover = 0 }\n")));
}

// Answers that come after T1, or after the end, of what they grant.
TEST(Ledger, LeasesThatAreShorterThanTheWayOfTheirAck) {
  for (const auto& [latency, lease] : {std::pair("1s", "2s"), std::pair("1500ms", "4s"), std::pair("2s", "3s"),
                                       std::pair("25s", "30s"), std::pair("40s", "60s")}) {
    EXPECT_TRUE(passes(join(fmt::format("\n[[segment]]\nname = \"lan\"\nlatency = \"{}\"\n", latency),
                            server("d1", 0, fmt::format("lease = \"{}\"", lease)), kClient,
                            call_at("5m", "ReleaseDHCPLeaseAll"))))
        << latency << ' ' << lease;
  }
}

// The call comes before the timer of that instant, and finds the lease at its end; the server has extended it, but its
// ACK was lost.
TEST(Ledger, ALeaseThatIsRenewedAtTheInstantOfItsEndHasExpired) {
  EXPECT_TRUE(passes(join(
      server("d1", 0, "lease = \"10s\""), server("d2", 1),
      "[[adapter]]\nname = \"E\"\nlease = { server = \"d1\", state = \"bound\" }\n",
      set_at("5001ms", "segment = \"lan\", loss = 1.0"), set_at("9s", "segment = \"lan\", loss = 0.0"),
      set_at("9s", "server = \"d1\", state = \"down\""), call_at("10s", "RenewDHCPLeaseAll"),
      expect_at("11s", "E", "expired"), "[expect]\ncode = 0\nservers = { d1 = { bound = 1 }, d2 = { bound = 1 } }\n")));
}

// The server takes the first for the others, and its ACK is lost.
TEST(Ledger, ALeaseOfWhichOneOfSeveralClonesNeverHeard) {
  const std::string clone = "[[adapter]]\nclient_id = \"same\"\n";
  EXPECT_TRUE(
      passes(join(server("d1", 0), clone, "name = \"A\"\nlease = { acquire = true }\n", clone,
                  "name = \"B\"\nlease = { state = \"bound\" }\n", clone,
                  "name = \"C\"\nlease = { state = \"bound\" }\n", set_at("3ms", "segment = \"lan\", loss = 1.0"),
                  set_at("4ms", "segment = \"lan\", loss = 0.0"), call_at("1s", "RenewDHCPLease", "adapter = \"A\""))));
}

TEST(Ledger, AClientIdOfOnesOwnIsNotSharedWithAnybody) {
  const TestWorld world(join(server("d1", 0, "lease = \"600s\""),
                             "[[adapter]]\nname = \"E\"\nclient_id = \"only-me\"\nlease = { state = \"bound\" }\n",
                             set_at("1s", "adapter = \"E\", link = \"disabled\"")));
  world.run_until(std::chrono::seconds(700));
  ASSERT_EQ(world->disagreements().size(), 1U);
  EXPECT_EQ(world->disagreements().front().cause, LeaseFate::kExpired);
}

// What a server says of its options lives in its own memory, however many servers there are.
TEST(Ledger, ManyServersWithOptionsEachKeepTheirOwn) {
  for (int count = 1; count <= 9; ++count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += server(fmt::format("d{}", i), i,
                     fmt::format("options = {{ routers = [\"10.0.{}.1\"], dns = [\"10.0.{}.2\"], domain_name = "
                                 "\"ex{}.org\", wins = [\"10.0.{}.4\"], netbios_node_type = \"peer\" }}",
                                 i, i, i, i));
      text += fmt::format("[[adapter]]\nname = \"A{}\"\nlease = {{ server = \"d{}\", state = \"bound\" }}\n", i, i);
    }
    EXPECT_TRUE(passes(text + "[expect]\ncode = 0\n")) << count;
  }
}

// A server's answers are no dice that all its clients share.
TEST(Ledger, AnAddedClientOfTheSameServerChangesNobodysLuck) {
  const std::string building = join(R"(
[[segment]]
name = "servers"
loss = 0.6
[[segment]]
name = "f1"
relay = { server = "d1", address = "10.1.0.1" }
[[segment]]
name = "f2"
relay = { server = "d1", address = "10.2.0.1" }
)",
                                    server("d1", 0, "segment = \"servers\""), R"(
[[adapter]]
name = "E"
count = 20
segment = "f1"
lease = { state = "bound", server = "d1" }
)");
  const std::string calls = call_at("10s", "RenewDHCPLeaseAll");
  const PlayResult alone = play_text(building + calls);
  const PlayResult beside =
      play_text(building + "[[adapter]]\nname = \"Other\"\nsegment = \"f2\"\nlease = { acquire = true }\n" + calls);
  const auto& before = alone.calls.at(0).report.outcomes;
  const auto& after = beside.calls.at(0).report.outcomes;
  ASSERT_EQ(after.size(), before.size() + 1);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].code, after[i].code) << i;
    EXPECT_EQ(before[i].ended, after[i].ended) << i;
  }
}

// The two copies of a duplicated packet meet different luck behind a relay.
TEST(Ledger, CopiesAreLostIndependentlyBehindARelay) {
  const PlayResult result = play_text(join(R"(
[[segment]]
name = "servers"
loss = 0.5
[[segment]]
name = "floor"
duplicate = 1.0
relay = { server = "d1", address = "10.1.0.1" }
[[server]]
name = "d1"
segment = "servers"
address = "10.0.0.1"
pool = "10.2.0.1-10.2.15.255"
[[adapter]]
name = "E"
count = 1000
segment = "floor"
lease = { state = "bound" }
)"));
  std::size_t left = 0;
  for (const LedgerEntry& entry : result.ledger) left += entry.held_by() == HeldBy::kServer ? 1U : 0U;
  EXPECT_GT(left, 200U);
  EXPECT_LT(left, 300U);
}

TEST(Ledger, AMissedExpectationNamesTheCausesThatThereAre) {
  const std::string lossy = join("\n[[segment]]\nname = \"lan\"\nloss = 1.0\n", kServer, kBound);
  const PlayResult other = play_text(join("\n[expect]\nadapters = { \"*\" = { ledger = \"partitioned\" } }\n", lossy));
  ASSERT_EQ(other.failures.size(), 1U);
  EXPECT_EQ(other.failures[0].expected, "partitioned");
  EXPECT_EQ(other.failures[0].actual, "lost");
  const PlayResult none = play_text(join("\n[expect]\nadapters = { \"*\" = { ledger = \"none\" } }\n", lossy));
  ASSERT_EQ(none.failures.size(), 1U);
  EXPECT_EQ(none.failures[0].expected, "none");
  const PlayResult some =
      play_text(join("\n[expect]\nadapters = { \"*\" = { ledger = \"lost\" } }\n", kServer, kBound));
  ASSERT_EQ(some.failures.size(), 1U);
  EXPECT_EQ(some.failures[0].actual, "none");
}

TEST(Ledger, OfTwoServersOfOnePoolTheSecondToAcknowledgeARebootIsNotTheClients) {
  EXPECT_TRUE(passes(R"(
[[server]]
name = "first"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.20"
state = "down"
[[server]]
name = "second"
address = "10.0.0.2"
pool = "10.0.0.10-10.0.0.20"
[[adapter]]
name = "Ethernet"
lease = { server = "first", state = "expired", address = "10.0.0.15" }
[[step]]
at = "10s"
set = { server = "first", state = "up" }
[[step]]
at = "20s"
set = { adapter = "Ethernet", link = "down" }
[[step]]
at = "21s"
set = { adapter = "Ethernet", link = "up" }
[[step]]
at = "30s"
expect = { adapters = { Ethernet = { address = "10.0.0.15", ledger = "other_server" } } }
)"));
}

}  // namespace
}  // namespace unlease::sim
