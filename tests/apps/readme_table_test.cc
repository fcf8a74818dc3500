// The tables of README.md are made of the program's own: this test writes them down and compares. To rewrite them:
// UNLEASE_UPDATE_README=1 build/release/tests/apps_tests --gtest_filter='ReadmeTable.*'
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/mapping.h"
#include "engine/return_code.h"
#include "sim/scenario_loader.h"

namespace unlease {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = UNLEASE_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A Markdown table's cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    if (character == '|') escaped += '\\';
    escaped += character;
  }
  return escaped;
}

std::string_view cause_name(std::optional<sim::Cause> cause) {
  constexpr std::string_view kNames[] = {"natural", "modelled", "injected"};
  return cause ? kNames[static_cast<std::size_t>(*cause)] : "";
}

std::string code_table() {
  std::map<std::uint32_t, sim::Scenario> scenarios;
  for (const fs::directory_entry& file : fs::directory_iterator(kSource / "scenarios/codes")) {
    if (file.path().extension() != ".toml") continue;
    sim::Loaded loaded = sim::load_scenario_file(file.path());
    EXPECT_TRUE(loaded.scenario) << file.path();
    if (!loaded.scenario) continue;
    const auto code = static_cast<std::uint32_t>(std::stoul(file.path().filename().string()));
    scenarios.emplace(code, std::move(*loaded.scenario));
  }
  std::string table = "| code | what the page calls it | cause | key | scenario |\n|---|---|---|---|---|\n";
  for (const auto& [code, scenario] : scenarios) {
    const std::string file = fs::path(scenario.file).filename().string();
    fmt::format_to(std::back_inserter(table), "| {} | {} | {} | `{}` | [{}](scenarios/codes/{}) |\n", code,
                   cell(name(ReturnCode{code})), cause_name(scenario.cause), scenario.cause_key,
                   fs::path(file).stem().string(), file);
  }
  return table;
}

std::string values(const MappingRow& row) {
  if (row.first == 0 && row.last == 0xFFFFFFFF) return "any failure";
  if (row.first == row.last) return fmt::format("{}", row.first);
  return fmt::format("{}-{}", row.first, row.last);
}

std::string mapping_table() {
  std::string table = "| operation | origin | Win32 value | code | | why |\n|---|---|---|---|---|---|\n";
  for (const MappingRow& row : mapping_rows()) {
    fmt::format_to(std::back_inserter(table), "| {} | {} | {} | {} | {} | {} |\n",
                   row.operation ? name(*row.operation) : "either", row.origin ? name(*row.origin) : "any", values(row),
                   value(row.code), row.assumed ? "*assumed*" : "documented", cell(row.reason));
  }
  return table;
}

// What stands between the markers <!-- table: NAME --> and <!-- end -->, which are lines of their own.
struct Region {
  std::size_t begin = 0;
  std::size_t end = 0;
};
std::optional<Region> find_region(const std::string& text, std::string_view table) {
  const std::string marker = fmt::format("<!-- table: {} -->\n", table);
  const std::size_t at = text.find(marker);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + marker.size();
  const std::size_t end = text.find("<!-- end -->", begin);
  return end == std::string::npos ? std::nullopt : std::optional(Region{begin, end});
}

void compare(std::string_view table, const std::string& expected) {
  const fs::path path = kSource / "README.md";
  std::string text = read(path);
  const std::optional<Region> region = find_region(text, table);
  ASSERT_TRUE(region) << "README.md has no table '" << table << "'";
  const std::string actual = text.substr(region->begin, region->end - region->begin);
  if (actual != expected && std::getenv("UNLEASE_UPDATE_README") != nullptr) {
    std::ofstream(path) << text.replace(region->begin, region->end - region->begin, expected);
    return;
  }
  EXPECT_EQ(actual, expected) << "rewrite it with UNLEASE_UPDATE_README=1, see this test's first lines";
}

TEST(ReadmeTable, OfCodesIsWhatTheScenariosSay) { compare("codes", code_table()); }

TEST(ReadmeTable, OfMappingsIsWhatTheEngineDoes) { compare("mapping", mapping_table()); }

}  // namespace
}  // namespace unlease
