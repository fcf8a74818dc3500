// `unlease run --watch`: what it sees, and what it does then. Time does not pass here: the tests wait for it.
#include "apps/unlease/watch.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = FileChange::Kind;

class Watch : public CommandLineTest {
 protected:
  // As an editor does a second later, of which the file's size may say nothing.
  static void edit(const std::filesystem::path& path, std::string_view text) {
    const auto before = std::filesystem::last_write_time(path);
    write(path, text);
    std::filesystem::last_write_time(path, before + std::chrono::seconds(1));
  }

  // What play_on_change prints and how it ends, where each of `edits` is made while it waits.
  static Ran watch_through(const std::vector<std::function<void()>>& edits) {
    std::ostringstream out;
    std::ostringstream err;
    std::size_t waits = 0;
    int runs = 0;
    const auto wait = [&] {
      if (waits == edits.size()) return false;
      edits[waits++]();
      return true;
    };
    const auto play = [&] {
      out << "run " << ++runs << '\n';
      return runs == 1 ? ExitCode::kFailed : ExitCode::kPassed;
    };
    const ExitCode code = play_on_change({"scenarios"}, play, wait, out);
    return {static_cast<int>(code), out.str(), err.str()};
  }
};

TEST_F(Watch, NothingIsSeenWhereNothingChanges) {
  write("scenarios/a.toml", releasing(0));
  FileWatch watch({"scenarios"});
  EXPECT_THAT(watch.changed(), IsEmpty());
  write("scenarios/notes.txt", "no scenario");
  EXPECT_THAT(watch.changed(), IsEmpty());
}

TEST_F(Watch, ChangedNewAndGoneFilesAreSeenOnceInOrder) {
  write("scenarios/b.toml", releasing(0));
  write("scenarios/c.toml", releasing(0));
  FileWatch watch({"scenarios"});
  edit("scenarios/c.toml", releasing(1));
  std::filesystem::remove("scenarios/b.toml");
  write("scenarios/sub/a.toml", releasing(0));
  EXPECT_THAT(watch.changed(),
              ElementsAre(FileChange{Kind::kGone, "scenarios/b.toml"}, FileChange{Kind::kChanged, "scenarios/c.toml"},
                          FileChange{Kind::kNew, "scenarios/sub/a.toml"}));
  EXPECT_THAT(watch.changed(), IsEmpty());
}

TEST_F(Watch, AnotherSizeIsAChangeAlsoAtTheSameTime) {
  write("a.toml", "1");
  const auto time = std::filesystem::last_write_time("a.toml");
  FileWatch watch({"a.toml"});
  write("a.toml", "12");
  std::filesystem::last_write_time("a.toml", time);
  EXPECT_THAT(watch.changed(), ElementsAre(FileChange{Kind::kChanged, "a.toml"}));
}

TEST_F(Watch, APathThatNamesNothingMayDoSoLater) {
  write("there.toml", releasing(0));
  FileWatch watch({"later.toml", "later", "later/*.toml", "there.toml"});
  edit("there.toml", releasing(1));
  EXPECT_THAT(watch.changed(), ElementsAre(FileChange{Kind::kChanged, "there.toml"}));
  write("later.toml", releasing(0));
  write("later/a.toml", releasing(0));
  EXPECT_THAT(watch.changed(),
              ElementsAre(FileChange{Kind::kNew, "later.toml"}, FileChange{Kind::kNew, "later/a.toml"}));
}

TEST_F(Watch, OfManyChangesTheFirstOnesAreNamed) {
  std::vector<FileChange> changes{{Kind::kChanged, "a"}, {Kind::kNew, "b"}, {Kind::kGone, "c"}};
  EXPECT_EQ(describe(changes), "a changed, b is new, c is gone");
  changes.resize(8, {Kind::kNew, "x"});
  EXPECT_EQ(describe(changes), "a changed, b is new, c is gone, x is new, x is new, and 3 more");
}

TEST_F(Watch, ItPlaysOnceAndAgainAfterEachChange) {
  write("scenarios/a.toml", releasing(98));
  const Ran ran = watch_through({
      [] {},
      [] { edit("scenarios/a.toml", releasing(0)); },
      [] {},
      [] { write("scenarios/b.toml", releasing(0)); },
  });
  EXPECT_EQ(
      ran.out,
      "run 1\n--- watching; Ctrl-C ends it\n\n--- scenarios/a.toml changed\nrun 2\n\n--- scenarios/b.toml is new\n"
      "run 3\n");
  EXPECT_EQ(ran.code, 0) << "of the last run";
}

TEST_F(Watch, ItGoesOnWhereThereIsNothingToPlayYet) {
  EXPECT_THAT(watch_through({[] { write("scenarios/a.toml", releasing(0)); }}).out,
              HasSubstr("--- scenarios/a.toml is new\nrun 2\n"));
}

TEST_F(Watch, ItEndsWhereNobodyReads) {
  std::ostream broken(nullptr);
  int runs = 0;
  const auto play = [&] {
    ++runs;
    return ExitCode::kPassed;
  };
  play_on_change({"scenarios"}, play, [] { return true; }, broken);
  EXPECT_EQ(runs, 1);
}

TEST_F(Watch, DocumentsOfManyRunsNeedAFile) {
  write("scenarios/a.toml", releasing(0));
  for (const std::string_view option : {"--json", "--junit", "--markdown"}) {
    const Ran ran = unlease({"run", "--watch", option, "-"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr(std::string(option) + " - would be many in a row: give a file"));
    EXPECT_THAT(ran.out, IsEmpty());
  }
}

}  // namespace
}  // namespace unlease::app
