// Steps that come due while a call waits; runner_test.cc has the rest of the timeline.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

// A release that takes 5 s, and steps of which none calls.
std::string during_a_call(std::string_view steps) {
  return join(kServer, kBound, "[[fault]]\non = \"release\"\ndelay = \"5s\"\n",
              "[[step]]\nat = \"0s\"\ncall = \"ReleaseDHCPLeaseAll\"\n", steps);
}

TEST(StepsDuringACall, AStepThatOnlyExpectsIsJudgedAtItsTimeAlsoDuringACall) {
  EXPECT_TRUE(passes(during_a_call(R"(
[[step]]
at = "1s"
expect = { adapters = { Ethernet = { address = "10.0.0.10" } }, packets = { release = 0 } }
[[step]]
at = "4999ms"
expect = { servers = { dhcp1 = { bound = 1 } } }
[[step]]
at = "6s"
expect = { code = 0, servers = { dhcp1 = { bound = 0 } } }
[expect]
code = 0
packets = { release = 1 }
)")));
  EXPECT_TRUE(passes(during_a_call(R"(
[[step]]
at = "1s"
set = { adapter = "Ethernet", link = "removed" }
expect = { adapters = { Ethernet = { address = "none" } } }
)")));
}

TEST(StepsDuringACall, TheEndIsJudgedAfterTheCallDuringWhichTheLastStepWasDue) {
  EXPECT_TRUE(passes(during_a_call(R"(
[[step]]
at = "1s"
expect = { packets = { release = 0 } }
[expect]
code = 0
packets = { release = 1 }
)")));
}

TEST(StepsDuringACall, DuringACallStepsOfOneInstantKeepTheirOrder) {
  EXPECT_TRUE(passes(during_a_call(R"(
[[step]]
at = "1s"
expect = { adapters = { Ethernet = { address = "10.0.0.10" } } }
[[step]]
at = "1s"
set = { adapter = "Ethernet", link = "removed" }
[[step]]
at = "1s"
expect = { adapters = { Ethernet = { address = "none" } } }
)")));
  // Down, the adapter has its address; disabled, it has not.
  EXPECT_TRUE(passes(during_a_call(R"(
[[step]]
at = "1s"
set = { adapter = "Ethernet", link = "disabled" }
[[step]]
at = "1s"
expect = { adapters = { Ethernet = { address = "none" } } }
[[step]]
at = "1s"
set = { adapter = "Ethernet", link = "down" }
expect = { adapters = { Ethernet = { address = "any" } } }
)")));
}

TEST(StepsDuringACall, AStepThatCameDueBeforeALaterCallBeganHoldsBackNoOther) {
  EXPECT_TRUE(passes(during_a_call(R"(
[[step]]
at = "1s"
call = "RenewDHCPLeaseAll"
[[step]]
at = "2s"
expect = { packets = { release = 1, ack = 0 } }
[[step]]
at = "5001ms"
expect = { packets = { discover = 1, ack = 0 } }
[expect]
packets = { ack = 1 }
)")));
}

TEST(StepsDuringACall, WhatAsksForCodesOrIsDueWithTheCallWaitsForIt) {
  EXPECT_TRUE(passes(during_a_call(R"(
[[step]]
at = "0s"
expect = { packets = { release = 1 } }
[[step]]
at = "1s"
expect = { adapters = { Ethernet = { code = 0, address = "none" } } }
)")));
}

}  // namespace
}  // namespace unlease::sim
