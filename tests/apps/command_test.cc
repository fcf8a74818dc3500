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
using testing::StartsWith;

class Command : public CommandLineTest {};

TEST_F(Command, HelpIsThereForEachCommandWithExamples) {
  const Ran all = unlease({"--help"});
  EXPECT_EQ(all.code, 0);
  EXPECT_THAT(all.out, AllOf(HasSubstr("Exit codes:"), HasSubstr("Examples:")));
  for (const std::string_view command : {"run", "emulate", "serve", "check", "schema", "explain", "adapters", "release",
                                         "capture", "completion", "manual"}) {
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

}  // namespace
}  // namespace unlease::app
