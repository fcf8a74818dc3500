// The table of names, checked against the headers of mingw-w64: two independent transcriptions of the same numbers.
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/error.h"

namespace unlease {
namespace {

namespace fs = std::filesystem;

// Where Debian's mingw-w64-x86-64-dev puts its headers; UNLEASE_MINGW_INCLUDE names another folder.
fs::path include_folder() {
  const char* chosen = std::getenv("UNLEASE_MINGW_INCLUDE");
  return chosen != nullptr ? chosen : "/usr/x86_64-w64-mingw32/include";
}

constexpr std::string_view kHeaders[] = {"winerror.h", "psdk_inc/_wsa_errnos.h", "dhcpsapi.h", "wbemcli.h",
                                         "netcfgx.h"};

// Names of ours that those headers lack, with the page that has them.
const std::map<std::string_view, std::uint32_t> kElsewhere = {
    {"ERROR_ELEVATION_REQUIRED", 740},  // Microsoft, "System Error Codes (500-999)"
};

// What the headers define: names with the text of their value, unread.
using Definitions = std::map<std::string, std::string, std::less<>>;

bool is_name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

std::string_view take_name(std::string_view& text) {
  text = trim(text);
  std::size_t length = 0;
  while (length < text.size() && is_name_char(text[length])) ++length;
  const std::string_view name = text.substr(0, length);
  text.remove_prefix(length);
  return name;
}

// "#define NAME value" and "NAME = value," (an enumerator). Macros with arguments are left out.
void read_line(std::string_view line, Definitions& definitions) {
  constexpr std::string_view kDefine = "#define";
  line = trim(line);
  const bool define = line.starts_with(kDefine);
  if (define) line.remove_prefix(kDefine.size());
  const std::string_view name = take_name(line);
  if (name.empty() || line.empty()) return;
  if (define && line.front() == '(') return;
  line = trim(line);
  if (!define) {
    if (!line.starts_with('=') || line.starts_with("==")) return;
    line = trim(line.substr(1));
    if (line.ends_with(',')) line.remove_suffix(1);
  }
  definitions.emplace(name, trim(line));
}

// Reads the constant expressions that such headers have: numbers, names, sums, parentheses, casts and four macros.
class Evaluator {
 public:
  explicit Evaluator(const Definitions& definitions) : definitions_(definitions) {}

  std::optional<std::uint32_t> value_of(std::string_view name) const {
    const auto found = definitions_.find(name);
    if (found == definitions_.end()) return std::nullopt;
    std::string_view text = found->second;
    const auto value = sum(text);
    // What follows the value (a comment, an operator we do not know) makes the definition one we cannot read.
    return trim(text).empty() ? value : std::nullopt;
  }

 private:
  using Value = std::optional<std::uint32_t>;

  Value sum(std::string_view& text) const {
    Value total = term(text);
    while (total && take(text, '+')) {
      const Value next = term(text);
      total = next ? Value(*total + *next) : std::nullopt;
    }
    return total;
  }

  Value term(std::string_view& text) const {
    if (take(text, '(')) return parenthesis(text);
    const std::string_view word = take_name(text);
    if (word.empty()) return std::nullopt;
    if (std::isdigit(static_cast<unsigned char>(word.front())) != 0) return number(word);
    if (take(text, '(')) return call(word, text);
    return value_of(word);
  }

  // "(5)" or the cast "(HRESULT)5", after the opening parenthesis.
  Value parenthesis(std::string_view& text) const {
    constexpr std::string_view kCast = "HRESULT)";
    if (text.starts_with(kCast)) {
      text.remove_prefix(kCast.size());
      return term(text);
    }
    const Value inner = sum(text);
    return take(text, ')') ? inner : std::nullopt;
  }

  Value call(std::string_view macro, std::string_view& text) const {
    std::vector<std::uint32_t> arguments;
    do {
      const Value argument = sum(text);
      if (!argument) return std::nullopt;
      arguments.push_back(*argument);
    } while (take(text, ','));
    if (!take(text, ')')) return std::nullopt;
    if (arguments.size() == 1 && (macro == "__MSABI_LONG" || macro == "_HRESULT_TYPEDEF_")) return arguments[0];
    if (arguments.size() == 1 && macro == "HRESULT_FROM_WIN32") return 0x80070000U | arguments[0];
    if (arguments.size() == 3 && macro == "MAKE_HRESULT") {
      return (arguments[0] << 31) | (arguments[1] << 16) | arguments[2];
    }
    return std::nullopt;
  }

  static Value number(std::string_view word) {
    while (!word.empty() && (word.back() == 'L' || word.back() == 'l' || word.back() == 'U' || word.back() == 'u')) {
      word.remove_suffix(1);
    }
    const bool hex = word.starts_with("0x") || word.starts_with("0X");
    if (hex) word.remove_prefix(2);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, hex ? 16 : 10);
    return error == std::errc() && end == word.data() + word.size() ? Value(value) : std::nullopt;
  }

  static bool take(std::string_view& text, char c) {
    text = trim(text);
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
  }

  const Definitions& definitions_;
};

class ErrorNamesAgainstHeaders : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::string_view header : kHeaders) {
      std::ifstream file(include_folder() / header);
      if (!file) {
        GTEST_SKIP() << header << " is not in " << include_folder()
                     << ": install the package mingw-w64-x86-64-dev, or set UNLEASE_MINGW_INCLUDE";
      }
      Definitions& definitions = by_header_[std::string(header)];
      for (std::string line; std::getline(file, line);) read_line(line, definitions);
      all_.insert(definitions.begin(), definitions.end());
    }
  }

  // Each name of `header` that `wanted` picks is in our table, with the header's value.
  void expect_all_of(const std::string& header, std::size_t at_least,
                     const std::function<bool(std::string_view name, std::uint32_t value)>& wanted) const {
    std::size_t found = 0;
    for (const auto& [name, text] : by_header_.at(header)) {
      const auto value = Evaluator(all_).value_of(name);
      if (!value || !wanted(name, *value)) continue;
      ++found;
      const ErrorName* ours = find_error_name(name);
      if (ours == nullptr) {
        ADD_FAILURE() << name << " (" << *value << ") of " << header << " is not in the table";
        continue;
      }
      EXPECT_EQ(ours->value, *value) << name;
    }
    // A parser that reads nothing would agree with anything.
    EXPECT_GE(found, at_least) << header;
  }

  Definitions all_;
  std::map<std::string, Definitions> by_header_;
};

TEST_F(ErrorNamesAgainstHeaders, EveryRowHasTheHeadersValue) {
  const Evaluator headers(all_);
  for (const ErrorName& row : error_names()) {
    const auto value = headers.value_of(row.name);
    if (value) {
      EXPECT_EQ(row.value, *value) << row.name;
      EXPECT_FALSE(kElsewhere.contains(row.name)) << row.name << " is in the headers after all";
      continue;
    }
    const auto elsewhere = kElsewhere.find(row.name);
    ASSERT_NE(elsewhere, kElsewhere.end()) << row.name << " is in no header";
    EXPECT_EQ(row.value, elsewhere->second) << row.name;
  }
}

TEST_F(ErrorNamesAgainstHeaders, EveryErrorOfWmiIsInTheTable) {
  expect_all_of("wbemcli.h", 100, [](std::string_view name, std::uint32_t) {
    return name.starts_with("WBEM_E_") || name.starts_with("WBEMESS_E_");
  });
}

TEST_F(ErrorNamesAgainstHeaders, EveryErrorOfDnsIsInTheTable) {
  expect_all_of("winerror.h", 90, [](std::string_view name, std::uint32_t value) {
    // Marks of the ranges, not errors.
    if (name.ends_with("_BASE") || name == "DNS_ERROR_MASK" || name == "DNS_ERROR_RCODE_LAST") return false;
    return name.starts_with("DNS_ERROR_") || (name.starts_with("DNS_") && value >= 9000 && value <= 9999);
  });
}

TEST_F(ErrorNamesAgainstHeaders, EveryErrorOfTheDhcpServerIsInTheTable) {
  expect_all_of("dhcpsapi.h", 60, [](std::string_view name, std::uint32_t) {
    return name.starts_with("ERROR_DHCP_") || name.starts_with("ERROR_DDS_");
  });
}

TEST_F(ErrorNamesAgainstHeaders, EveryErrorOfWinsServicesAndTheRegistryIsInTheTable) {
  expect_all_of("winerror.h", 50, [](std::string_view name, std::uint32_t value) {
    const bool in_range =
        (value >= 4000 && value <= 4100) || (value >= 1009 && value <= 1022) || (value >= 1051 && value <= 1084);
    return name.starts_with("ERROR_") && in_range;
  });
}

TEST_F(ErrorNamesAgainstHeaders, EveryErrorOfTheNetworkConfigurationIsInTheTable) {
  expect_all_of("netcfgx.h", 11, [](std::string_view name, std::uint32_t) { return name.starts_with("NETCFG_E_"); });
}

TEST(ErrorNames, AscendByDomainAndValue) {
  const auto names = error_names();
  for (std::size_t i = 1; i < names.size(); ++i) {
    EXPECT_LE(std::tie(names[i - 1].domain, names[i - 1].value), std::tie(names[i].domain, names[i].value))
        << names[i].name;
  }
}

TEST(ErrorNames, EveryNameIsFoundByItselfAndItsValueByTheFirstOfItsNames) {
  for (const ErrorName& row : error_names()) {
    EXPECT_EQ(find_error_name(row.name), &row) << row.name << " stands there twice";
    const ErrorName* first = find_error_name(row.domain, row.value);
    ASSERT_NE(first, nullptr) << row.name;
    EXPECT_EQ(first->value, row.value);
    EXPECT_EQ(first->domain, row.domain);
    EXPECT_LE(first, &row);
    EXPECT_TRUE(first == error_names().data() ||
                std::tie((first - 1)->domain, (first - 1)->value) != std::tie(first->domain, first->value))
        << row.name;
  }
}

// The name that (domain, value) is shown with; "none" without one.
std::string_view shown(Domain domain, std::uint32_t value) {
  const ErrorName* found = find_error_name(domain, value);
  return found == nullptr ? "none" : found->name;
}

TEST(ErrorNames, ASharedValueIsShownWithTheNameThatPeopleKnow) {
  EXPECT_EQ(shown(Domain::kWin32, 0), "ERROR_SUCCESS");
  EXPECT_EQ(shown(Domain::kWin32, 13), "ERROR_INVALID_DATA");
  EXPECT_EQ(shown(Domain::kWin32, 14), "ERROR_OUTOFMEMORY");
  EXPECT_EQ(shown(Domain::kWin32, 123), "ERROR_INVALID_NAME");
}

TEST(ErrorNames, WhatWeDoNotKnowIsNull) {
  EXPECT_EQ(find_error_name(Domain::kWin32, 99999), nullptr);
  EXPECT_EQ(find_error_name(Domain::kWin32, 0xFFFFFFFF), nullptr);
  EXPECT_EQ(find_error_name(Domain::kHresult, 0), nullptr);
  EXPECT_EQ(find_error_name(Domain::kHresult, 5), nullptr);
  EXPECT_EQ(find_error_name(Domain::kHresult, 0xFFFFFFFF), nullptr);
  EXPECT_EQ(find_error_name(Domain::kProvider, 0), nullptr);
  EXPECT_EQ(find_error_name(Domain::kProvider, 83), nullptr);
  EXPECT_EQ(find_error_name(""), nullptr);
  EXPECT_EQ(find_error_name("error_access_denied"), nullptr);
  EXPECT_EQ(find_error_name("ERROR_ACCESS_DENIE"), nullptr);
}

TEST(ErrorNames, EveryHresultSaysFailureAndNoWin32ValueDoes) {
  for (const ErrorName& row : error_names()) {
    EXPECT_EQ(row.value >= 0x80000000U, row.domain == Domain::kHresult) << row.name;
  }
}

TEST(ErrorNames, EveryMeaningIsAShortPhrase) {
  for (const ErrorName& row : error_names()) {
    EXPECT_GE(row.meaning.size(), 8U) << row.name;
    EXPECT_LE(row.meaning.size(), 72U) << row.name;
    EXPECT_FALSE(row.meaning.ends_with('.')) << row.name;
  }
}

TEST(ErrorNames, TheNumbersThatTheEngineRaisesHaveTheirNames) {
  const std::pair<std::uint32_t, std::string_view> raised[] = {
      {win32::kSuccess, "ERROR_SUCCESS"},
      {win32::kFileNotFound, "ERROR_FILE_NOT_FOUND"},
      {win32::kAccessDenied, "ERROR_ACCESS_DENIED"},
      {win32::kNotEnoughMemory, "ERROR_NOT_ENOUGH_MEMORY"},
      {win32::kNotSupported, "ERROR_NOT_SUPPORTED"},
      {win32::kSemTimeout, "ERROR_SEM_TIMEOUT"},
      {win32::kBusy, "ERROR_BUSY"},
      {win32::kNoData, "ERROR_NO_DATA"},
      {win32::kRegistryCorrupt, "ERROR_REGISTRY_CORRUPT"},
      {win32::kServiceDisabled, "ERROR_SERVICE_DISABLED"},
      {win32::kServiceDoesNotExist, "ERROR_SERVICE_DOES_NOT_EXIST"},
      {win32::kServiceNotActive, "ERROR_SERVICE_NOT_ACTIVE"},
      {win32::kNotFound, "ERROR_NOT_FOUND"},
      {win32::kAddressNotAssociated, "ERROR_ADDRESS_NOT_ASSOCIATED"},
      {win32::kTimeout, "ERROR_TIMEOUT"},
      {win32::kRpcCallFailed, "RPC_S_CALL_FAILED"},
      {win32::kSuccessRebootInitiated, "ERROR_SUCCESS_REBOOT_INITIATED"},
      {win32::kSuccessRebootRequired, "ERROR_SUCCESS_REBOOT_REQUIRED"},
      {win32::kSuccessRestartRequired, "ERROR_SUCCESS_RESTART_REQUIRED"},
      {win32::kInvalidState, "ERROR_INVALID_STATE"},
  };
  for (const auto& [value, name] : raised) EXPECT_EQ(shown(Domain::kWin32, value), name);
  EXPECT_EQ(shown(Domain::kHresult, hresult::kNoWriteLock), "NETCFG_E_NO_WRITE_LOCK");
}

}  // namespace
}  // namespace unlease
