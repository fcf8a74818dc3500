// scenarios/codes: a file for each documented return code, and each with a cause that is the cause.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/return_code.h"
#include "sim/runner.h"
#include "sim/scenario_loader.h"
#include "tests/sim/scenario_test_support.h"

namespace unlease::sim {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::uint32_t kHighestCode = 0xFFFFFFFF;
constexpr std::size_t kFewestNaturalCauses = 23;

const std::string& folder() {
  static const std::string kFolder = UNLEASE_SOURCE_DIR "/scenarios/codes";
  return kFolder;
}

std::optional<std::uint32_t> leading_code(std::string_view file) {
  std::uint32_t code = 0;
  const char* const end = file.data() + file.size();
  const auto [rest, error] = std::from_chars(file.data(), end, code);
  if (error != std::errc() || rest == end || *rest != '-') return std::nullopt;
  return code;
}

// The names of the folder's files, ascending.
const std::vector<std::string>& files() {
  static const std::vector<std::string> kFiles = [] {
    std::vector<std::string> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder(), error)) {
      if (entry.path().extension() == ".toml") found.push_back(entry.path().filename().string());
    }
    std::ranges::sort(found);
    return found;
  }();
  return kFiles;
}

std::vector<std::string> files_for(std::uint32_t code) {
  std::vector<std::string> found = files();
  std::erase_if(found, [&](const std::string& file) { return leading_code(file) != code; });
  return found;
}

std::vector<std::uint32_t> documented_codes() {
  std::vector<std::uint32_t> codes;
  for (std::uint32_t code = 0; code <= value(ReturnCode::kFirstOther); ++code) {
    if (is_documented(ReturnCode{code})) codes.push_back(code);
  }
  codes.push_back(kHighestCode);
  return codes;
}

// The documented codes, and those that the folder has beside them.
std::vector<std::uint32_t> all_codes() {
  std::vector<std::uint32_t> codes = documented_codes();
  for (const std::string& file : files()) {
    if (const auto code = leading_code(file)) codes.push_back(*code);
  }
  std::ranges::sort(codes);
  codes.erase(std::ranges::unique(codes).begin(), codes.end());
  return codes;
}

Loaded load(const std::string& file, std::span<const Override> overrides = {}) {
  return load_scenario_file(folder() + "/" + file, overrides);
}

std::vector<std::string> natural_files() {
  std::vector<std::string> found;
  for (const std::string& file : files()) {
    const Loaded loaded = load(file);
    if (loaded.scenario && loaded.scenario->cause && *loaded.scenario->cause != Cause::kInjected) found.push_back(file);
  }
  return found;
}

// The scenario of a file that has to be valid.
Scenario valid(const std::string& file, std::span<const Override> overrides = {}) {
  Loaded loaded = load(file, overrides);
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << to_string(file, diagnostic);
  return loaded.scenario.value_or(Scenario{});
}

void expect_pass(const Scenario& scenario, std::uint64_t seed) {
  const PlayResult result = play(scenario, {.seed = seed});
  EXPECT_EQ(result.verdict, Verdict::kPassed)
      << "seed " << seed << "; again: unlease run --seed " << seed << " scenarios/codes/"
      << std::filesystem::path(scenario.file).filename().string();
  for (const Failure& failure : result.failures) {
    ADD_FAILURE() << failure.subject << ": expected " << failure.expected << ", actual " << failure.actual;
  }
  for (const Violation& violation : result.violations) ADD_FAILURE() << violation.what;
}

// Without the key that is said to cause the code, the last call returns another one.
void expect_cause(const Scenario& scenario, const std::string& file) {
  ASSERT_TRUE(scenario.expect.code);
  ASSERT_THAT(scenario.cause_key, Not(IsEmpty()));
  const Override reset{scenario.cause_key, std::nullopt};
  const Loaded other = load(file, {&reset, 1});
  for (const Diagnostic& diagnostic : other.diagnostics) {
    ADD_FAILURE() << "without " << scenario.cause_key << ": " << to_string(file, diagnostic);
  }
  ASSERT_TRUE(other.scenario);
  const PlayResult result = play(*other.scenario);
  ASSERT_TRUE(result.code);
  EXPECT_NE(value(*result.code), scenario.expect.code->value) << "without " << scenario.cause_key;
}

// --- causes that are states, not answers ---------------------------------------------------------------------------

class NaturalCause : public testing::TestWithParam<std::string> {};

TEST_P(NaturalCause, PassesAsItIs) {
  const Scenario scenario = valid(GetParam());
  expect_pass(scenario, scenario.run.seed);
}

TEST_P(NaturalCause, NoFaultAnswersInItsPlace) {
  for (const FaultSpec& fault : valid(GetParam()).faults) EXPECT_FALSE(fault.error) << "line " << fault.position.line;
}

TEST_P(NaturalCause, AnotherCodeWithoutItsCause) { expect_cause(valid(GetParam()), GetParam()); }

// "83-the-dhcp-service-hangs.toml" as 83_the_dhcp_service_hangs.
std::string test_name(const testing::TestParamInfo<std::string>& file) {
  std::string name = std::filesystem::path(file.param).stem().string();
  std::ranges::replace_if(name, [](char c) { return c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z'); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, NaturalCause, testing::ValuesIn(natural_files()), test_name);

TEST(NaturalCauseFolder, MostCodesComeFromACause) { EXPECT_GE(natural_files().size(), kFewestNaturalCauses); }

// --- a file a code -------------------------------------------------------------------------------------------------

class EveryCode : public testing::TestWithParam<std::uint32_t> {
 protected:
  void SetUp() override {
    const std::vector<std::string> found = files_for(GetParam());
    ASSERT_THAT(found, SizeIs(1)) << "scenarios/codes has not one file for " << GetParam();
    file_ = found.front();
    scenario_ = valid(file_);
  }

  std::string file_;
  Scenario scenario_;
};

TEST_P(EveryCode, IsExpectedByTheFileOfItsName) {
  const std::string number = std::to_string(GetParam());
  EXPECT_THAT(file_, StartsWith(number.size() == 1 ? "0" + number + "-" : number + "-"));
  ASSERT_TRUE(scenario_.expect.code);
  EXPECT_EQ(scenario_.expect.code->value, GetParam());
  EXPECT_THAT(scenario_.name, StartsWith(number + ": "));
  EXPECT_THAT(scenario_.tags, Contains("code-" + number));
}

TEST_P(EveryCode, SaysWhoMeetsItAndWhy) {
  EXPECT_THAT(scenario_.about, Not(IsEmpty()));
  EXPECT_TRUE(scenario_.cause);
  EXPECT_THAT(scenario_.cause_key, Not(IsEmpty()));
  const std::string text = source_file("scenarios/codes/" + file_);
  const std::string schema = "#:schema ../schema.json\n";
  ASSERT_THAT(text, StartsWith(schema));
  EXPECT_THAT(text.substr(schema.size()), StartsWith("# "));
}

TEST_P(EveryCode, PassesUnderSeveralSeeds) {
  for (const std::uint64_t seed : {1U, 2U, 20'260'101U}) expect_pass(scenario_, seed);
}

TEST_P(EveryCode, AnotherCodeWithoutItsCause) { expect_cause(scenario_, file_); }

INSTANTIATE_TEST_SUITE_P(Codes, EveryCode, testing::ValuesIn(all_codes()),
                         [](const auto& code) { return std::to_string(code.param); });

TEST(EveryCodeFolder, HasNoFileWithoutACode) {
  for (const std::string& file : files()) EXPECT_TRUE(leading_code(file)) << file;
}

}  // namespace
}  // namespace unlease::sim
