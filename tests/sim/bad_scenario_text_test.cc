// Files that are no scenario at all: unreadable, too large, no text, nested without end, mutilated. None ends the
// program.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario_loader.h"
#include "tests/sim/scenario_test_support.h"

namespace unlease::sim {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(BadScenario, FilesThatCannotBeRead) {
  const auto mistakes = [](const std::filesystem::path& path) {
    const Loaded loaded = load_scenario_file(path);
    EXPECT_FALSE(loaded.scenario);
    return loaded.diagnostics.size() == 1 ? to_string("f", loaded.diagnostics[0]) : "not one";
  };
  EXPECT_EQ(mistakes("no/such/file.toml"),
            "f: error: cannot read the file: No such file or directory; check its path and rights");
  EXPECT_EQ(mistakes(UNLEASE_SOURCE_DIR "/tests"),
            "f: error: cannot read the file: Is a directory; check its path and rights");
  EXPECT_TRUE(load_scenario_file(UNLEASE_SOURCE_DIR "/tests/data/every_key.toml").scenario);
}

TEST(BadScenario, FilesThatAreTooLarge) {
  const std::string line = std::string(63, '#') + "\n";
  std::string text = version_line();
  while (text.size() + line.size() <= 1U << 20U) text += line;
  EXPECT_THAT(mistakes_in(text), IsEmpty());
  text += line;
  EXPECT_THAT(mistakes_in(text), ElementsAre(AllOf(StartsWith(" error: "), HasSubstr("larger than 1 MiB"))));
  EXPECT_THAT(mistakes_after_version("#" + std::string(4095, 'x') + "\n"), IsEmpty());
  EXPECT_THAT(mistakes_after_version("#" + std::string(4096, 'x') + "\n"),
              ElementsAre(StartsWith("2:1: error: the line is longer than 4096 bytes")));
  EXPECT_THAT(mistakes_after_version("#" + std::string(4096, 'x')), ElementsAre(HasSubstr("longer than 4096 bytes")));
}

TEST(BadScenario, BytesThatAreNoText) {
  using std::string_literals::operator""s;
  for (const std::string& bytes : {"\0"s, "\x01"s, "\x1B[31m"s, "\x7F"s,
                                   "\x7F"
                                   "ELF"s,
                                   "a\rb"s}) {
    EXPECT_THAT(mistakes_after_version("# x" + bytes),
                ElementsAre(AllOf(StartsWith("2:"), HasSubstr("control character"))));
  }
  for (const char* bytes :
       {"\xFF", "\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xF8\x88\x80\x80\x80", "\xC3("}) {
    EXPECT_THAT(mistakes_after_version("# é" + std::string(bytes)),
                ElementsAre(AllOf(StartsWith("2:4: error: not UTF-8 text"), HasSubstr("save the file as UTF-8"))));
  }
}

// toml++ 3.3 ends the program on these, by an assertion.
TEST(BadScenario, HeadersWithoutAName) {
  for (const char* text : {"[[\n", "[\n", "[", "[[", "[[ # x\n", "[.a]\n", "[ \t]\n", "[[]]\n", "[\"a\".\n"}) {
    EXPECT_THAT(mistakes_after_version(text), ElementsAre(StartsWith("2:"))) << text;
  }
  EXPECT_THAT(mistakes_in("[[\n"), ElementsAre("1:1: error: a table header needs a name, as in [host] or [[adapter]]"));
}

// Or by running out of stack.
TEST(BadScenario, DeepNesting) {
  const auto repeated = [](std::string_view part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
  };
  for (const int levels : {17, 1000, 2000, 20'000, 500'000}) {
    for (const std::string& text :
         {repeated("a.", levels) + "a = 1", "[" + repeated("a.", levels) + "a]", "a = " + repeated("[", levels),
          "a = " + repeated("[\n", levels), repeated("a={", levels), "a = " + repeated("{a.a={", levels)}) {
      EXPECT_THAT(mistakes_after_version(text),
                  ElementsAre(AnyOf(HasSubstr("nested more than"), HasSubstr("longer than"), HasSubstr("larger than"))))
          << levels << " of " << text.substr(0, 10);
    }
  }
  // Sixteen levels of each kind, within each other.
  std::string text = "[" + repeated("a.", 15) + "a]\n" + repeated("a.", 15) + "a = ";
  text += repeated("{ " + repeated("a.", 15) + "a = ", 16) + "1" + repeated("}", 16);
  EXPECT_THAT(mistakes_after_version(text), ElementsAre(HasSubstr("nested more than 16 levels")));
  EXPECT_THAT(
      mistakes_after_version("about = \"" + repeated("[", 50) + repeated("a.", 50) + "\" # " + repeated("[", 50)),
      IsEmpty())
      << "brackets in text are no nesting";
  EXPECT_THAT(mistakes_after_version("about = \"\"\"\n\\\" \" \"\" " + repeated("[", 50) + "\"\"\"\"\"\ntags = ['" +
                                     repeated("[", 50) + "\\']\n"),
              IsEmpty());
}

// toml++ 3.3 asks of each whether it is white space, and does not expect that it is not.
TEST(BadScenario, CharactersThatAreNoWhiteSpace) {
  for (const char* character :
       {"é", "\u00A1", "\u0301", "\u2000", "\u3000", "\u3001", "\uFB01", "\uFEFF", "\U0001F600"}) {
    EXPECT_THAT(mistakes_after_version(character), ElementsAre(StartsWith("2:1: error: syntax error"))) << character;
    EXPECT_THAT(mistakes_after_version("name " + std::string(character) + " = 1"),
                ElementsAre(HasSubstr("syntax error")));
    EXPECT_THAT(mistakes_after_version("about = \"\"\"a \\\n  b" + std::string(character) + "\"\"\""), IsEmpty());
  }
  EXPECT_EQ(load_scenario_text("version = 1\nname = \"\"\"a \\\n  é\"\"\"", "f").scenario.value_or(Scenario{}).name,
            "a é");
}

// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t bound) {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return static_cast<std::size_t>((z ^ (z >> 31U)) % bound);
  }

 private:
  std::uint64_t state_;
};

void mutate(std::string& text, Random& random) {
  static const std::vector<std::string> kPieces = {
      "[",       "]",  "{", "}",    "\"",  "'",       "\"\"\"", "=",          ".",
      ",",       "\n", "#", "\\",   "1e9", "-1",      "true",   "[[",         "]]\n",
      "[[a.b]]", "é",  " ", "\r\n", "*",   "\\u0000", "inf",    "0x80000000", "9223372036854775807"};
  const std::size_t at = random.below(text.size());
  switch (random.below(5)) {
    case 0:
      text[at] = static_cast<char>(random.below(256));
      return;
    case 1:
      text.erase(at, 1 + random.below(20));
      return;
    case 2:
      text.insert(at, kPieces[random.below(kPieces.size())]);
      return;
    case 3:
      text.insert(at, text.substr(random.below(text.size()), random.below(60)));
      return;
    default:
      text.replace(at, 1 + random.below(5), kPieces[random.below(kPieces.size())]);
      return;
  }
}

// Whatever the text: an answer, and each mistake with a message. UNLEASE_TEST_SEED repeats a run.
// What the fuzzer starts from.
TEST(BadScenario, TheCorpusGetsAnAnswer) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(UNLEASE_SOURCE_DIR "/tests/fuzz/corpus/scenario")) {
    const Loaded loaded = load_scenario_file(entry.path());
    EXPECT_NE(loaded.scenario.has_value(), !loaded.diagnostics.empty()) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 10U);
}

TEST(BadScenario, RandomMutationsGetAnAnswer) {
  const char* given = std::getenv("UNLEASE_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 0) : 20260101;
  SCOPED_TRACE("seed " + std::to_string(seed) + "; repeat: UNLEASE_TEST_SEED=" + std::to_string(seed) +
               " sim_tests --gtest_filter=BadScenario.RandomMutationsGetAnAnswer");
  Random random(seed);
  const std::string valid = source_file("tests/data/every_key.toml");
  ASSERT_FALSE(valid.empty());
  constexpr int kTexts = 3000;
  int loaded_texts = 0;
  for (int i = 0; i < kTexts; ++i) {
    std::string text = valid;
    for (std::size_t changes = 1 + random.below(4); changes > 0 && !text.empty(); --changes) mutate(text, random);
    const Loaded loaded = load_scenario_text(text, "f");
    ASSERT_EQ(loaded.scenario.has_value(), loaded.diagnostics.empty()) << text;
    for (const Diagnostic& diagnostic : loaded.diagnostics) ASSERT_FALSE(diagnostic.message.empty()) << text;
    loaded_texts += loaded.scenario.has_value() ? 1 : 0;
  }
  EXPECT_GT(loaded_texts, 0) << "no mutation was harmless; they are too wild to reach the checks";
}

}  // namespace
}  // namespace unlease::sim
