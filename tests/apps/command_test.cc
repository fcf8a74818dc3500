// The command line as a whole, and the small commands.
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class Command : public CommandLineTest {};

TEST_F(Command, HelpIsThereForEachCommandWithExamples) {
  const Ran all = unlease({"--help"});
  EXPECT_EQ(all.code, 0);
  EXPECT_THAT(all.out, AllOf(HasSubstr("Exit codes:"), HasSubstr("Examples:")));
  for (const std::string_view command :
       {"run", "check", "schema", "explain", "adapters", "release", "completion", "manual"}) {
    EXPECT_THAT(all.out, HasSubstr(std::string(command)));
    const Ran ran = unlease({command, "--help"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, HasSubstr("Examples:\n  unlease " + std::string(command))) << command;
    EXPECT_THAT(ran.err, IsEmpty());
  }
}

TEST_F(Command, VersionIsOneLine) {
  const Ran ran = unlease({"--version"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, MatchesRegex("unlease [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(Command, WhatItDoesNotKnowIsAUsageErrorThatPointsToTheHelp) {
  const Ran nothing = unlease({});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("Try 'unlease --help'."));
  const Ran command = unlease({"relaese"});
  EXPECT_EQ(command.code, 2);
  EXPECT_THAT(command.err, HasSubstr("there is no command 'relaese', did you mean 'release'?"));
  const Ran option = unlease({"run", "--no-such-option"});
  EXPECT_EQ(option.code, 2);
  EXPECT_THAT(option.err, HasSubstr("Try 'unlease run --help'."));
  EXPECT_THAT(option.out, IsEmpty());
  EXPECT_EQ(unlease({"run", "--jobs", "many"}).code, 2);
  EXPECT_EQ(unlease({"run", "--jobs", "-1"}).code, 2);
  EXPECT_EQ(unlease({"run", "--seed"}).code, 2);
}

TEST_F(Command, AStandardOutputThatCannotBeWrittenEndsWith4) {
  std::ostringstream err;
  std::ostream broken(nullptr);
  Console console{broken, err};
  const std::vector<std::string_view> arguments{"--version"};
  EXPECT_EQ(run_main(arguments, console), 4);
  EXPECT_THAT(err.str(), HasSubstr("cannot write the standard output"));
}

TEST_F(Command, SchemaIsAJsonSchemaAndTheMarkdownAPage) {
  const Ran schema = unlease({"schema"});
  EXPECT_EQ(schema.code, 0);
  EXPECT_TRUE(nlohmann::json::parse(schema.out).contains("$schema"));
  const Ran page = unlease({"schema", "--markdown"});
  EXPECT_EQ(page.code, 0);
  EXPECT_THAT(page.out, StartsWith("#"));
}

class MachineCommands : public CommandLineTest {
 protected:
  // Two adapters that are targets, one without a link, and one that is not under DHCP.
  static std::string machine(std::string_view more = "") {
    return "version = 1\n" + std::string(more) + std::string(kWorld) +
           "[[adapter]]\nname = \"Wi-Fi\"\nlink = \"down\"\n[[adapter]]\nname = \"Static\"\ndhcp = false\n"
           "[[fault]]\nadapter = \"Ethernet\"\nerror = \"ERROR_GEN_FAILURE\"\n";
  }
};

TEST_F(MachineCommands, AdaptersAreATable) {
  write("a.toml", machine());
  const Ran ran = unlease({"adapters", "--scenario", "a.toml"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("NAME"));
  EXPECT_THAT(ran.out, HasSubstr("\nEthernet  {"));
  EXPECT_THAT(ran.out, HasSubstr("10.0.0.10  yes"));
  EXPECT_THAT(ran.out, HasSubstr("\nStatic "));
}

TEST_F(MachineCommands, ReleaseShowsEachOutcomeAndTheNumber) {
  write("a.toml", machine());
  const Ran ran = unlease({"release", "--scenario", "a.toml"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("ERROR_GEN_FAILURE (31) from api"));
  EXPECT_THAT(ran.out, HasSubstr("Wi-Fi     84 (IP not enabled on adapter)"));
  EXPECT_THAT(ran.out, HasSubstr("ReleaseDHCPLeaseAll returned 98 (Not all DHCP leases could be released/renewed)"));

  write("b.toml", releasing(98));
  EXPECT_EQ(unlease({"release", "--scenario", "b.toml"}).code, 0) << "what the file expects does not matter";
}

TEST_F(MachineCommands, ReleaseUsesTheOptionsOfTheScenario) {
  write("a.toml", machine("[engine]\nip_disabled = \"skip\"\n"));
  EXPECT_THAT(unlease({"release", "--scenario", "a.toml"}).out, HasSubstr("returned 65 (Unknown failure)"));
}

TEST_F(MachineCommands, ADryRunListsTheTargetsAndReleasesNothing) {
  write("a.toml", machine());
  const Ran ran = unlease({"release", "--scenario", "a.toml", "--dry-run"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("would be released"));
  EXPECT_THAT(ran.out, HasSubstr("not under DHCP"));
  EXPECT_THAT(ran.out, HasSubstr("2 adapters would be targets; nothing was released\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("returned")));
}

TEST_F(MachineCommands, AListThatFailsIsSaid) {
  write("a.toml", "version = 1\n" + std::string(kWorld) + "[[fault]]\non = \"enumerate\"\nerror = 8\n");
  const Ran ran = unlease({"release", "--scenario", "a.toml"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("returned 92 (Out of memory)"));
  EXPECT_THAT(ran.err, HasSubstr("the adapters cannot be listed: ERROR_NOT_ENOUGH_MEMORY (8) from enumeration"));
  EXPECT_EQ(unlease({"release", "--scenario", "a.toml", "--dry-run"}).code, 1);
  EXPECT_EQ(unlease({"adapters", "--scenario", "a.toml"}).code, 1);
}

TEST_F(MachineCommands, WithoutAScenarioTheySayThatThisBuildHasNoOther) {
  for (const std::string_view command : {"adapters", "release"}) {
    const Ran ran = unlease({command});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("give --scenario FILE"));
    EXPECT_EQ(unlease({command, "--scenario", "nowhere.toml"}).code, 2);
  }
}

}  // namespace
}  // namespace unlease::app
