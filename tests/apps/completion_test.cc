// `unlease completion` and `unlease manual`: all that --help knows is in them, and the shells can read them.
#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  for (std::size_t at = text.find(from); at != std::string_view::npos; at = text.find(from)) {
    result += text.substr(0, at);
    result += to;
    text.remove_prefix(at + from.size());
  }
  return result.append(text);
}

std::string bold_in_roff(std::string_view option) { return "\\fB" + replaced(option, "-", "\\-") + "\\fR"; }

class SelfDescription : public CommandLineTest {
 protected:
  // The first word, or name of an option, of each line below `title` in a help text.
  static std::vector<std::string> listed(const std::string& help, const std::string& title) {
    std::vector<std::string> names;
    std::istringstream lines(help.substr(std::min(help.size(), help.find("\n" + title + ":\n") + title.size() + 3)));
    for (std::string line; std::getline(lines, line) && !line.empty();) {
      if (!line.starts_with("  ") || line[2] == ' ') continue;
      const std::size_t name = line.find("--") == std::string::npos ? 2 : line.find("--");
      names.push_back(line.substr(name, line.find_first_of(" ,", name) - name));
    }
    return names;
  }

  static std::vector<std::string> commands() { return listed(unlease({"--help"}).out, "Subcommands"); }

  // The long options of a command, of the program itself where it has no name.
  static std::vector<std::string> options(const std::string& command) {
    return listed(command.empty() ? unlease({"--help"}).out : unlease({command, "--help"}).out, "Options");
  }

  // The status of a shell's command, whose output is in `output` then.
  static int shell(const std::string& command) { return std::system((command + " >output 2>&1").c_str()); }
  static bool has(const std::string& program) { return shell("command -v " + program) == 0; }

  // What bash offers for the last of `words`.
  static std::vector<std::string> completed(const std::string& words) {
    write("completion.bash", unlease({"completion", "bash"}).out);
    write("ask.bash", fmt::format("source ./completion.bash\nCOMP_WORDS=({})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n"
                                  "_unlease\n((${{#COMPREPLY[@]}} == 0)) || printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
                                  words));
    EXPECT_EQ(shell("bash --norc ask.bash"), 0);
    std::vector<std::string> offered;
    std::istringstream lines(read("output"));
    for (std::string line; std::getline(lines, line);) offered.push_back(line);
    return offered;
  }
};

TEST_F(SelfDescription, TheHelpIsReadAsThisTestReadsIt) {
  EXPECT_THAT(commands(), testing::IsSupersetOf({"run", "explain", "completion", "manual"}));
  EXPECT_THAT(options("run"), testing::IsSupersetOf({"--help", "--jobs", "--junit", "--trace-dir", "--watch"}));
  EXPECT_THAT(options(""), testing::IsSupersetOf({"--help", "--version"}));
}

// A piece of `text`: from `begin` to the next `end`.
std::string part(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t at = text.find(begin);
  EXPECT_NE(at, std::string::npos) << begin;
  return at == std::string::npos ? "" : text.substr(at, text.find(end, at + begin.size()) - at);
}

TEST_F(SelfDescription, EachCommandIsInAllOfThemWithEachOption) {
  const std::string bash = unlease({"completion", "bash"}).out;
  const std::string zsh = unlease({"completion", "zsh"}).out;
  const std::string fish = unlease({"completion", "fish"}).out;
  const std::string manual = unlease({"manual"}).out;
  for (const std::string& command : commands()) {
    EXPECT_THAT(part(bash, "    '') ", "\n"), HasSubstr(" " + command + " "));
    EXPECT_THAT(zsh, HasSubstr("\n        '" + command + ":"));
    EXPECT_THAT(fish, HasSubstr(" -a " + command + " -d "));
    const std::string in_bash = part(bash, "\n    " + command + ")\n", "\n      ;;\n");
    const std::string in_zsh = part(zsh, "\n        " + command + ")\n", "\n          ;;\n");
    const std::string in_manual = part(manual, "\n.SS \"unlease " + command + " ", "\n.S");
    for (const std::string& option : options(command)) {
      EXPECT_THAT(in_bash, testing::ContainsRegex(" " + option + "[ ;]")) << command;
      EXPECT_THAT(in_zsh, testing::ContainsRegex("\\)?" + option + "=?\\[")) << command;
      EXPECT_THAT(fish, testing::ContainsRegex("from " + command + "'[^\n]* -l " + option.substr(2) + " ")) << command;
      EXPECT_THAT(in_manual, HasSubstr(bold_in_roff(option))) << command;
    }
  }
}

TEST_F(SelfDescription, TheProgramsOwnOptionsAreInAllOfThem) {
  for (const std::string& option : options("")) {
    EXPECT_THAT(part(unlease({"completion", "bash"}).out, "    '') ", "\n"), HasSubstr(" " + option));
    EXPECT_THAT(part(unlease({"completion", "zsh"}).out, "_arguments -C", "case"), HasSubstr(option + "["));
    EXPECT_THAT(part(unlease({"completion", "fish"}).out, "-n '__fish_use_subcommand'", " -a "),
                HasSubstr(" -l " + option.substr(2) + " "));
    EXPECT_THAT(part(unlease({"manual"}).out, "\n.SH OPTIONS", "\n.SH"), HasSubstr(bold_in_roff(option)));
  }
}

TEST_F(SelfDescription, AnUnknownShellIsAUsageError) {
  const Ran ran = unlease({"completion", "tcsh"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("'tcsh' is none of bash, zsh and fish"));
  EXPECT_EQ(unlease({"completion"}).code, 2);
}

TEST_F(SelfDescription, BashCompletesCommandsOptionsAndChoices) {
  using testing::ElementsAre;
  EXPECT_THAT(completed("unlease ex"), ElementsAre("explain"));
  EXPECT_THAT(completed("unlease --v"), ElementsAre("--version"));
  EXPECT_THAT(completed("unlease run --j"), ElementsAre("--jobs", "--json", "--junit"));
  EXPECT_THAT(completed("unlease run scenarios --tr"), ElementsAre("--trace", "--trace-dir"));
  EXPECT_THAT(completed("unlease completion ''"), ElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(completed("unlease release --dry"), ElementsAre("--dry-run"));
  EXPECT_THAT(completed("unlease run --jobs ''"), IsEmpty()) << "nobody knows how many";
  EXPECT_THAT(completed("unlease nonsense ''"), IsEmpty());
}

TEST_F(SelfDescription, BashCompletesFilesByWhatTheyAreFor) {
  using testing::ElementsAre;
  using testing::UnorderedElementsAre;
  write("sub/a.toml", "");
  write("sub dir/b.toml", "");
  write("sub.toml", "");
  write("sub.json", "");
  EXPECT_THAT(completed("unlease run sub"), UnorderedElementsAre("sub.toml", "sub", "sub dir"));
  EXPECT_THAT(completed("unlease run sub/"), ElementsAre("sub/a.toml"));
  EXPECT_THAT(completed("unlease run --json sub.j"), ElementsAre("sub.json"));
  EXPECT_THAT(completed("unlease run --json = sub.j"), ElementsAre("sub.json")) << "as bash splits --json=sub.j";
  EXPECT_THAT(completed("unlease run --trace-dir sub"), UnorderedElementsAre("sub", "sub dir"));
}

TEST_F(SelfDescription, TheShellsThatAreInstalledReadTheirScripts) {
  const std::vector<std::pair<std::string, std::string>> checks{
      {"bash", "bash -n"}, {"zsh", "zsh -n"}, {"fish", "fish --no-execute"}};
  std::string missing;
  for (const auto& [name, check] : checks) {
    if (!has(name)) {
      missing += " " + name;
      continue;
    }
    write("script", unlease({"completion", name}).out);
    EXPECT_EQ(shell(check + " script"), 0) << name << ": " << read("output");
    EXPECT_THAT(read("output"), IsEmpty());
  }
  if (!missing.empty()) GTEST_SKIP() << "not installed:" << missing;
}

TEST_F(SelfDescription, TheManualHasTheSectionsOfAManualPage) {
  const std::string page = unlease({"manual"}).out;
  EXPECT_THAT(page, StartsWith(".TH UNLEASE 1 \"\" \"unlease "));
  std::size_t at = 0;
  for (const std::string_view section :
       {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "\"EXAMPLES\"", "\"EXIT CODES\""}) {
    const std::size_t found = page.find(fmt::format("\n.SH {}\n", section));
    EXPECT_NE(found, std::string::npos) << section;
    EXPECT_GT(found, at) << section;
    at = found;
  }
  EXPECT_THAT(page, HasSubstr("\n  unlease explain \\-2147180508 "));
  EXPECT_THAT(page, HasSubstr("unlease run \\(aqscenarios/codes/83\\-*.toml\\(aq \\-\\-trace\n"));
  EXPECT_THAT(page, HasSubstr("(default: scenarios)"));
  EXPECT_EQ(page.find("  4  an invariant"), page.rfind("  4  an invariant")) << "the exit codes stand there once";
  EXPECT_THAT(page, Not(HasSubstr("\n\n"))) << "an empty line is none in roff";
}

TEST_F(SelfDescription, GroffReadsTheManualWithoutAWarning) {
  if (!has("groff")) GTEST_SKIP() << "groff is not installed";
  write("unlease.1", unlease({"manual"}).out);
  ASSERT_EQ(shell("groff -man -Tutf8 -ww -z unlease.1"), 0);
  EXPECT_THAT(read("output"), IsEmpty());
  ASSERT_EQ(shell("groff -man -Tascii -ww -P-cbou unlease.1"), 0);
  EXPECT_THAT(read("output"), HasSubstr("--trace-dir DIR"));
  EXPECT_THAT(read("output"), HasSubstr("unlease run 'scenarios/codes/83-*.toml' --trace"));
}

}  // namespace
}  // namespace unlease::app
