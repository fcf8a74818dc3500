// `unlease run --markdown`.
#include "apps/unlease/run_markdown.h"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class MarkdownOutput : public CommandLineTest {};

TEST_F(MarkdownOutput, APassedRunIsAHeadlineAndAFoldedTable) {
  write("scenarios/a.toml", releasing(0));
  write("scenarios/b.toml", not_elevated());
  const Ran ran = unlease({"run", "--markdown", "-"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out,
            "## unlease: passed\n\n2 passed, 0 failed, 0 skipped\n\n<details>\n<summary>2 scenarios</summary>\n\n"
            "| file | code | virtual time | packets | verdict |\n|---|---|---:|---:|---|\n"
            "| `scenarios/a.toml` | 0 | 1ms | 1 | passed |\n"
            "| `scenarios/b.toml` | 91 | 0s | 0 | passed |\n\n</details>\n");
}

TEST_F(MarkdownOutput, WhatDidNotPassComesFirst) {
  write("a.toml", releasing(98));
  write("b.toml", misspelt());
  write("c.toml", violating());
  write("d.toml", releasing(0));
  const Ran ran = unlease({"run", "a.toml", "b.toml", "c.toml", "d.toml", "--markdown", "summary.md"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_EQ(ran.last_line(), "1 passed, 3 failed, 0 skipped") << "text is printed beside a file";
  const std::string page = read("summary.md");
  EXPECT_THAT(page, StartsWith("## unlease: failed\n\n1 passed, 3 failed, 0 skipped\n\n"
                               "| where | what | expected | actual |\n|---|---|---|---|\n"
                               "| `a.toml:5:8` | `code` | `98 (Not all DHCP leases could be released/renewed)` | "
                               "`0 (Successful completion, no reboot required)` |\n"
                               "| `b.toml:2:1` | `the file` | `valid` | `unknown key 'nmae'"));
  EXPECT_THAT(page, HasSubstr("| `c.toml` | `invariant 12` | `holds` | `the run did not end before its deadline (at "
                              "2s, event "));
  EXPECT_THAT(page, HasSubstr("<summary>4 scenarios</summary>"));
  EXPECT_THAT(page, HasSubstr("| `b.toml` |  |  |  | invalid |\n"));
  EXPECT_THAT(page, EndsWith("\n</details>\n"));
}

TEST_F(MarkdownOutput, SkippedScenariosAndChangesAreShown) {
  write("a.toml", releasing(98));
  write("b.toml", misspelt());
  const Ran ran = unlease({"run", "a.toml", "b.toml", "--fail-fast", "--set", "name=x|y", "--markdown", "-"});
  EXPECT_THAT(ran.out, HasSubstr("0 passed, 1 failed, 1 skipped, with <code>--set 'name=x&#124;y'</code>\n"));
  EXPECT_THAT(ran.out, AllOf(HasSubstr("| `b.toml` |  |  |  | skipped |\n"), Not(HasSubstr("nmae"))));
}

TEST_F(MarkdownOutput, RealTimesAreThereOnlyWhenAskedFor) {
  write("scenarios/a.toml", releasing(0));
  const Ran ran = unlease({"run", "--markdown", "-", "--timing"});
  EXPECT_THAT(ran.out, HasSubstr("| verdict | real time |\n|---|---|---:|---:|---|---:|\n"));
  EXPECT_THAT(ran.out, HasSubstr(" ms |\n"));
  EXPECT_EQ(unlease({"run", "--markdown", "-"}).out, unlease({"run", "--markdown", "-", "--jobs", "8"}).out);
}

TEST_F(MarkdownOutput, NothingInAFilesNameOrTextIsMarkup) {
  EXPECT_EQ(markdown_code("a_*b*_<c>@d"), "`a_*b*_<c>@d`");
  EXPECT_EQ(markdown_code("a|b"), "<code>a&#124;b</code>");
  EXPECT_EQ(markdown_code("`a`"), "<code>&#96;a&#96;</code>");
  EXPECT_EQ(markdown_code("a\nb"), "<code>a<br>b</code>");
  EXPECT_EQ(markdown_code("a|</code>[x](y)_z_\\"), "<code>a&#124;&lt;/code&gt;&#91;x&#93;(y)&#95;z&#95;&#92;</code>");
  EXPECT_EQ(markdown_code(""), "");
  EXPECT_EQ(markdown_code("\x1b[31m\xFF"), "`\uFFFD[31m\uFFFD`");
  EXPECT_THAT(markdown_code(std::string(600, 'x')), MatchesRegex("`x+…`"));
  EXPECT_LE(markdown_code("x" + std::string(600, '\xC3')).size(), 1510U) << "each bad byte takes three";
}

TEST_F(MarkdownOutput, VeryManyRowsAreCountedAndNotWritten) {
  const Selected selected{"a.toml", sim::load_scenario_text(releasing(0), "a.toml")};
  RunResult result;
  result.verdict = RunVerdict::kFailed;
  result.play.emplace();
  result.play->failures.push_back({.position = {}, .subject = "code", .expected = "1", .actual = "0"});
  RunTotals totals;
  std::ostringstream out;
  RunMarkdown page(out, {});
  for (int i = 0; i < 5000; ++i) {
    page.add(selected, result);
    ++totals[RunVerdict::kFailed];
  }
  page.finish(totals);
  EXPECT_LT(out.str().size(), std::size_t{1} << 20U);
  EXPECT_THAT(out.str(), HasSubstr("\nAnd 4800 more.\n"));
  EXPECT_THAT(out.str(), HasSubstr("<summary>5000 scenarios</summary>"));
  EXPECT_THAT(out.str(), HasSubstr("\nAnd 3000 more.\n"));
}

}  // namespace
}  // namespace unlease::app
