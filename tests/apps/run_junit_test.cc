// `unlease run --junit`: the cases. That the document has the structure which CI systems ask for is for
// tests/junit_test.py, which reads it with a parser.
#include "apps/unlease/run_junit.h"

#include <chrono>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class JUnitOutput : public CommandLineTest {};

TEST_F(JUnitOutput, APassedScenarioIsAnEmptyCaseOfItsFolder) {
  write("scenarios/codes/a.toml", releasing(0));
  const Ran ran = unlease({"run", "--junit", "-"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites>\n"
            "  <testsuite id=\"0\" name=\"scenarios/codes\" package=\"scenarios.codes\" "
            "timestamp=\"1970-01-01T00:00:00\" hostname=\"localhost\" tests=\"1\" failures=\"0\" errors=\"0\" "
            "skipped=\"0\" time=\"0.001000000\">\n"
            "    <properties/>\n"
            "    <testcase name=\"one release\" classname=\"scenarios.codes\" time=\"0.001000000\"/>\n"
            "    <system-out/>\n"
            "    <system-err/>\n"
            "  </testsuite>\n"
            "</testsuites>\n");
  EXPECT_THAT(ran.err, IsEmpty());
}

TEST_F(JUnitOutput, AMissedExpectationIsAFailureWithTheTextThatPeopleRead) {
  write("a.toml", releasing(98));
  const Ran ran = unlease({"run", "a.toml", "--junit", "junit.xml"});
  EXPECT_EQ(ran.code, 1);
  const std::string text = ran.out.substr(0, ran.out.find("0 passed, 1 failed"));
  EXPECT_THAT(text, HasSubstr("a.toml:5:8: code\n"));
  EXPECT_THAT(read("junit.xml"),
              HasSubstr("<failure type=\"expectation\" message=\"code: expected 98 (Not all DHCP leases could be "
                        "released/renewed), got 0 (Successful completion, no reboot required)\">\n" +
                        text + "</failure>"));
}

TEST_F(JUnitOutput, AViolationIsAFailureOfItsOwnType) {
  write("a.toml", violating());
  const Ran ran = unlease({"run", "a.toml", "--junit", "-", "--set", "name=<&>"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_THAT(ran.out, HasSubstr("<failure type=\"violation\" message=\"invariant 12 does not hold at 2s: "));
  EXPECT_THAT(ran.out, HasSubstr("to repeat: unlease run a.toml --seed 1 --set 'name=&lt;&amp;&gt;' --trace\n"));
  EXPECT_THAT(ran.out, HasSubstr("<property name=\"name\" value=\"&lt;&amp;&gt;\"/>"));
}

TEST_F(JUnitOutput, AFileThatCannotBeLoadedIsAnErrorUnderItsOwnName) {
  write("folder/a.toml", misspelt());
  const Ran ran = unlease({"run", "folder", "--junit", "-"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out, HasSubstr("<testcase name=\"a.toml\" classname=\"folder\" time=\"0.000000000\">\n"
                                 "      <error type=\"invalid\" message=\"folder/a.toml:2:1: error: unknown key"));
  EXPECT_THAT(ran.out, HasSubstr("    2 | nmae = \"x\"\n"));
}

TEST_F(JUnitOutput, WhatFailFastSkipsIsSkipped) {
  write("a.toml", releasing(98));
  write("b.toml", releasing(0));
  const Ran ran = unlease({"run", "a.toml", "b.toml", "--junit", "-", "--fail-fast"});
  EXPECT_THAT(ran.out, HasSubstr("      <skipped/>\n    </testcase>\n"));
  EXPECT_THAT(ran.out, HasSubstr("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\""));
}

TEST_F(JUnitOutput, CasesOfOneNameAreToldApartByTheirFiles) {
  write("scenarios/a.toml", releasing(0));
  write("scenarios/b.toml", releasing(0));
  write("scenarios/sub/c.toml", releasing(0));
  const Ran ran = unlease({"run", "--junit", "-"});
  EXPECT_THAT(ran.out, HasSubstr("name=\"one release\" classname=\"scenarios\""));
  EXPECT_THAT(ran.out, HasSubstr("name=\"one release (b.toml)\" classname=\"scenarios\""));
  EXPECT_THAT(ran.out, HasSubstr("name=\"one release\" classname=\"scenarios.sub\""));
}

TEST_F(JUnitOutput, AFolderNeverGivesTheClassAnEmptyPart) {
  write("a.toml", releasing(0));
  write("v1.2/b.toml", releasing(0));
  std::filesystem::create_directories("sub");
  const Ran here = unlease({"run", "a.toml", "v1.2", "--junit", "-"});
  EXPECT_THAT(here.out, HasSubstr("classname=\"unlease\""));
  EXPECT_THAT(here.out, HasSubstr("classname=\"v1_2\""));
  std::filesystem::current_path("sub");
  EXPECT_THAT(unlease({"run", "../v1.2/b.toml", "--junit", "-"}).out, HasSubstr("classname=\"v1_2\""));
  std::filesystem::current_path("..");
}

TEST_F(JUnitOutput, AnInternalErrorIsAnErrorWithItsText) {
  RunResult broken;
  broken.verdict = RunVerdict::kError;
  broken.error = "out of \x01memory";
  std::ostringstream out;
  RunJUnit junit(out, {}, {});
  junit.add({"a.toml", sim::load_scenario_text(releasing(0), "a.toml")}, broken);
  junit.finish({});
  EXPECT_THAT(out.str(), HasSubstr("<error type=\"internal\" message=\"out of \uFFFDmemory\">\nerror     a.toml  out"));
}

TEST_F(JUnitOutput, TimesAreVirtualUnlessRealOnesAreAskedFor) {
  const Selected selected{"a.toml", sim::load_scenario_text(releasing(0), "a.toml")};
  RunResult result;
  result.verdict = RunVerdict::kPassed;
  result.play.emplace();
  result.play->virtual_time = std::chrono::hours(8);
  result.real_time = std::chrono::microseconds(1500);
  for (const bool timing : {false, true}) {
    std::ostringstream out;
    RunJUnit junit(out, {}, {.timing = timing});
    junit.add(selected, result);
    junit.finish({});
    EXPECT_THAT(out.str(), HasSubstr(timing ? "time=\"0.001500000\"/>" : "time=\"28800.000000000\"/>"));
  }
}

TEST_F(JUnitOutput, DocumentsGoToAsManyFilesAsAskedForButOneOutput) {
  write("scenarios/a.toml", releasing(0));
  EXPECT_EQ(unlease({"run", "--junit", "a.xml", "--markdown", "a.md", "--json", "-"}).code, 0);
  EXPECT_THAT(read("a.xml"), StartsWith("<?xml"));
  EXPECT_THAT(read("a.md"), StartsWith("## unlease: passed\n"));
  const Ran both = unlease({"run", "--junit", "-", "--markdown", "-"});
  EXPECT_EQ(both.code, 2);
  EXPECT_THAT(both.err, HasSubstr("--junit - and --markdown - both write to the standard output"));
  EXPECT_EQ(unlease({"run", "--junit", "-", "--trace"}).code, 2);
  EXPECT_EQ(unlease({"run", "--junit", "no/such/folder/x.xml"}).code, 2);
}

}  // namespace
}  // namespace unlease::app
