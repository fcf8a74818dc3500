// The progress line: what a terminal shows of it, on which both streams arrive.
#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/unlease/progress_line.h"
#include "apps/unlease/text.h"
#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// What stands on a terminal after `bytes`: a carriage return and "clear to the line's end" are all it has to know.
std::string screen(std::string_view bytes) {
  std::string shown;
  std::size_t column = 0;  // in the last line
  while (!bytes.empty()) {
    const std::size_t line = shown.rfind('\n') + 1;
    if (bytes.starts_with("\x1b[K")) {
      shown.resize(line + column);
      bytes.remove_prefix(3);
      continue;
    }
    if (bytes.front() == '\r') {
      column = 0;
    } else if (bytes.front() == '\n') {
      shown += '\n';
      column = 0;
    } else {
      shown.replace(line + column, 1, 1, bytes.front());
      ++column;
    }
    bytes.remove_prefix(1);
  }
  return shown;
}

class Progress : public CommandLineTest {
 protected:
  // All that a terminal gets, standard output and error in the order in which they come.
  static std::string on_terminal(const std::vector<std::string_view>& arguments, bool progress) {
    std::ostringstream terminal;
    Console console{.out = terminal, .err = terminal, .progress = progress};
    run_main(arguments, console);
    return terminal.str();
  }
};

TEST_F(Progress, ALineCountsWhatIsDoneAndNamesWhatIsWaitedFor) {
  for (int i = 0; i < 12; ++i) write("scenarios/" + std::to_string(10 + i) + ".toml", releasing(0));
  const std::string bytes = on_terminal({"run"}, true);
  EXPECT_THAT(bytes, StartsWith("   0/12  scenarios/10.toml\r\x1b[Kpassed "));
  EXPECT_THAT(bytes, HasSubstr("   9/12  scenarios/19.toml\r\x1b[Kpassed "));
  EXPECT_THAT(bytes, HasSubstr("  11/12  scenarios/21.toml\r\x1b[Kpassed "));
  EXPECT_THAT(bytes, Not(HasSubstr("12/12")));
}

TEST_F(Progress, NothingOfItIsLeftOnTheScreen) {
  write("scenarios/a.toml", releasing(98));
  write("scenarios/b.toml", misspelt());
  write("scenarios/c.toml", violating());
  write("scenarios/d.toml", releasing(0));
  using Arguments = std::vector<std::string_view>;
  for (const Arguments& arguments :
       {Arguments{"run"}, Arguments{"run", "--fail-fast"}, Arguments{"run", "--json", "-"},
        Arguments{"run", "--trace", "scenarios/d.toml"}, Arguments{"run", "--jobs", "4"}}) {
    const std::string shown = screen(on_terminal(arguments, true));
    EXPECT_EQ(shown, on_terminal(arguments, false));
    EXPECT_THAT(shown, EndsWith("\n"));
  }
}

TEST_F(Progress, TheSameRunGivesTheSameBytesWhateverTheJobs) {
  for (int i = 0; i < 30; ++i) write("scenarios/" + std::to_string(i) + ".toml", releasing(0));
  EXPECT_EQ(on_terminal({"run", "--jobs", "1"}, true), on_terminal({"run", "--jobs", "8"}, true));
}

TEST_F(Progress, ADocumentOnTheOutputIsNotInterrupted) {
  write("scenarios/a.toml", releasing(0));
  EXPECT_EQ(on_terminal({"run", "--json", "-"}, true), on_terminal({"run", "--json", "-"}, false));
}

TEST_F(Progress, ALongNameIsCutAtItsBeginToWhatFitsOnALine) {
  std::ostringstream terminal;
  Console console{.out = terminal, .err = terminal};
  const std::string name = fmt::format("{:x<110}ä/end.toml", "");
  ProgressLine(console, 7, true).show(3, name);
  const std::string line = terminal.str().substr(0, terminal.str().find('\r'));
  EXPECT_EQ(display_width(line), 79U);
  EXPECT_THAT(line, StartsWith("  3/7  …xxx"));
  EXPECT_THAT(line, EndsWith("ä/end.toml"));
}

TEST_F(Progress, OfVeryManyUpdatesAThousandAreShown) {
  std::ostringstream terminal;
  Console console{.out = terminal, .err = terminal};
  {
    ProgressLine progress(console, 100'000, true);
    for (std::size_t i = 0; i < 100'000; ++i) progress.show(i, "a.toml");
  }
  EXPECT_LE(std::ranges::count(terminal.str(), '\r'), 1000);
  EXPECT_GE(std::ranges::count(terminal.str(), '\r'), 500);
}

TEST_F(Progress, ItIsForTerminalsThatCanRewriteALine) {
  EXPECT_TRUE(wants_progress(true, "xterm"));
  EXPECT_FALSE(wants_progress(false, "xterm"));
  EXPECT_FALSE(wants_progress(true, "dumb"));
  EXPECT_FALSE(wants_progress(true, ""));
  EXPECT_FALSE(wants_progress(true, nullptr));
}

}  // namespace
}  // namespace unlease::app
