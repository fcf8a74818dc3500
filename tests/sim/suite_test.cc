// Every scenario of the suite: it passes, says what it is for, and plays as it was recorded, byte for byte.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario_loader.h"
#include "tests/sim/suite_files.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

// scenarios/fingerprints.txt, by file.
std::map<std::string, std::string> recorded() {
  std::map<std::string, std::string> fingerprints;
  std::ifstream lines(suite_path("scenarios/fingerprints.txt"));
  for (std::string line; std::getline(lines, line);) {
    constexpr std::size_t kDigits = 16;
    if (!line.starts_with('#')) fingerprints[line.substr(kDigits + 2)] = line.substr(0, kDigits);
  }
  return fingerprints;
}

class Suite : public testing::TestWithParam<std::string> {};

TEST_P(Suite, PassesAndPlaysAsRecorded) {
  const Loaded loaded = load_scenario_file(suite_path(GetParam()));
  ASSERT_TRUE(loaded.scenario);
  const Scenario& scenario = *loaded.scenario;
  const PlayResult result = play(scenario);
  EXPECT_EQ(result.verdict, Verdict::kPassed) << text_of(result);
  EXPECT_EQ(fmt::format("{:016x}", result.fingerprint), recorded()[GetParam()])
      << "where the change is meant: ./dev fingerprints --update";
}

TEST_P(Suite, SaysWhatItIsFor) {
  const Loaded loaded = load_scenario_file(suite_path(GetParam()));
  ASSERT_TRUE(loaded.scenario);
  EXPECT_FALSE(loaded.scenario->name.empty());
  EXPECT_FALSE(loaded.scenario->tags.empty());
  EXPECT_TRUE(loaded.scenario->about.ends_with('.')) << loaded.scenario->about;
}

// scenarios/field: what happened to users, each with what made it happen.
class Field : public testing::TestWithParam<std::string> {};

TEST_P(Field, DoesNotPassWithoutItsCause) {
  const Loaded loaded = load_scenario_file(suite_path(GetParam()));
  ASSERT_TRUE(loaded.scenario);
  EXPECT_TRUE(loaded.scenario->cause);
  ASSERT_THAT(loaded.scenario->cause_key, testing::Not(testing::IsEmpty()));
  const Override reset{loaded.scenario->cause_key, std::nullopt};
  const Loaded other = load_scenario_file(suite_path(GetParam()), {&reset, 1});
  ASSERT_TRUE(other.scenario) << "without " << loaded.scenario->cause_key;
  EXPECT_NE(play(*other.scenario).verdict, Verdict::kPassed) << "without " << loaded.scenario->cause_key;
}

std::vector<std::string> field() {
  std::vector<std::string> files = suite_files();
  std::erase_if(files, [](const std::string& file) { return !file.starts_with("scenarios/field/"); });
  return files;
}

std::string test_name(const testing::TestParamInfo<std::string>& file) {
  std::string name = std::filesystem::path(file.param).replace_extension().generic_string();
  std::ranges::replace_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Suite, testing::ValuesIn(suite_files()), test_name);
INSTANTIATE_TEST_SUITE_P(Files, Field, testing::ValuesIn(field()), test_name);

TEST(SuiteFolder, EachFileIsRecordedAndNoOther) {
  std::vector<std::string> names;
  for (const auto& [file, fingerprint] : recorded()) names.push_back(file);
  EXPECT_EQ(names, suite_files());
}

}  // namespace
}  // namespace unlease::sim
