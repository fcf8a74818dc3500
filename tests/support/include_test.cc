// Reads our files as text: who includes whom, what the simulator must not touch, which folders there are.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace unlease {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Threads and clocks belong to hw/ and apps/; iteration over unordered containers and the distributions of <random>
// give another result with each standard library.
constexpr auto kNotDeterministic =
    std::to_array<std::string_view>({"atomic", "condition_variable", "ctime", "future", "mutex", "random", "semaphore",
                                     "shared_mutex", "stop_token", "thread", "unordered_map", "unordered_set"});

// What a folder may include, and do.
struct Layer {
  std::string_view folder;
  std::vector<std::string_view> ours;    // prefixes of quoted includes
  std::vector<std::string_view> others;  // prefixes of angled includes that are not the standard library's; "": all
  bool deterministic = false;            // no header of kNotDeterministic, no clock
  bool platform = false;                 // may say #ifdef _WIN32 and the like
};

const std::vector<Layer>& layers() {
  static const std::vector<Layer> kLayers = {
      {.folder = "engine/", .ours = {"engine/"}, .others = {"fmt/"}, .deterministic = true},
      {.folder = "sim/", .ours = {"sim/", "engine/"}, .others = {"fmt/"}, .deterministic = true},
      {.folder = "hw/", .ours = {"hw/", "engine/"}, .others = {""}, .platform = true},
      {.folder = "apps/", .ours = {"apps/", "sim/", "hw/", "engine/"}, .others = {""}, .platform = true},
      {.folder = "bench/", .ours = {"bench/", "apps/", "sim/", "hw/", "engine/"}, .others = {""}},
      {.folder = "tests/", .ours = {"tests/", "bench/", "apps/", "sim/", "hw/", "engine/"}, .others = {""}},
  };
  return kLayers;
}

// The files that alone may include something.
struct Monopoly {
  std::string_view prefix;  // of the include
  std::string_view file;    // or folder
  std::string_view why;
  std::string_view measured_by = file;  // a benchmark that compares with it
};
constexpr std::array kMonopolies = {
    Monopoly{"toml++/", "sim/scenario_loader.cc", "only sim/scenario_loader.cc knows TOML", "bench/load_bench.cc"},
    Monopoly{"iphlpapi.h", "hw/", "only hw/ includes <iphlpapi.h>"},
};

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return text.starts_with(prefix); });
}

// "the rule" where `header` may not be included; empty where it may.
std::string include_rule(const Layer& layer, std::string_view file, bool angled, const std::string& header) {
  static const std::regex kStandard("[a-z_0-9]+");
  for (const Monopoly& monopoly : kMonopolies) {
    if (!header.starts_with(monopoly.prefix)) continue;
    const bool allowed = file.starts_with(monopoly.file) || file.starts_with(monopoly.measured_by);
    return allowed ? "" : std::string(monopoly.why);
  }
  if (!angled) {
    return starts_with_any(header, layer.ours) ? "" : fmt::format("{} may not include \"{}\"", layer.folder, header);
  }
  if (std::regex_match(header, kStandard)) {
    return layer.deterministic && std::ranges::count(kNotDeterministic, header) > 0
               ? fmt::format("{} may not include <{}>: it must be deterministic", layer.folder, header)
               : "";
  }
  return starts_with_any(header, layer.others) ? "" : fmt::format("{} may not include <{}>", layer.folder, header);
}

// The rule that a preprocessor line other than an include breaks.
std::string directive_rule(const Layer& layer, const std::string& line) {
  static const std::regex kPlatform(
      R"(^\s*#\s*(if|el).*\b(_?WIN(32|64)|_MSC_VER|__(linux|unix|APPLE|MINGW32|CYGWIN)_*)\b)");
  const bool breaks = !layer.platform && std::regex_search(line, kPlatform);
  return breaks ? "a platform #if belongs in hw/ or apps/" : "";
}

// The rule that a line of code, without its comment, breaks. A name after a type is a declaration, not a call.
std::string code_rule(const Layer& layer, const std::string& code) {
  static const std::regex kClock(
      R"(_clock\s*::\s*now\b|\b(clock_gettime|gettimeofday|timespec_get|nanosleep|usleep)\s*\(|)"
      R"((^\s*|[^\w.>:\s]\s*|return\s+|std::)(time|clock|rand|srand|sleep)\s*\()");
  const bool breaks = layer.deterministic && code.contains('(') && std::regex_search(code, kClock);
  return breaks ? fmt::format("{} may not read a real clock or C's random numbers", layer.folder) : "";
}

// "file:line: rule" for each line that breaks one. `file` is relative to the source directory.
std::vector<std::string> broken_rules(const std::string& file, const std::string& text) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  const auto layer = std::ranges::find_if(layers(), [&](const Layer& each) { return file.starts_with(each.folder); });
  if (layer == layers().end()) return {file + ":1: code belongs in one of our folders"};

  std::vector<std::string> broken;
  const auto judge = [&](int number, const std::string& rule) {
    if (!rule.empty()) broken.push_back(fmt::format("{}:{}: {}", file, number, rule));
  };
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::smatch match;
    if (!line.substr(0, line.find_first_not_of(' ') + 1).ends_with('#')) {
      judge(number, code_rule(*layer, line.substr(0, line.find("//"))));
    } else if (std::regex_match(line, match, kInclude)) {
      judge(number, include_rule(*layer, file, match[1] == "<", match[2]));
    } else {
      judge(number, directive_rule(*layer, line));
    }
  }
  if (file.ends_with(".h") && !text.starts_with("#pragma once\n") && !text.contains("\n#pragma once\n")) {
    judge(1, "a header has #pragma once");
  }
  return broken;
}

const std::filesystem::path kRoot = UNLEASE_SOURCE_DIR;

// Our .h and .cc files, relative to the source directory, in order.
std::vector<std::string> source_files() {
  std::vector<std::string> files;
  for (const Layer& layer : layers()) {
    if (!exists(kRoot / layer.folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / layer.folder)) {
      const auto extension = entry.path().extension();
      if (extension == ".h" || extension == ".cc") {
        files.push_back(entry.path().lexically_relative(kRoot).generic_string());
      }
    }
  }
  std::ranges::sort(files);
  return files;
}

TEST(Includes, FollowTheArrowsInEveryFile) {
  const std::vector<std::string> files = source_files();
  EXPECT_THAT(files,
              testing::IsSupersetOf({"engine/hal.h", "sim/scenario_loader.cc", "tests/support/include_test.cc"}));
  for (const std::string& file : files) {
    std::ifstream stream(kRoot / file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_FALSE(text.empty()) << file;
    for (const std::string& rule : broken_rules(file, text)) ADD_FAILURE() << rule;
  }
}

TEST(Includes, TopLevelFoldersAreTheKnownOnes) {
  const std::vector<std::string> known = {"apps", "bench",     "cmake", "docs", "engine",
                                          "hw",   "scenarios", "sim",   "tests"};
  for (const auto& entry : std::filesystem::directory_iterator(kRoot)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_directory() || name.starts_with('.') || name == "build") continue;
    EXPECT_TRUE(std::ranges::count(known, name) > 0)
        << kRoot / name << ": a new top-level folder needs a place in DESIGN";
  }
}

// From here on: that the rules catch what they are for.

TEST(IncludeRules, TheEngineKnowsNeitherSimNorHw) {
  EXPECT_THAT(broken_rules("engine/a.cc", "#include <vector>\n#include \"sim/trace.h\"\n"),
              ElementsAre("engine/a.cc:2: engine/ may not include \"sim/trace.h\""));
  EXPECT_THAT(broken_rules("engine/a.cc", "#include \"hw/pool.h\"\n"), ElementsAre(HasSubstr("engine/a.cc:1:")));
  EXPECT_THAT(broken_rules("engine/a.cc", "#include <nlohmann/json.hpp>\n"), ElementsAre(HasSubstr("may not include")));
  EXPECT_THAT(broken_rules("engine/a.cc", "#include <fmt/format.h>\n#include \"engine/hal.h\"\n"), IsEmpty());
}

TEST(IncludeRules, SimAndHwDoNotKnowEachOther) {
  EXPECT_THAT(broken_rules("sim/a.cc", "#include \"hw/pool.h\"\n"), ElementsAre(HasSubstr("sim/a.cc:1:")));
  EXPECT_THAT(broken_rules("hw/a.cc", "#include \"sim/world.h\"\n"), ElementsAre(HasSubstr("hw/a.cc:1:")));
  EXPECT_THAT(broken_rules("apps/unlease/a.cc", "#include \"hw/pool.h\"\n#include \"sim/world.h\"\n"), IsEmpty());
}

TEST(IncludeRules, SomeHeadersHaveOnePlace) {
  EXPECT_THAT(broken_rules("sim/scenario_loader.cc", "#include <toml++/toml.h>\n"), IsEmpty());
  EXPECT_THAT(broken_rules("bench/load_bench.cc", "#include <toml++/toml.h>\n"), IsEmpty());
  EXPECT_THAT(broken_rules("sim/scenario.cc", "#include <toml++/toml.h>\n"), ElementsAre(HasSubstr("knows TOML")));
  EXPECT_THAT(broken_rules("hw/windows_hal.cc", "#include <iphlpapi.h>\n"), IsEmpty());
  EXPECT_THAT(broken_rules("apps/unlease/main.cc", "#include <iphlpapi.h>\n"), ElementsAre(HasSubstr("only hw/")));
}

TEST(IncludeRules, WhatIsNotDeterministicStaysOutOfEngineAndSim) {
  for (const std::string_view header : kNotDeterministic) {
    const std::string text = fmt::format("#include <{}>\n", header);
    EXPECT_THAT(broken_rules("sim/a.h", text + "#pragma once\n"), ElementsAre(HasSubstr("deterministic"))) << header;
    EXPECT_THAT(broken_rules("engine/a.cc", text), ElementsAre(HasSubstr("deterministic"))) << header;
    EXPECT_THAT(broken_rules("apps/unlease/a.cc", text), IsEmpty()) << header;
  }
}

TEST(CodeRules, NoRealClockInEngineAndSim) {
  for (const std::string_view code :
       {"auto t = std::chrono::steady_clock::now();", "auto t = Clock::system_clock :: now();", "std::time(nullptr);",
        "seed = time(0);", "x = rand();", "  return time(&t);", "f(std::rand());",
        "::clock_gettime(CLOCK_MONOTONIC, &t);"}) {
    EXPECT_THAT(broken_rules("sim/a.cc", std::string(code)), ElementsAre(HasSubstr("real clock"))) << code;
    EXPECT_THAT(broken_rules("tests/sim/a.cc", std::string(code)), IsEmpty()) << code;
  }
  for (const std::string_view code : {"Duration renewal_time(const Lease& lease);", "lease.time();", "world->time(3);",
                                      "Instant now = hal.now();", "// std::chrono::steady_clock::now() is for others",
                                      "int operand(int);", "int rand();", "  Duration time() const;"}) {
    EXPECT_THAT(broken_rules("sim/a.cc", std::string(code)), IsEmpty()) << code;
  }
}

TEST(CodeRules, NoPlatformConditionOutsideHwAndApps) {
  for (const std::string_view code :
       {"#ifdef _WIN32", "# if defined(__linux__) && 1", "#ifndef _MSC_VER", "#elif __APPLE__"}) {
    EXPECT_THAT(broken_rules("engine/a.cc", std::string(code)), ElementsAre(HasSubstr("platform #if"))) << code;
    EXPECT_THAT(broken_rules("tests/sim/a.cc", std::string(code)), ElementsAre(HasSubstr("platform #if"))) << code;
    EXPECT_THAT(broken_rules("hw/a.cc", std::string(code)), IsEmpty()) << code;
  }
  EXPECT_THAT(broken_rules("engine/a.cc", "#ifndef NDEBUG\n"), IsEmpty());
}

TEST(CodeRules, HeadersHavePragmaOnce) {
  EXPECT_THAT(broken_rules("sim/a.h", "int a();\n"), ElementsAre(HasSubstr("#pragma once")));
  EXPECT_THAT(broken_rules("sim/a.h", "// What it is.\n#pragma once\n"), IsEmpty());
}

TEST(CodeRules, CodeLivesInOurFolders) {
  EXPECT_THAT(broken_rules("lib/a.cc", ""), ElementsAre(HasSubstr("one of our folders")));
}

}  // namespace
}  // namespace unlease
