#include "sim/document.h"

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include <fmt/format.h>

namespace unlease::sim {

const Entry* find(const Node& node, std::string_view key) {
  const Table* table = node.as<Table>();
  if (table == nullptr) return nullptr;
  const auto found = std::ranges::find(*table, key, &Entry::key);
  return found == table->end() ? nullptr : &*found;
}

std::string describe(const Node& node) {
  return std::visit(
      [](const auto& value) -> std::string {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, Table>) return "a table";
        if constexpr (std::is_same_v<T, List>) return value.empty() ? "an empty list" : "a list";
        if constexpr (std::is_same_v<T, std::string>) return "the string " + in_quotes(value, '"');
        if constexpr (std::is_same_v<T, std::int64_t>) return fmt::format("the integer {}", value);
        if constexpr (std::is_same_v<T, double>) return fmt::format("the number {}", value);
        if constexpr (std::is_same_v<T, bool>) return value ? "true" : "false";
        if constexpr (std::is_same_v<T, Date>) return "a date or time";
      },
      node.value);
}

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool starts_character = (byte & 0xC0) != 0x80;
    if (out.size() >= kLongest && starts_character) return out += "...";
    if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string in_quotes(std::string_view text, char quote) { return quote + printable(text) + quote; }

}  // namespace unlease::sim
