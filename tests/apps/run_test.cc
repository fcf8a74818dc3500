// `unlease run`: what is selected, how it ends, what it prints.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class RunCommand : public CommandLineTest {};

TEST_F(RunCommand, APassedScenarioIsALineWithFileCodeNameAndVirtualTime) {
  write("scenarios/a.toml", releasing(0));
  const Ran ran = unlease({"run"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, MatchesRegex("passed +scenarios/a\\.toml +0 \\(Successful completion, no reboot required\\)  "
                                    "[0-9.]+m?s\n1 passed, 0 failed, 0 skipped\n"));
  EXPECT_THAT(ran.err, IsEmpty());
}

TEST_F(RunCommand, AMissedExpectationIsShownWithItsLineExpectedAndActual) {
  write("a.toml", releasing(98));
  const Ran ran = unlease({"run", "a.toml"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("a.toml:5:"));
  EXPECT_THAT(ran.out, HasSubstr("    5 | code = 98\n"));
  EXPECT_THAT(ran.out, HasSubstr("expected  98 (Not all DHCP leases could be released/renewed)\n"));
  EXPECT_THAT(ran.out, HasSubstr("got       0 (Successful completion, no reboot required)\n"));
  EXPECT_EQ(ran.last_line(), "0 passed, 1 failed, 0 skipped");
}

TEST_F(RunCommand, AnExpectationThatNamesNothingFails) {
  write("a.toml", "version = 1\n[expect.adapters.Ethernte]\ncode = 0\n" + std::string(kWorld));
  const Ran ran = unlease({"run", "a.toml"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("a.toml:2:"));
}

TEST_F(RunCommand, AViolatedInvariantEndsWith4AndTheCommandThatRepeatsIt) {
  write("a.toml", violating());
  const Ran ran = unlease({"run", "a.toml", "--seed", "5", "--set", "name=x"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_THAT(ran.out, HasSubstr("a.toml: invariant 12 does not hold at 2s"));
  EXPECT_THAT(ran.out, HasSubstr("to repeat: unlease run a.toml --seed 5 --set name=x --trace"));
  EXPECT_EQ(ran.last_line(), "0 passed, 1 failed, 0 skipped");
}

TEST_F(RunCommand, TheCommandThatRepeatsItSurvivesTheShell) {
  write("my file.toml", violating());
  const Ran ran = unlease({"run", "my file.toml", "--set", "name=it's"});
  EXPECT_THAT(ran.out, HasSubstr("to repeat: unlease run 'my file.toml' --seed 1 --set 'name=it'\\''s' --trace"));
}

TEST_F(RunCommand, TwoDocumentsDoNotGoIntoOneFile) {
  write("a.toml", releasing(0));
  const Ran ran = unlease({"run", "a.toml", "--json", "x", "--junit", "x"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--json and --junit both write x"));
}

TEST_F(RunCommand, MoreJobsThanScenariosAreNoMore) {
  write("a.toml", releasing(0));
  EXPECT_EQ(unlease({"run", "a.toml", "--jobs", "99999999"}).code, 0);
}

TEST_F(RunCommand, AFailureShowsTheLedgerASuccessDoesNot) {
  const std::string lossy = "[[segment]]\nname = \"lan\"\nloss = 1.0\n";
  write("a.toml", releasing(98) + lossy);
  write("b.toml", releasing(0) + lossy);
  const std::string line = "ledger: server \"dhcp1\" has 10.0.0.10 leased, adapter \"Ethernet\" does not: lost";
  EXPECT_THAT(unlease({"run", "a.toml"}).out, HasSubstr(line));
  EXPECT_THAT(unlease({"run", "b.toml"}).out, Not(HasSubstr("ledger")));
}

TEST_F(RunCommand, TheWorstEndingWins) {
  write("failing.toml", releasing(98));
  write("invalid.toml", misspelt());
  write("violating.toml", violating());
  EXPECT_EQ(unlease({"run", "failing.toml"}).code, 1);
  EXPECT_EQ(unlease({"run", "failing.toml", "invalid.toml"}).code, 3);
  EXPECT_EQ(unlease({"run", "failing.toml", "invalid.toml", "violating.toml"}).code, 4);
}

TEST_F(RunCommand, OutputIsTheSameWhateverTheJobs) {
  for (int i = 0; i < 40; ++i) {
    const std::string name = "scenarios/" + std::to_string(i) + ".toml";
    write(name, i % 10 == 3 ? releasing(98) : i % 10 == 7 ? misspelt() : releasing(0));
  }
  const Ran one = unlease({"run", "--jobs", "1", "--json", "one.json"});
  const Ran two = unlease({"run", "--jobs", "2", "--json", "two.json"});
  const Ran many = unlease({"run", "--jobs", "16", "--json", "many.json"});
  EXPECT_EQ(one.last_line(), "32 passed, 8 failed, 0 skipped");
  EXPECT_EQ(one.code, 3);
  EXPECT_EQ(one.out, two.out);
  EXPECT_EQ(one.err, two.err);
  EXPECT_EQ(one.out, many.out);
  EXPECT_EQ(read("one.json"), read("two.json"));
  EXPECT_EQ(read("one.json"), read("many.json"));
}

TEST_F(RunCommand, FailFastSkipsWhatComesAfterTheFirstFailureWhateverTheJobs) {
  write("scenarios/a.toml", releasing(0));
  write("scenarios/b.toml", releasing(98));
  write("scenarios/c.toml", releasing(0));
  write("scenarios/d.toml", misspelt());
  const Ran one = unlease({"run", "--fail-fast", "--jobs", "1"});
  const Ran four = unlease({"run", "--fail-fast", "--jobs", "4"});
  EXPECT_EQ(one.code, 1);
  EXPECT_EQ(one.last_line(), "1 passed, 1 failed, 2 skipped");
  EXPECT_THAT(one.out, HasSubstr("skipped   scenarios/c.toml"));
  EXPECT_THAT(one.err, IsEmpty()) << "a skipped file is not judged";
  EXPECT_EQ(one.out, four.out);
}

TEST_F(RunCommand, AnEmptySelectionIsAFailure) {
  std::filesystem::create_directories("scenarios");
  const Ran nothing_there = unlease({"run"});
  EXPECT_EQ(nothing_there.code, 1);
  EXPECT_THAT(nothing_there.err, HasSubstr("no scenario is selected"));

  write("scenarios/a.toml", releasing(0));
  EXPECT_EQ(unlease({"run", "--tag", "nobody-has-this"}).code, 1);
  EXPECT_EQ(unlease({"run", "--filter", "nobody-is-called-this"}).code, 1);
}

TEST_F(RunCommand, APathThatNamesNothingIsAUsageError) {
  const Ran path = unlease({"run", "nowhere"});
  EXPECT_EQ(path.code, 2);
  EXPECT_THAT(path.err, HasSubstr("there is no file or folder 'nowhere'"));
  const Ran pattern = unlease({"run", "no*where.toml"});
  EXPECT_EQ(pattern.code, 2);
  EXPECT_THAT(pattern.err, HasSubstr("no folder and no .toml file matches 'no*where.toml'"));
  EXPECT_EQ(unlease({"run"}).code, 2) << "the default, scenarios, is not there";
}

TEST_F(RunCommand, PatternsFoldersAndFilesNameEachScenarioOnce) {
  write("scenarios/codes/91-a.toml", not_elevated());
  write("scenarios/codes/0-b.toml", releasing(0));
  write("scenarios/schema.json", "{}");
  const Ran ran = unlease({"run", "scenarios/*/9?-*.toml", "./scenarios", "scenarios/codes/0-b.toml", "scenarios/**"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.last_line(), "2 passed, 0 failed, 0 skipped");
  EXPECT_THAT(ran.out, StartsWith("passed    scenarios/codes/0-b.toml ")) << "sorted";
  EXPECT_EQ(unlease({"run", "scenarios/[.toml"}).code, 2);
}

TEST_F(RunCommand, TagsAndFiltersNarrowTheSelection) {
  write("scenarios/elevation.toml", not_elevated());
  write("scenarios/plain.toml", releasing(0));
  EXPECT_EQ(unlease({"run", "--tag", "code-91"}).last_line(), "1 passed, 0 failed, 0 skipped");
  EXPECT_EQ(unlease({"run", "--tag", "code-91", "--tag", "plain"}).last_line(), "2 passed, 0 failed, 0 skipped");
  EXPECT_EQ(unlease({"run", "--filter", "lain.t"}).last_line(), "1 passed, 0 failed, 0 skipped");
  EXPECT_THAT(unlease({"run", "--filter", "one release"}).out, HasSubstr("plain.toml")) << "by name";
  EXPECT_THAT(unlease({"run", "--filter", "91:*"}).out, HasSubstr("elevation.toml")) << "a pattern";
  EXPECT_EQ(unlease({"run", "--filter", "plain*"}).code, 1) << "a pattern has to match all of it";
  EXPECT_EQ(unlease({"run", "--filter", "["}).code, 2);
}

TEST_F(RunCommand, SetChangesAKeyInEveryFile) {
  write("scenarios/a.toml", not_elevated());
  EXPECT_EQ(unlease({"run"}).code, 0);
  const Ran elevated = unlease({"run", "--set", "host.elevated=true"});
  EXPECT_EQ(elevated.code, 1);
  EXPECT_THAT(elevated.out, HasSubstr("got       0 ("));

  write("scenarios/a.toml", releasing(0));
  const Ran denied = unlease({"run", "--set", "host.elevated=false", "--set", "expect.code=91", "scenarios/a.toml"});
  EXPECT_EQ(denied.code, 0) << denied.out << denied.err;
  EXPECT_EQ(unlease({"run", "--set", "host.elevatde=false"}).code, 3);
  EXPECT_EQ(unlease({"run", "--set", "nonsense"}).code, 2);
}

TEST_F(RunCommand, TraceNeedsExactlyOneScenarioAndHasTheOutputForItself) {
  write("scenarios/a.toml", releasing(0));
  const Ran one = unlease({"run", "--trace"});
  EXPECT_EQ(one.code, 0);
  EXPECT_THAT(one.out, AllOf(StartsWith("{"), Not(HasSubstr("passed"))));
  EXPECT_THAT(one.err, HasSubstr("1 passed, 0 failed, 0 skipped"));

  write("scenarios/b.toml", releasing(0));
  const Ran two = unlease({"run", "--trace"});
  EXPECT_EQ(two.code, 2);
  EXPECT_THAT(two.err, HasSubstr("exactly one scenario, 2 are selected: scenarios/a.toml scenarios/b.toml"));
  EXPECT_EQ(unlease({"run", "--trace", "--filter", "b.toml"}).code, 0);
  EXPECT_EQ(unlease({"run", "--trace", "--filter", "b.toml", "--json", "-"}).code, 2);
}

TEST_F(RunCommand, TraceDirHasAFileAScenarioEqualToItsTrace) {
  write("scenarios/x/a.toml", releasing(0));
  write("scenarios/y/a.toml", not_elevated());
  EXPECT_EQ(unlease({"run", "--trace-dir", "traces"}).code, 0);
  const Ran trace = unlease({"run", "scenarios/x/a.toml", "--trace"});
  EXPECT_EQ(read("traces/scenarios/x/a.ndjson"), trace.out);
  EXPECT_THAT(read("traces/scenarios/y/a.ndjson"), StartsWith("{"));
}

TEST_F(RunCommand, PcapHasACaptureAScenario) {
  write("scenarios/x/a.toml", releasing(0));
  write("scenarios/y/a.toml", not_elevated());
  EXPECT_EQ(unlease({"run", "--pcap", "packets"}).code, 0);
  for (const char* file : {"packets/scenarios/x/a.pcapng", "packets/scenarios/y/a.pcapng"}) {
    EXPECT_THAT(read(file), StartsWith("\x0A\x0D\x0D\x0A")) << file;
  }
}

TEST_F(RunCommand, OutputsThatCannotBeOpenedEndBeforeAnythingIsRun) {
  write("scenarios/a.toml", releasing(0));
  write("file", "");
  for (const Ran& ran : {unlease({"run", "--json", "no/such/folder/x.json"}), unlease({"run", "--trace-dir", "file/x"}),
                         unlease({"run", "--pcap", "file/x"})}) {
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.out, IsEmpty());
    EXPECT_THAT(ran.err, HasSubstr("cannot"));
  }
}

TEST_F(RunCommand, AnOutputThatCannotBeWrittenIsNotPassedOver) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
  write("scenarios/a.toml", releasing(0));
  const Ran ran = unlease({"run", "--json", "/dev/full"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_THAT(ran.err, HasSubstr("cannot write '/dev/full'"));
}

TEST_F(RunCommand, TimingIsShownOnlyWhenAskedFor) {
  write("scenarios/a.toml", releasing(0));
  EXPECT_THAT(unlease({"run"}).out, Not(HasSubstr(" ms]")));
  const Ran ran = unlease({"run", "--timing"});
  EXPECT_THAT(ran.out, HasSubstr(" ms]\n"));
  EXPECT_EQ(ran.last_line(), "1 passed, 0 failed, 0 skipped");
}

TEST_F(RunCommand, NoOutputIsWrittenOverAScenario) {
  write("a.toml", releasing(0));
  write("plain", releasing(0));
  for (const Ran& ran : {unlease({"run", "a.toml", "--json", "a.toml"}),
                         unlease({"run", "plain", "--junit", "./plain"}), unlease({"run", "plain", "--json", "a.toml"}),
                         unlease({"release", "--scenario", "a.toml", "--json", "a.toml"})}) {
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("over"));
  }
  EXPECT_EQ(read("a.toml"), releasing(0));
  EXPECT_EQ(read("plain"), releasing(0));
}

TEST_F(RunCommand, TwoOutputsInOneFileAreRefusedHoweverItIsSpelt) {
  write("a.toml", releasing(0));
  EXPECT_THAT(unlease({"run", "a.toml", "--json", "x", "--markdown", "./x"}).err, HasSubstr("both write"));
}

TEST_F(RunCommand, AnOutputHasAName) {
  write("a.toml", releasing(0));
  EXPECT_THAT(unlease({"run", "a.toml", "--json", ""}).err, HasSubstr("is empty"));
  EXPECT_THAT(unlease({"run", "a.toml", "--json", "--trace"}).err, HasSubstr("--trace"));
  EXPECT_EQ(unlease({"run", "a.toml", "--trace-dir", ""}).code, 2);
}

TEST_F(RunCommand, ASeedIsADecimalNumberOf64Bits) {
  write("a.toml", releasing(0));
  for (const char* bad : {"-1", "", "7x", "0x7", "18446744073709551616"}) {
    const Ran ran = unlease({"run", "a.toml", "--seed", bad});
    EXPECT_EQ(ran.code, 2) << bad;
    EXPECT_THAT(ran.err, HasSubstr("a seed is a number from 0 to 18446744073709551615")) << bad;
  }
  EXPECT_THAT(unlease({"run", "a.toml", "--seed", "010", "--json", "-"}).out, HasSubstr("\"seed\": 10,"));
}

TEST_F(RunCommand, ColourIsForTerminalsOnly) {
  write("scenarios/a.toml", releasing(0));
  EXPECT_THAT(unlease({"run"}, true).out, HasSubstr("\x1b[32m"));
  EXPECT_THAT(unlease({"run"}, false).out, Not(HasSubstr("\x1b")));
  EXPECT_TRUE(wants_colour(true, "xterm", nullptr));
  EXPECT_TRUE(wants_colour(true, "xterm", "")) << "no-color.org: an empty NO_COLOR does not count";
  EXPECT_FALSE(wants_colour(true, "xterm", "1"));
  EXPECT_FALSE(wants_colour(true, "dumb", nullptr));
  EXPECT_FALSE(wants_colour(false, "xterm", nullptr));
}

}  // namespace
}  // namespace unlease::app
