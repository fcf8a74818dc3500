// Whole runs in which a client makes a mistake on purpose: the invariant that it breaks, and what a scenario says of
// it.
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

// Long enough for T1 of the lease that was released.
constexpr std::string_view kSteps = R"(
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
[[step]]
at = "50m"
set = { server = "dhcp1", state = "up" }
)";

std::string scenario_with(const std::string& quirk, const std::string& expected) {
  return join(kServer, kBound, "quirks = [\"", quirk, "\"]\n", kSteps, expected);
}
std::string violations(const std::string& numbers) { return "[expect]\nviolations = [" + numbers + "]\n"; }

struct Row {
  const char* quirk;
  const char* number;  // of the invariant it breaks; empty: none
};
constexpr Row kRows[] = {{"option_50", "3"},       {"no_ciaddr", "3"},           {"source_zero", "3"},
                         {"address_first", "5"},   {"timer_after_release", "6"}, {"release_twice", "4"},
                         {"wrong_server_id", "3"}, {"no_release", ""},           {"old_address", ""}};

TEST(Quirks, EachBreaksItsInvariantAndNoOther) {
  for (const Row& row : kRows) EXPECT_TRUE(passes(scenario_with(row.quirk, violations(row.number)))) << row.quirk;
}

TEST(Quirks, AnotherListOfViolationsIsAFailure) {
  for (const Row& row : kRows) {
    for (const char* other : {"1", "3, 4, 5", "7"}) {
      const PlayResult result = play_text(scenario_with(row.quirk, violations(other)));
      EXPECT_EQ(result.verdict, Verdict::kFailed) << row.quirk << ' ' << other;
      ASSERT_EQ(result.failures.size(), 1U) << row.quirk;
      EXPECT_EQ(result.failures[0].subject, "violations");
      EXPECT_EQ(result.failures[0].expected, other);
      EXPECT_TRUE(result.failures[0].actual.starts_with(*row.number == '\0' ? "none" : row.number))
          << result.failures[0].actual;
    }
  }
}

// One that is named hides no other, also not that of another adapter.
TEST(Quirks, AllThatTheyBreakIsToBeNamed) {
  const std::string two = join(kServer, kBound, "quirks = [\"option_50\"]\n", R"(
[[adapter]]
name = "Wi-Fi"
quirks = ["release_twice", "address_first"]
lease = { server = "dhcp1", state = "bound" }
)",
                               kSteps);
  EXPECT_TRUE(passes(two + violations("3, 4, 5")));
  for (const char* fewer : {"3", "4, 5", "3, 5"}) {
    EXPECT_EQ(play_text(two + violations(fewer)).verdict, Verdict::kFailed) << fewer;
  }
}

TEST(Quirks, ExcuseNothingButWhatTheyBreak) {
  for (const Row& row : kRows) {
    const TestWorld world(join(kServer, kBound, "quirks = [\"", row.quirk, "\"]\n"));
    ViolationLog& log = world->context().recorder.invariants().log();
    for (const std::uint32_t invariant : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 12U}) {
      log.add(invariant, Instant{}, 0, "it happened");
    }
    const bool any = std::string_view(row.quirk) != "no_release";
    EXPECT_EQ(log.scripted().size(), any ? 1U : 0U) << row.quirk;
    EXPECT_EQ(log.unscripted().size(), any ? 9U : 10U) << row.quirk;
  }
}

TEST(Quirks, AStepNamesWhatWasBrokenUntilThen) {
  const auto expects = [](const char* first, const char* second) {
    return join(kServer, kBound, "quirks = [\"timer_after_release\"]\n", R"(
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
expect = { violations = [)",
                first, "] }\n[[step]]\nat = \"5h\"\nexpect = { violations = [", second, "] }\n");
  };
  EXPECT_TRUE(passes(expects("", "6")));
  EXPECT_EQ(play_text(expects("6", "6")).failures.at(0).actual, "none");
  EXPECT_TRUE(play_text(expects("", "")).failures.at(0).actual.starts_with("6 (event "));
}

TEST(Quirks, WithoutTheKeyWhatTheyBreakIsExempt) {
  for (const Row& row : kRows) EXPECT_TRUE(passes(scenario_with(row.quirk, ""))) << row.quirk;
}

TEST(Quirks, AViolationThatIsExpectedButDoesNotOccurIsAFailure) {
  const PlayResult result = play_text(join(kServer, kBound, violations("3")));
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  EXPECT_EQ(result.failures.at(0).actual, "none");
}

TEST(Quirks, WhatTheServerMakesOfThem) {
  // The strict one takes only a release that it can tell whose it is, and hears only of one that was sent.
  const Row bound[] = {{"option_50", "0"},       {"no_ciaddr", "1"},           {"source_zero", "0"},
                       {"address_first", "1"},   {"timer_after_release", "0"}, {"release_twice", "0"},
                       {"wrong_server_id", "1"}, {"no_release", "1"},          {"old_address", "0"}};
  for (const Row& row : bound) {
    EXPECT_TRUE(passes(scenario_with(row.quirk, join("[expect]\ncode = 0\nservers = { dhcp1 = { bound = ", row.number,
                                                     " } }\nadapters = { Ethernet = { address = \"none\" } }\n"))))
        << row.quirk;
  }
}

// Its lease is of another server by then, which never had that address.
TEST(Quirks, WhoHadAnotherAddressBeforeReleasesThat) {
  EXPECT_TRUE(passes(join(kServer, kBound, "quirks = [\"old_address\"]\n", R"(
[[server]]
name = "dhcp2"
address = "10.0.0.2"
pool = "10.0.0.20-10.0.0.29"
state = "down"
[[step]]
at = "1m"
set = { adapter = "*", dhcp = false }
[[step]]
at = "1m"
set = { server = "dhcp1", state = "down" }
[[step]]
at = "1m"
set = { server = "dhcp2", state = "up" }
[[step]]
at = "2m"
set = { adapter = "*", dhcp = true }
[[step]]
at = "3m"
expect = { adapters = { Ethernet = { address = "10.0.0.20" } } }
[[step]]
at = "3m"
call = "ReleaseDHCPLeaseAll"
[expect]
code = 0
violations = [3]
servers = { dhcp1 = { bound = 1 }, dhcp2 = { bound = 1 } }
adapters = { Ethernet = { address = "none", ledger = "server_policy" } }
packets = { release = 1 }
)")));
}

// dnsmasq and udhcpd read from UDP sockets, which Linux gives no unicast from 0.0.0.0.
TEST(Quirks, AReleaseFrom0000ReachesPacketSocketsOnly) {
  for (const char* profile : {"strict", "kea", "isc", "dnsmasq", "udhcpd"}) {
    const bool heard = std::string_view(profile) != "dnsmasq" && std::string_view(profile) != "udhcpd";
    EXPECT_TRUE(passes(join(kServer, "profile = \"", profile, "\"\n", kBound, "quirks = [\"source_zero\"]\n", kSteps,
                            "[expect]\nservers = { dhcp1 = { bound = ", heard ? "0" : "1",
                            " } }\nadapters = { Ethernet = { ledger = \"", heard ? "none" : "no_receiver", "\" } }\n")))
        << profile;
  }
}

}  // namespace
}  // namespace unlease::sim
