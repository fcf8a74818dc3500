// The parts of the command that stand alone: text, JSON, ordered work on threads.
#include "apps/unlease/text.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/unlease/json_writer.h"
#include "apps/unlease/ordered_parallel.h"
#include "apps/unlease/utf8.h"
#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using namespace std::chrono_literals;

TEST(FormatDuration, IsExactAndShort) {
  EXPECT_EQ(format_duration(0ns), "0s");
  EXPECT_EQ(format_duration(1ns), "1ns");
  EXPECT_EQ(format_duration(1'500ns), "1.5us");
  EXPECT_EQ(format_duration(250ms), "250ms");
  EXPECT_EQ(format_duration(1ms + 1ns), "1.000001ms");
  EXPECT_EQ(format_duration(30'002ms), "30.002s");
  EXPECT_EQ(format_duration(60s), "1m 0s");
  EXPECT_EQ(format_duration(8h + 1s), "8h 0m 1s");
  EXPECT_EQ(format_duration(-5s), "-5s");
}

TEST(UtcText, HasYearsOfFourDigits) {
  EXPECT_EQ(utc_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_text(951'782'399), "2000-02-28T23:59:59Z");
  EXPECT_EQ(utc_text(253'402'300'799), "9999-12-31T23:59:59Z");
  EXPECT_EQ(utc_text(253'402'300'800), "253402300800");
  EXPECT_EQ(utc_text(INT64_MIN), "-9223372036854775808");
}

TEST(Path, IsTheSameTextAgain) {
  for (const std::string text : {"a/b.toml", "../b\xC3\xBCro 1/\xE6\x9D\xB1 \xF0\x9F\x98\x80.toml", ""}) {
    EXPECT_EQ(to_utf8(to_path(text)), text);
  }
  if constexpr (std::filesystem::path::preferred_separator == '/') {
    EXPECT_EQ(to_utf8(to_path("a\\b\xFF")), "a\\b\xFF") << "names of POSIX are bytes";
  } else {
    EXPECT_EQ(to_utf8(to_path("a\\b")), "a/b");
  }
}

TEST(Wrapped, BreaksBetweenWordsAndKeepsWordsWhole) {
  EXPECT_EQ(wrapped("one two", 2), "  one two\n");
  const std::string word(90, 'x');
  EXPECT_EQ(wrapped(word + " " + word, 2), "  " + word + "\n  " + word + "\n");
  EXPECT_EQ(wrapped("", 2), "\n");
}

TEST(Table, AlignsColumnsByWhatIsSeen) {
  EXPECT_EQ(table({{"a", "x"}, {"\u00C4\u00D6", "y"}, {"b", ""}}, "-"), "-a   x\n-\u00C4\u00D6  y\n-b\n");
}

class SourceQuote : public CommandLineTest {};

TEST_F(SourceQuote, PutsTheCaretBelowTheColumn) {
  write("a.txt", "first\r\n\tx = 1\n\u00FC\u00FC = 2\n");
  const SourceLines lines("a.txt");
  EXPECT_EQ(lines.quote({1, 1}), "    1 | first\n      | ^\n");
  EXPECT_EQ(lines.quote({2, 2}), "    2 | \tx = 1\n      | \t^\n");
  EXPECT_EQ(lines.quote({3, 4}), "    3 | \u00FC\u00FC = 2\n      |    ^\n");
  EXPECT_EQ(lines.quote({0, 0}), "");
  EXPECT_EQ(lines.quote({9, 1}), "");
  EXPECT_EQ(lines.quote({1, 99}), "");
  EXPECT_EQ(SourceLines("nowhere").quote({1, 1}), "");
}

TEST(JsonWriter, WritesWhatParsesBack) {
  std::ostringstream out;
  JsonWriter json(out);
  json.begin_object();
  json.member("text", "quote \" and \xFF");
  json.begin_array("empty");
  json.end_array();
  json.begin_array("list");
  json.element(1);
  json.begin_object();
  json.member("deep", nullptr);
  json.end_object();
  json.end_array();
  json.end_object();
  EXPECT_EQ(out.str(),
            "{\n  \"text\": \"quote \\\" and \uFFFD\",\n  \"empty\": [],\n  \"list\": [\n    1,\n    {\n"
            "      \"deep\": null\n    }\n  ]\n}\n");
}

TEST(OrderedParallel, TakesResultsInOrderHoweverLongEachTook) {
  std::vector<std::size_t> taken;
  ordered_parallel(
      500, 4,
      [](std::size_t i) {
        if (i % 17 == 0) std::this_thread::sleep_for(1ms);
        return i * i;
      },
      [&](std::size_t i, std::size_t square) {
        EXPECT_EQ(square, i * i);
        taken.push_back(i);
        return true;
      });
  ASSERT_EQ(taken.size(), 500U);
  EXPECT_TRUE(std::ranges::is_sorted(taken));
}

TEST(OrderedParallel, StopsWhenAskedAndDoesNotRunFarAhead) {
  std::atomic<std::size_t> made{0};
  std::size_t taken = 0;
  ordered_parallel(
      1'000'000, 2,
      [&](std::size_t i) {
        ++made;
        return i;
      },
      [&](std::size_t i, std::size_t) {
        ++taken;
        return i < 10;
      });
  EXPECT_EQ(taken, 11U);
  EXPECT_LE(made, 11U + 2 * 8 + 2);
}

TEST(OrderedParallel, OfNothingIsNothing) {
  ordered_parallel(0, 3, [](std::size_t i) { return i; }, [](std::size_t, std::size_t) { return false; });
}

TEST(OrderedParallel, LetsAnExceptionOfTheTakerThrough) {
  EXPECT_THROW(ordered_parallel(
                   1000, 3, [](std::size_t i) { return i; },
                   [](std::size_t i, std::size_t) {
                     if (i == 5) throw std::runtime_error("enough");
                     return true;
                   }),
               std::runtime_error);
}

}  // namespace
}  // namespace unlease::app
