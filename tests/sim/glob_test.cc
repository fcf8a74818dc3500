#include "sim/glob.h"

#include <cstdint>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/context.h"

namespace unlease::sim {
namespace {

using testing::HasSubstr;
using testing::Optional;

TEST(Glob, PlainTextMatchesItselfOverItsWholeLength) {
  EXPECT_TRUE(glob_match("Wi-Fi", "Wi-Fi"));
  EXPECT_FALSE(glob_match("Wi-Fi", "Wi-Fi 2"));
  EXPECT_FALSE(glob_match("Wi-Fi", "A Wi-Fi"));
  EXPECT_FALSE(glob_match("Wi-Fi", "wi-fi"));
  EXPECT_FALSE(glob_match("Wi-Fi", ""));
}

TEST(Glob, StarMatchesAnyTextAlsoNone) {
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("*", "Ethernet"));
  EXPECT_TRUE(glob_match("Eth*", "Eth"));
  EXPECT_TRUE(glob_match("Eth*net*", "Ethernet 12"));
  EXPECT_TRUE(glob_match("*12", "Ethernet 1212"));
  EXPECT_TRUE(glob_match("a*b*c", "abbcbc"));
  EXPECT_FALSE(glob_match("a*b*c", "abbcb"));
  EXPECT_TRUE(glob_match("**", "x"));
}

TEST(Glob, QuestionMarkMatchesOneCharacterOfUtf8) {
  EXPECT_TRUE(glob_match("Ethernet ?", "Ethernet 1"));
  EXPECT_FALSE(glob_match("Ethernet ?", "Ethernet 12"));
  EXPECT_FALSE(glob_match("Ethernet?", "Ethernet"));
  EXPECT_TRUE(glob_match("caf?", "café"));
  EXPECT_FALSE(glob_match("caf??", "café"));
  EXPECT_TRUE(glob_match("*?", "é"));
  EXPECT_FALSE(glob_match("*??", "é"));
}

TEST(Glob, SetsTakeRangesAndNegation) {
  EXPECT_TRUE(glob_match("[a-c]x", "bx"));
  EXPECT_FALSE(glob_match("[a-c]x", "dx"));
  EXPECT_TRUE(glob_match("[!a-c]x", "dx"));
  EXPECT_FALSE(glob_match("[!a-c]x", "ax"));
  EXPECT_TRUE(glob_match("[!a]", "é"));
  EXPECT_TRUE(glob_match("[]]", "]"));
  EXPECT_TRUE(glob_match("[!]]", "a"));
  EXPECT_TRUE(glob_match("[a-]", "-"));
  EXPECT_TRUE(glob_match("[WV]i*", "Wi-Fi"));
}

TEST(Glob, BackslashTakesTheNextCharacterLiterally) {
  EXPECT_TRUE(glob_match(R"(\*)", "*"));
  EXPECT_FALSE(glob_match(R"(\*)", "x"));
  EXPECT_TRUE(glob_match(R"(\[x\]\?\\)", R"([x]?\)"));
}

TEST(Glob, ErrorsSayWhatIsWrongAndWhatToWrite) {
  EXPECT_EQ(glob_error("a*[!x-z]?\\["), std::nullopt);
  EXPECT_EQ(glob_error("[a-b-a]"), std::nullopt) << "the second '-' is a member, not a range";
  EXPECT_THAT(glob_error(""), Optional(HasSubstr("'*' matches all")));
  EXPECT_THAT(glob_error("x["), Optional(HasSubstr("'[' is never closed")));
  EXPECT_THAT(glob_error("[]"), Optional(HasSubstr("'[' is never closed")));
  EXPECT_THAT(glob_error("x\\"), Optional(HasSubstr("nothing follows")));
  EXPECT_THAT(glob_error("[z-a]"), Optional(HasSubstr("reversed")));
  EXPECT_THAT(glob_error("[é]"), Optional(HasSubstr("ASCII")));
}

// With a matcher that tries each star anew this would take longer than the universe is old.
TEST(Glob, ManyStarsTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "a*";
  pattern += 'b';
  EXPECT_FALSE(glob_match(pattern, std::string(4000, 'a')));
}

// Whatever `matches` decides without putting the name together, it decides as the whole name would.
TEST(Glob, AdaptersMatchAsTheirWholeNamesDo) {
  for (const std::string_view base : {"Ethernet", "Wi-Fi", "[x]", "E"}) {
    for (const std::uint32_t ordinal : {0U, 1U, 17U}) {
      const AdapterName adapter(base, ordinal);
      for (const char* pattern :
           {"*", "E*", "Ethernet", "Ethernet*", "Ethernet *", "Ethernet 1", "Ethernet 1*", "Ethernet ?7", "Ethernet 17",
            "Ethernets*", "W*7", R"(\[x]*)", R"(\[x\] 1)", "[EW]*", "E?hernet 1", "?", "E 1"}) {
        EXPECT_EQ(matches({.pattern = pattern}, adapter), glob_match(pattern, to_string(adapter)))
            << pattern << ", " << to_string(adapter);
      }
    }
  }
}

}  // namespace
}  // namespace unlease::sim
