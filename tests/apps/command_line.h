// Calls the command in-process, in a folder of its own.
#pragma once

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "apps/unlease/cli.h"

namespace unlease::app {

// What a call of the command left behind.
struct Ran {
  int code = 0;
  std::string out;
  std::string err;

  std::string last_line() const {
    const std::string_view text(out.data(), out.empty() ? 0 : out.size() - 1);
    return std::string(text.substr(text.rfind('\n') + 1));
  }
};

// The working directory of each test is new and empty, and goes with it.
class CommandLineTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* const info = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(info->test_suite_name()) + "." + info->name();
    for (char& c : name) c = c == '/' ? '_' : c;
    folder_ = std::filesystem::path(testing::TempDir()) / ("unlease-" + name);
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
  }
  void TearDown() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }

  static Ran unlease(std::initializer_list<std::string_view> arguments, bool colour = false) {
    return unlease_on({}, arguments, colour);
  }
  // The same on a machine that the test gives.
  static Ran unlease_on(const ThisMachine& here, std::initializer_list<std::string_view> arguments,
                        bool colour = false) {
    std::ostringstream out;
    std::ostringstream err;
    Console console{out, err, colour, colour};
    const std::vector<std::string_view> list(arguments);
    const int code = run_main(list, console, here);
    return {code, out.str(), err.str()};
  }

  static void write(const std::filesystem::path& path, std::string_view text) {
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }

  static std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path folder_;
  std::filesystem::path before_;
};

// Scenarios for the tests, each a whole file. All have one server and one adapter, "Ethernet", with a lease.
inline constexpr std::string_view kWorld = R"([[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.20"

[[adapter]]
name = "Ethernet"
lease = { server = "dhcp1", state = "bound" }
)";

// Passes with `code` where that is 0.
inline std::string releasing(int code) {
  return "version = 1\nname = \"one release\"\ntags = [\"plain\"]\n[expect]\ncode = " + std::to_string(code) + "\n" +
         std::string(kWorld);
}

// Passes with 91.
inline std::string not_elevated() {
  return "version = 1\nname = \"91: not elevated\"\ntags = [\"code-91\"]\ncause = \"natural\"\n"
         "cause_key = \"host.elevated\"\n[host]\nelevated = false\n[expect]\ncode = 91\n" +
         std::string(kWorld);
}

// Breaks invariant 12: the run does not end before its deadline.
inline std::string violating() {
  return "version = 1\nname = \"too late\"\n[run]\ndeadline = \"1s\"\n" + std::string(kWorld) +
         "[[fault]]\nerror = \"ERROR_GEN_FAILURE\"\ndelay = \"2s\"\n";
}

// Cannot be loaded: line 2, column 1.
inline std::string misspelt() { return "version = 1\nnmae = \"x\"\n" + std::string(kWorld); }

}  // namespace unlease::app
