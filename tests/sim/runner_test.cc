// The timeline, to the letter: when what happens, and when what is judged.
#include "sim/runner.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kSlow = "\n[[segment]]\nname = \"lan\"\nlatency = \"10s\"\n";

// The lines of all failures, in order.
std::vector<std::uint32_t> lines_of(const PlayResult& result) {
  std::vector<std::uint32_t> lines;
  for (const Failure& failure : result.failures) lines.push_back(failure.position.line);
  return lines;
}

TEST(Runner, VerdictsHaveNames) {
  EXPECT_EQ(name(Verdict::kPassed), "passed");
  EXPECT_EQ(name(Verdict::kFailed), "failed");
  EXPECT_EQ(name(Verdict::kViolated), "violated");
}

TEST(Runner, AnExpectationWaitsForThePacketsThenInFlight) {
  const PlayResult result = play_text(join(kSlow, kServer, kBound, "[expect]\nservers = { dhcp1 = { bound = 0 } }\n"));
  EXPECT_TRUE(passes(result));
  EXPECT_EQ(result.virtual_time, seconds(10));  // the release was on its way so long, and the run ended with it
  EXPECT_EQ(result.calls[0].report.ended, Instant{});
}

TEST(Runner, WhatIsSentLaterDoesNotDelayTheJudgement) {
  // The DISCOVER of the renewal at 9s takes until 19s, the release arrives at 10s.
  const PlayResult result = play_text(join(kSlow, kServer, kBound, R"(
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
expect = { code = 0, servers = { dhcp1 = { bound = 0, held = 0 } } }
[[step]]
at = "9s"
call = "RenewDHCPLeaseAll"
)"));
  EXPECT_TRUE(passes(result));
}

TEST(Runner, AStepIsJudgedByItsOwnCallEvenDuringOrAfterALaterOne) {
  EXPECT_TRUE(passes(join(kSlow, kServer, kBound, R"(
[[fault]]
on = "release"
nth = 2
error = "ERROR_GEN_FAILURE"
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
expect = { code = 0, adapters = { Ethernet = { code = 0 } } }
[[step]]
at = "1s"
call = "ReleaseDHCPLeaseAll"
expect = { code = 65, adapters = { Ethernet = { code = 65 } } }
)")));
}

TEST(Runner, AStepMayOnlyExpect) {
  EXPECT_TRUE(passes(join(kServer, kBound, R"(
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
[[step]]
at = "0s"
expect = { servers = { dhcp1 = { bound = 0 } } }
[[step]]
at = "10s"
expect = { code = 0, adapters = { Ethernet = { address = "none" } } }
)")));
}

TEST(Runner, AnExpectedViolationHidesNoOtherFailure) {
  const std::string text = join("\n[run]\ndeadline = \"10s\"\n", kServer, kBound, R"(
[host]
dhcp_service = "hung"
[[fault]]
on = "renew"
error = 31
[expect]
code = 77
packets = { release = 99 }
violations = [12]
)");
  const PlayResult result = play_text(text);
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  EXPECT_EQ(result.failures.size(), 3U) << text_of(result);  // the code, the packets, the fault that never fired
}

TEST(Runner, ACodeExpectedBeforeAnyCallIsAFailure) {
  const PlayResult result = play_text(join(kServer, kBound, "[[step]]\nat = \"0s\"\nexpect = { code = 0 }\n"));
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].actual, "there was no call yet");
  EXPECT_FALSE(result.code);
}

TEST(Runner, AMissedExpectationShowsBothSidesAndItsLine) {
  const PlayResult result = play_text(join("\n[expect]\ncode = 83\n", kServer, kBound));
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].position.line, 3U);
  EXPECT_EQ(result.failures[0].subject, "code");
  EXPECT_TRUE(result.failures[0].expected.starts_with("83 (")) << result.failures[0].expected;
  EXPECT_TRUE(result.failures[0].actual.starts_with("0 (")) << result.failures[0].actual;
}

TEST(Runner, AFaultThatNeverFiredIsAFailureWithItsLine) {
  const PlayResult result =
      play_text(join("\n[[fault]]\non = \"renew\"\nerror = 31\n[expect]\ncode = 0\n", kServer, kBound));
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  EXPECT_EQ(lines_of(result), std::vector<std::uint32_t>{2});
}

TEST(Runner, FailuresComeInTheOrderOfTheirLines) {
  const PlayResult result = play_text(join("\n[[fault]]\non = \"renew\"\nerror = 31\n", kServer, kBound, R"(
[expect]
code = 83
adapters = { Ethernet = { address = "any" } }
packets = { release = 7 }
)"));
  const std::vector<std::uint32_t> lines = lines_of(result);
  EXPECT_EQ(lines.size(), 4U);
  EXPECT_TRUE(std::ranges::is_sorted(lines));
}

TEST(Runner, ASetFiresDuringACallAndBeforeTimersOfTheSameInstant) {
  // The release is delayed until 5s, when the server goes down and the link, too: it meets an adapter without IP.
  const PlayResult result = play_text(join(kServer, kBound, R"(
[[fault]]
on = "release"
delay = "5s"
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
expect = { code = 84 }
[[step]]
at = "5s"
set = { adapter = "Ethernet", link = "down" }
)"));
  EXPECT_TRUE(passes(result));
}

TEST(Runner, SetsOfACallsInstantFireInFileOrder) {
  constexpr std::string_view kCall = "[[step]]\nat = \"0s\"\ncall = \"ReleaseDHCPLeaseAll\"\n";
  constexpr std::string_view kRemove = "[[step]]\nat = \"0s\"\nset = { adapter = \"Ethernet\", link = \"removed\" }\n";
  // Before the call: there is no adapter to release. After it: it was released, as nothing in it takes time.
  EXPECT_TRUE(passes(join(kServer, kBound, kRemove, kCall, "[expect]\ncode = 0\npackets = { release = 0 }\n")));
  EXPECT_TRUE(passes(join(kServer, kBound, kCall, kRemove, "[expect]\ncode = 0\npackets = { release = 1 }\n")));
}

TEST(Runner, ACallThatComesDueDuringACallWaitsForIt) {
  const PlayResult result = play_text(join(kServer, kBound, R"(
[[fault]]
on = "release"
delay = "5s"
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
[[step]]
at = "2s"
call = "ReleaseDHCPLeaseAll"
[expect]
code = 0
packets = { release = 1 }
)"));
  EXPECT_TRUE(passes(result));
  ASSERT_EQ(result.calls.size(), 2U);
  EXPECT_EQ(result.calls[0].report.ended, Instant(seconds(5)));
  EXPECT_EQ(result.calls[1].report.began, Instant(seconds(5)));
  EXPECT_EQ(result.calls[1].report.ended, Instant(seconds(10)));
}

TEST(Runner, TheRunEndsWhenTheLastStepHasSettled) {
  const PlayResult result = play_text(join(kServer, kBound, R"(
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
[[step]]
at = "3m"
set = { server = "dhcp1", state = "down" }
)"));
  EXPECT_TRUE(passes(result));
  EXPECT_EQ(result.virtual_time, seconds(180));
}

TEST(Runner, InstanceCallsConcernTheOneAdapter) {
  const PlayResult result = play_text(join(kServer, kBound, R"(
[[adapter]]
name = "Static"
dhcp = false
[[step]]
at = "0s"
call = "ReleaseDHCPLease"
adapter = "Static"
expect = { code = 100, adapters = { Static = { code = 100 }, Ethernet = { address = "10.0.0.10" } } }
[[step]]
at = "1s"
call = "ReleaseDHCPLease"
adapter = "Ethernet"
expect = { code = 0, adapters = { Ethernet = { code = 0, address = "none" } } }
[[step]]
at = "2s"
call = "RenewDHCPLease"
adapter = "Ethernet"
[expect]
code = 0
adapters = { Ethernet = { address = "10.0.0.10" } }
packets = { release = 1, discover = 1, offer = 1, request = 1, ack = 1 }
)"));
  EXPECT_TRUE(passes(result));
  EXPECT_EQ(result.calls[1].adapter, "Ethernet");
}

TEST(Runner, AnInstanceCallOnAnAdapterThatIsGoneVanished) {
  EXPECT_TRUE(passes(join(kServer, kBound, R"(
[[step]]
at = "0s"
set = { adapter = "Ethernet", link = "removed" }
[[step]]
at = "1s"
call = "ReleaseDHCPLease"
adapter = "Ethernet"
[expect]
code = 67
)")));
}

const std::string kLossy = join("\n[[segment]]\nname = \"lan\"\nloss = 0.5\njitter = \"5ms\"\n", R"(
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.99"
[[adapter]]
name = "pc"
count = 50
lease = { server = "dhcp1", state = "bound" }
)");

TEST(Runner, SameScenarioAndSeedGiveTheSameFingerprintAndAnotherSeedAnother) {
  const PlayResult first = play_text(kLossy);
  const PlayResult second = play_text(kLossy);
  EXPECT_TRUE(passes(first));
  EXPECT_EQ(first.fingerprint, second.fingerprint);
  EXPECT_EQ(first.trace, second.trace);
  const PlayResult other = play_text(kLossy, {.seed = 99});
  EXPECT_EQ(other.seed, 99U);
  EXPECT_NE(other.fingerprint, first.fingerprint);
}

TEST(Runner, KeepingTheTraceOrCheckingInvariantsChangesNothing) {
  const auto scenario = scenario_of(kLossy);
  const PlayResult kept = play(*scenario, {.seed = {}, .keep_trace = true});
  const PlayResult quick = play(*scenario, {.seed = {}, .keep_trace = false, .check_invariants = false});
  EXPECT_EQ(kept.fingerprint, quick.fingerprint);
  EXPECT_EQ(kept.records, quick.records);
  EXPECT_TRUE(quick.trace.empty());
}

// What is a target is decided when the list is there, not when it was asked for.
TEST(Runner, AdaptersThatChangeWhileTheyAreListedAreTargetsAsTheyAreThen) {
  const PlayResult result = play_text(join(kServer, kBound, R"(
[[adapter]]
name = "Pulled"
lease = { server = "dhcp1", state = "bound" }
[[adapter]]
name = "Fixed"
lease = { server = "dhcp1", state = "bound" }
[[adapter]]
name = "Joining"
dhcp = false
[[fault]]
on = "enumerate"
delay = "10s"
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
[[step]]
at = "2s"
set = { adapter = "Pulled", link = "removed" }
[[step]]
at = "3s"
set = { adapter = "Fixed", dhcp = false }
[[step]]
at = "4s"
set = { adapter = "Joining", dhcp = true }
)"));
  EXPECT_TRUE(passes(result));
  EXPECT_EQ(result.calls.at(0).report.outcomes.size(), 2U);
}

TEST(Runner, AnUndocumentedCodeMayBeExpectedButNeverComes) {
  const PlayResult result = play_text(join(kServer, kBound, "[expect]\ncode = 5\n"));
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  EXPECT_EQ(result.failures.at(0).expected, "5 (undocumented)");
}

// An address of 0.0.0.0 is an address, wrong as it is.
TEST(Runner, AServerThatLeases0000IsRefusedAsOthersWithABadAddressAre) {
  for (const char* address : {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"}) {
    EXPECT_TRUE(passes(join(kServer, "offer_address = \"", address, "\"\n", kBound, "[expect]\ncode = 70\n")))
        << address;
  }
}

TEST(Runner, ClientsThatShareAClientIdAreOneToTheServerAndBreakNoInvariant) {
  const PlayResult result = play_text(join(kServer, R"(
[[adapter]]
name = "Clone"
count = 2
client_id = "same"
lease = { acquire = true }
[[step]]
at = "1s"
expect = { servers = { dhcp1 = { bound = 1 } }, adapters = { "Clone *" = { address = "10.0.0.10" } } }
)"));
  EXPECT_TRUE(result.violations.empty());
  EXPECT_EQ(result.verdict, Verdict::kPassed);
}

TEST(Runner, DhcpSwitchedOffDuringARenewEndsItWith100) {
  const PlayResult result = play_text(join(kServer, kBound, R"(
[[step]]
set = { server = "dhcp1", state = "down" }
[[step]]
call = "RenewDHCPLeaseAll"
expect = { code = 100 }
[[step]]
at = "2s"
set = { adapter = "Ethernet", dhcp = false }
)"));
  EXPECT_EQ(result.verdict, Verdict::kPassed);
  EXPECT_EQ(code_of(result), 100U);
}

TEST(Runner, AUserRenewRepeatsItsRequestWithinTheMinute) {
  const PlayResult result = play_text(join(kServer, kBound, R"(
[[step]]
set = { server = "dhcp1", state = "down" }
[[step]]
call = "RenewDHCPLeaseAll"
expect = { code = 0 }
[[step]]
at = "6s"
set = { server = "dhcp1", state = "up" }
)"));
  EXPECT_EQ(result.verdict, Verdict::kPassed);
}

TEST(Runner, AnExpectationThatNamesNothingFailsWithItsLine) {
  const PlayResult result = play_text(join(kServer, kBound, R"(
[expect]
adapters = { "Wi-Fi" = { code = 0 }, "Ethernat" = { code = 0 } }
servers = { dhcp2 = { bound = 1 } }
)"));
  EXPECT_EQ(result.verdict, Verdict::kFailed);
  ASSERT_EQ(result.failures.size(), 3U);
  EXPECT_EQ(result.failures[0].actual, "there is none");
  EXPECT_EQ(result.failures[1].actual, "there is none; did you mean 'Ethernet'?");
  EXPECT_EQ(result.failures[2].actual, "there is none; did you mean 'dhcp1'?");
  EXPECT_EQ(result.failures[0].position.line + 1, result.failures[2].position.line);
}

}  // namespace
}  // namespace unlease::sim
