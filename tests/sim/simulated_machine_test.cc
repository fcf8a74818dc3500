// A scenario as a Hal for code that is not ours. tests/embedding is such code, built as a project of its own.
#include "sim/simulated_machine.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/method.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SimulatedMachine machine_of(const std::string& text) { return SimulatedMachine(*scenario_of(text)); }

// What a release of the first adapter ends with.
Error release_first(Hal& hal) {
  EXPECT_TRUE(hal.adapters());
  hal.begin(Operation::kRelease, AdapterHandle{0});
  const auto completions = hal.wait(hal.now() + seconds(100));
  return completions.empty() ? win32_error(Origin::kEngine, win32::kTimeout) : completions.front().error;
}

constexpr std::string_view kExpectReleased =
    "[expect]\nservers = { dhcp1 = { bound = 0 } }\npackets = { release = 1 }\n";

TEST(SimulatedMachine, WhatOwnCodeDoesIsJudgedByTheScenario) {
  SimulatedMachine machine = machine_of(join(kServer, kBound, kExpectReleased));
  EXPECT_TRUE(is_success(release_first(machine.hal())));
  EXPECT_THAT(machine.unmet_expectations(), IsEmpty());
}

TEST(SimulatedMachine, WhatOwnCodeDoesNotDoIsNamedWithItsPlace) {
  SimulatedMachine machine = machine_of(join(kServer, kBound, kExpectReleased));
  EXPECT_THAT(machine.unmet_expectations(), ElementsAre("test:12:31: servers.dhcp1.bound: expected 0, got 1",
                                                        "test:13:23: packets.release: expected 1, got 0"));
}

TEST(SimulatedMachine, CodesAreThoseOfTheReport) {
  SimulatedMachine machine = machine_of(join(kServer, kBound, "[expect]\ncode = 0\n"));
  EXPECT_THAT(machine.unmet_expectations(), ElementsAre(HasSubstr("code: expected 0 (Successful completion")));
  const Report report = release_dhcp_lease_all(machine.hal(), machine.scenario().engine);
  EXPECT_THAT(machine.unmet_expectations(&report), IsEmpty());
}

TEST(SimulatedMachine, TheTimelineGoesOnWithoutItsCalls) {
  SimulatedMachine machine = machine_of(join(kServer, kBound, R"(
[[step]]
at = "5s"
set = { adapter = "Ethernet", link = "removed" }
call = "ReleaseDHCPLeaseAll"
[expect]
adapters = { "Ethernet" = { address = "none" } }
packets = { release = 0 }
)"));
  EXPECT_EQ(machine.world().address_of(0), Ipv4{0x0A00000A});
  EXPECT_THAT(machine.unmet_expectations(), IsEmpty());
  EXPECT_EQ(machine.hal().now(), Instant(seconds(5)));
}

TEST(SimulatedMachine, ABrokenInvariantIsNamed) {
  const std::string twice = "quirks = [\"release_twice\"]\n";
  SimulatedMachine machine = machine_of(join(kServer, kBound, twice, "[expect]\nviolations = []\n"));
  release_first(machine.hal());
  EXPECT_THAT(machine.unmet_expectations(), ElementsAre(HasSubstr("violations: expected none, got 4")));
}

TEST(SimulatedMachine, AnInvariantThatNobodyExpectsToBreakIsNamed) {
  SimulatedMachine machine = machine_of(join(kServer, kBound));
  machine.world().context().recorder.invariants().log().add(8, Instant{}, 0, "they disagree");
  EXPECT_THAT(machine.unmet_expectations(), ElementsAre("test: invariant 8 was broken: they disagree"));
}

TEST(SimulatedMachine, KeepsItsPlaceWhenMoved) {
  SimulatedMachine machine = machine_of(join(kServer, kBound, kExpectReleased));
  Hal& hal = machine.hal();
  SimulatedMachine moved = std::move(machine);
  machine = machine_of(join(kServer, kBound));
  EXPECT_TRUE(is_success(release_first(hal)));
  EXPECT_THAT(moved.unmet_expectations(), IsEmpty());
}

TEST(SimulatedMachine, LoadsAFileOrTellsAllThatIsWrongWithIt) {
  const std::filesystem::path source = UNLEASE_SOURCE_DIR;
  auto machine = SimulatedMachine::load(source / "scenarios/codes/91-not-elevated.toml");
  ASSERT_TRUE(machine) << machine.error();
  EXPECT_EQ(release_first(machine->hal()).value, win32::kAccessDenied);

  const auto missing = SimulatedMachine::load(source / "nowhere.toml");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error(), HasSubstr("nowhere.toml: error: cannot read the file"));
}

}  // namespace
}  // namespace unlease::sim
