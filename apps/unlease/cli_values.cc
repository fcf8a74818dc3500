#include "apps/unlease/cli_values.h"

#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace unlease::app {

CLI::Validator path_name() {
  const auto check = [](std::string& name) -> std::string {
    if (name.empty()) return "the name is empty";
    if (!name.starts_with("--")) return {};
    return fmt::format("{0} is an option; what has that name is ./{0}", name);
  };
  return {check, ""};
}

CLI::Validator seed() {
  const auto check = [](std::string& text) -> std::string {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || rest != end) {
      return fmt::format("a seed is a number from 0 to {}, not '{}'", UINT64_MAX, text);
    }
    text = fmt::format("{}", number);  // CLI11 would take a leading 0 for octal
    return {};
  };
  return {check, ""};
}

}  // namespace unlease::app
