// Bad scenario files on the command line: exit code 3, where it is, and what to do about it.
#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Bad {
  std::string_view name;  // of the test
  std::string text;
  std::string_view place;   // ":LINE:COLUMN", or ":" where it has no line
  std::string_view remedy;  // part of the message
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

std::string with_world(std::string_view before) { return "version = 1\n" + std::string(before) + std::string(kWorld); }

std::vector<Bad> bad_files() {
  return {
      {"SyntaxError", "version = 1\nname = \n", ":2:", ""},
      {"UnknownKey", misspelt(), ":2:1:", "did you mean 'name'?"},
      {"UnknownTable", with_world("[hots]\nelevated = false\n"), ":2:", "did you mean 'host'?"},
      {"WrongType", with_world("[host]\nelevated = \"no\"\n"), ":3:", "true or false"},
      {"DurationWithoutUnit", with_world("[engine]\ntimeout = 30\n"), ":3:", "\"30s\""},
      {"UnknownChoice", with_world("[host]\ndhcp_service = \"stoped\"\n"), ":3:", "did you mean \"stopped\"?"},
      {"UnknownErrorName", with_world("[[fault]]\nerror = \"ERROR_ACESS_DENIED\"\n"),
       ":3:", "did you mean \"ERROR_ACCESS_DENIED\"?"},
      {"UndocumentedCode", with_world("[[fault]]\nerror = { provider = 99 }\n"), ":3:", "99 is undocumented"},
      {"ProbabilityOutOfRange", with_world("[[segment]]\nloss = 1.5\n"), ":3:", "1"},
      {"DuplicateKey", with_world("name = \"a\"\nname = \"b\"\n"), ":3:", ""},
      {"MissingVersion", std::string(kWorld), ":", "version = 1"},
      {"OtherVersion", "version = 2\n" + std::string(kWorld), ":1:", "1"},
      {"UnknownServer", "version = 1\n[[adapter]]\nname = \"a\"\nlease = { server = \"x\", state = \"bound\" }\n",
       ":4:", "add a [[server]]"},
      {"NotUtf8", "version = 1\nname = \"\xFF\"\n", ":2:", "UTF-8"},
      {"TooLongALine", "version = 1\n# " + std::string(5000, 'x') + "\n", ":2:", "4"},
      {"TooLargeAFile",
       [] {
         std::string text = "version = 1\n";
         while (text.size() <= 1U << 20U) text += "# a line of a file that is far too large to be a scenario\n";
         return text;
       }(),
       ":", "1 MiB"},
      {"EmptyFile", "", ":", "version = 1"},
  };
}

class BadScenarioCommand : public CommandLineTest, public testing::WithParamInterface<Bad> {};

TEST_P(BadScenarioCommand, EndsWith3AndSaysWhereAndWhatToDoWhileValidOnesStillRun) {
  const Bad& bad = GetParam();
  write("scenarios/bad.toml", bad.text);
  write("scenarios/good.toml", releasing(0));
  const Ran ran = unlease({"run"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, StartsWith("scenarios/bad.toml" + std::string(bad.place)));
  EXPECT_THAT(ran.err, HasSubstr(": error: "));
  EXPECT_THAT(ran.err, HasSubstr(std::string(bad.remedy)));
  EXPECT_THAT(ran.out, StartsWith("invalid   scenarios/bad.toml "));
  EXPECT_THAT(ran.out, HasSubstr("passed    scenarios/good.toml"));
  EXPECT_EQ(ran.last_line(), "1 passed, 1 failed, 0 skipped");

  const Ran checked = unlease({"check", "scenarios"});
  EXPECT_EQ(checked.code, 3);
  EXPECT_EQ(checked.err, ran.err);
  EXPECT_EQ(checked.out, "1 valid, 1 invalid\n");
  EXPECT_EQ(unlease({"release", "--scenario", "scenarios/bad.toml"}).code, 3);
}

INSTANTIATE_TEST_SUITE_P(Kinds, BadScenarioCommand, testing::ValuesIn(bad_files()),
                         [](const auto& param) { return std::string(param.param.name); });

class BadScenarioReport : public CommandLineTest {};

TEST_F(BadScenarioReport, AllMistakesOfAFileAreReportedInOrderEachWithItsSourceLine) {
  write("bad.toml", with_world("nmae = \"x\"\n[host]\nelevated = 1\n[engine]\ntimeout = \"5\"\n"));
  const Ran ran = unlease({"check", "bad.toml"});
  EXPECT_EQ(ran.code, 3);
  const std::size_t first = ran.err.find("bad.toml:2:");
  const std::size_t second = ran.err.find("bad.toml:4:");
  const std::size_t third = ran.err.find("bad.toml:6:");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
  EXPECT_THAT(ran.err, HasSubstr("    2 | nmae = \"x\"\n      | ^\n"));
  EXPECT_THAT(unlease({"run", "bad.toml"}).out, HasSubstr("invalid   bad.toml  3 mistakes"));
}

TEST_F(BadScenarioReport, AFileThatCannotBeReadIsInvalid) {
  std::filesystem::create_symlink("gone", "dangling.toml");
  std::filesystem::create_directories("folder.toml");
  write("folder.toml/inner.toml", releasing(0));
  EXPECT_EQ(unlease({"check", "dangling.toml"}).code, 2) << "it names nothing";
  EXPECT_EQ(unlease({"check", "folder.toml"}).code, 0) << "it is a folder, whatever its name";
}

TEST_F(BadScenarioReport, AnInvalidFileIsNotHiddenByATagButByAFilterOfItsPath) {
  write("scenarios/bad.toml", misspelt());
  write("scenarios/good.toml", releasing(0));
  EXPECT_EQ(unlease({"run", "--tag", "plain"}).code, 3);
  EXPECT_EQ(unlease({"run", "--filter", "good"}).code, 0);
}

TEST_F(BadScenarioReport, CheckOfValidFilesEndsWith0AndOfNoFilesWith1) {
  write("scenarios/a.toml", releasing(98));
  const Ran ran = unlease({"check", "scenarios"});
  EXPECT_EQ(ran.code, 0) << "a scenario that would fail is valid";
  EXPECT_EQ(ran.out, "1 valid, 0 invalid\n");
  std::filesystem::create_directories("empty");
  EXPECT_EQ(unlease({"check", "empty"}).code, 1);
  EXPECT_EQ(unlease({"check", "nowhere"}).code, 2);
  EXPECT_EQ(unlease({"check"}).code, 2);
}

}  // namespace
}  // namespace unlease::app
