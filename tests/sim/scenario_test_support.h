// What the tests of scenario files share.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/hal.h"
#include "sim/scenario_loader.h"

namespace unlease::sim {

// A file of the repository.
inline std::string source_file(const std::string& path) {
  std::ifstream file(UNLEASE_SOURCE_DIR "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string version_line() { return "version = 1\n"; }

// The diagnostics for the text, as a user sees them, without "f:".
inline std::vector<std::string> mistakes_in(std::string_view text, std::span<const Override> overrides = {}) {
  std::vector<std::string> mistakes;
  for (const Diagnostic& diagnostic : load_scenario_text(text, "f", overrides).diagnostics) {
    mistakes.push_back(to_string("f", diagnostic).substr(2));
  }
  return mistakes;
}

// The same for a text that needs a version to be complete; it stands on a line of its own before the text.
inline std::vector<std::string> mistakes_after_version(std::string_view text) {
  return mistakes_in(version_line() + std::string(text));
}

// A server named "dhcp1", whose lines end on line 5 of such a text.
inline constexpr std::string_view kServerLines =
    "[[server]]\nname = \"dhcp1\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.10-10.0.0.19\"\n";

constexpr Ipv4 ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return {a << 24U | b << 16U | c << 8U | d};
}

// The scenario of a text that has to be valid.
inline Scenario valid(std::string_view text, std::span<const Override> overrides = {}) {
  Loaded loaded = load_scenario_text(text, "f", overrides);
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << to_string("f", diagnostic);
  return loaded.scenario.value_or(Scenario{});
}

template <class T>
T value_of(const std::optional<Expected<T>>& expected) {
  EXPECT_TRUE(expected);
  return expected ? expected->value : T{};
}

inline void PrintTo(const Position& position, std::ostream* out) { *out << position.line << ':' << position.column; }
inline void PrintTo(const Override& change, std::ostream* out) {
  *out << change.path << '=' << change.value.value_or("");
}

}  // namespace unlease::sim
