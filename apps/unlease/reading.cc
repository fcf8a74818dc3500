#include "apps/unlease/reading.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <limits>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "sim/suggest.h"

namespace unlease::app {
namespace {

constexpr std::uint32_t kFirstHresult = 0x80000000U;

std::string in_case(std::string_view text, char first, char last, int distance) {
  std::string result(text);
  for (char& c : result) {
    if (c >= first && c <= last) c = static_cast<char>(c + distance);
  }
  return result;
}
std::string lower(std::string_view text) { return in_case(text, 'A', 'Z', 'a' - 'A'); }
std::string upper(std::string_view text) { return in_case(text, 'a', 'z', 'A' - 'a'); }

bool looks_like_a_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

// The 32 bits that `text` spells; none where it is no number or does not fit.
std::optional<std::uint32_t> parse_number(std::string_view text) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (is_hex) text.remove_prefix(2);
  if (is_hex && text.starts_with('-')) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, is_hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const bool fits =
      number >= std::numeric_limits<std::int32_t>::min() && number <= std::numeric_limits<std::uint32_t>::max();
  return fits ? std::optional(static_cast<std::uint32_t>(number)) : std::nullopt;
}

Readings readings_of(std::uint32_t number) {
  const Domain domain = number < kFirstHresult ? Domain::kWin32 : Domain::kHresult;
  return {ReturnCode{number}, Error{Origin::kApi, domain, number}};
}

// The rows of documented codes whose name is `text`, or else contains it.
std::vector<ReturnCodeRow> rows_named(std::string_view text) {
  const std::string wanted = lower(text);
  std::vector<ReturnCodeRow> found;
  for (const ReturnCodeRow& row : return_code_rows()) {
    const std::string name = lower(row.name);
    if (name == wanted) return {row};
    if (name.contains(wanted)) found.push_back(row);
  }
  return found;
}

std::string unknown_name(std::string_view text) {
  std::vector<std::string_view> known;
  for (const ErrorName& error : error_names()) known.push_back(error.name);
  for (const ReturnCodeRow& row : return_code_rows()) known.push_back(row.name);
  std::string message = fmt::format("'{}' is no name that is known here", text);
  if (const auto near = sim::suggestion(text, known)) message += fmt::format(", did you mean '{}'?", *near);
  return message;
}

}  // namespace

std::expected<Readings, std::string> read_argument(std::string_view text) {
  if (looks_like_a_number(text)) {
    if (const auto number = parse_number(text)) return readings_of(*number);
    return std::unexpected(
        fmt::format("'{}' is not a number of 32 bits: -2147483648 to 4294967295, or 0x0 to 0xFFFFFFFF", text));
  }
  if (const ErrorName* const known = find_error_name(upper(text))) {
    return Readings{std::nullopt, Error{Origin::kApi, known->domain, known->value}};
  }
  const std::vector<ReturnCodeRow> rows = text.empty() ? std::vector<ReturnCodeRow>() : rows_named(text);
  if (rows.size() == 1) return Readings{ReturnCode{rows.front().first}, std::nullopt};
  if (rows.empty()) return std::unexpected(unknown_name(text));
  std::string message = fmt::format("'{}' is in the names of several return codes:", text);
  for (const ReturnCodeRow& row : rows) message += fmt::format("\n  {} {}", row.first, row.name);
  return std::unexpected(message);
}

std::string spellings(std::uint32_t number) {
  std::string text = fmt::format("{}", number);
  if (number >= 10) text += fmt::format(" = 0x{:X}", number);
  if (number >= kFirstHresult) text += fmt::format(" = {} read as signed", std::bit_cast<std::int32_t>(number));
  return text;
}

}  // namespace unlease::app
