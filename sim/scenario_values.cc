#include "sim/scenario_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "sim/document.h"

namespace unlease::sim {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};
// Descending, so that the first that divides is the largest.
constexpr std::array kUnits = {
    Unit{"d", 86'400'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"ms", 1'000'000},
    Unit{"us", 1'000},
    Unit{"ns", 1},
};
constexpr auto kMost = static_cast<std::uint64_t>(kLongestDuration.count());

std::string_view take_while(std::string_view& text, auto accepts) {
  std::size_t n = 0;
  while (n < text.size() && accepts(text[n])) ++n;
  const std::string_view taken = text.substr(0, n);
  text.remove_prefix(n);
  return taken;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The digits as a number; none where it does not fit.
std::optional<std::uint64_t> to_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

// "0.<digits>" of `unit` in nanoseconds; none where that is no whole number of them.
std::optional<std::uint64_t> fraction_of(std::string_view digits, std::uint64_t unit) {
  while (digits.ends_with('0')) digits.remove_suffix(1);
  if (digits.empty()) return 0;
  constexpr std::size_t kMostDigits = 18;  // 10^18 fits; no unit has more factors of ten
  if (digits.size() > kMostDigits) return std::nullopt;
  std::uint64_t scale = 1;
  for (std::size_t i = 0; i < digits.size(); ++i) scale *= 10;
  const std::uint64_t common = std::gcd(scale, unit);
  const std::uint64_t number = to_number(digits).value_or(0);
  if (number % (scale / common) != 0) return std::nullopt;
  return number / (scale / common) * (unit / common);
}

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) {
  const std::string shown = in_quotes(text, '"');
  const auto refuse = [&](std::string_view why) { return std::unexpected(fmt::format("{} {}", shown, why)); };
  if (text.starts_with('-')) return refuse("is negative; a duration is 0s or more");
  if (text.empty()) return refuse(R"(is no duration; write one like "30s" or "1h30m")");
  std::uint64_t total = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view whole = take_while(rest, is_digit);
    std::string_view fraction;
    if (rest.starts_with('.')) {
      rest.remove_prefix(1);
      fraction = take_while(rest, is_digit);
      if (fraction.empty()) return refuse("has no digit after its point; write one like \"1.5s\"");
    }
    if (whole.empty()) return refuse(R"(is no duration; write one like "30s" or "1h30m")");
    const std::string_view unit_name = take_while(rest, is_letter);
    if (unit_name.empty() && rest.empty()) {
      return refuse(fmt::format(R"(has no unit; write "{}s" or "{}ms" (ns, us, ms, s, m, h, d))", text, text));
    }
    const auto unit = std::ranges::find(kUnits, unit_name, &Unit::name);
    if (unit == kUnits.end()) return refuse("has an unknown unit; the units are ns, us, ms, s, m, h, d");
    const auto number = to_number(whole);
    if (!number || *number > kMost / unit->nanoseconds) return refuse("is too long; at most 100 years (\"36500d\")");
    const auto part = fraction_of(fraction, unit->nanoseconds);
    if (!part) return refuse("is finer than a nanosecond; leave digits out");
    total += *number * unit->nanoseconds + *part;
    if (total > kMost) return refuse("is too long; at most 100 years (\"36500d\")");
  }
  return Duration(static_cast<Duration::rep>(total));
}

std::string duration_text(Duration duration) {
  if (duration == Duration::zero()) return "0s";
  std::string text = duration < Duration::zero() ? "-" : "";
  auto left = static_cast<std::uint64_t>(duration.count());
  if (duration < Duration::zero()) left = 0 - left;
  for (const Unit& unit : kUnits) {
    if (left / unit.nanoseconds > 0) text += fmt::format("{}{}", left / unit.nanoseconds, unit.name);
    left %= unit.nanoseconds;
  }
  return text;
}

Parsed<Ipv4> parse_ipv4(std::string_view text) {
  const auto refuse = [&] {
    return std::unexpected(in_quotes(text, '"') +
                           " is no IPv4 address; write four numbers of 0 to 255, like \"10.0.0.1\"");
  };
  std::uint32_t value = 0;
  std::string_view rest = text;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!rest.starts_with('.')) return refuse();
      rest.remove_prefix(1);
    }
    const std::string_view digits = take_while(rest, is_digit);
    const bool leading_zero = digits.size() > 1 && digits.starts_with('0');  // octal to some readers
    if (digits.empty() || digits.size() > 3 || leading_zero) return refuse();
    const std::uint64_t byte = to_number(digits).value_or(256);
    if (byte > 255) return refuse();
    value = value << 8 | static_cast<std::uint32_t>(byte);
  }
  if (!rest.empty()) return refuse();
  return Ipv4{value};
}

Parsed<PoolSpec> parse_pool(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    return std::unexpected(in_quotes(text, '"') +
                           " is no pool; write its first and last address, like "
                           "\"10.0.0.10-10.0.0.250\"");
  }
  const auto trimmed = [](std::string_view part) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return part;
  };
  const auto first = parse_ipv4(trimmed(text.substr(0, dash)));
  if (!first) return std::unexpected(first.error());
  const auto last = parse_ipv4(trimmed(text.substr(dash + 1)));
  if (!last) return std::unexpected(last.error());
  if (*last < *first) {
    return std::unexpected(fmt::format("the pool {} is reversed; write \"{}-{}\"", in_quotes(text, '"'),
                                       to_string(*last), to_string(*first)));
  }
  return PoolSpec{*first, *last};
}

std::string pool_text(const PoolSpec& pool) { return to_string(pool.first) + "-" + to_string(pool.last); }

Parsed<Probability> to_probability(double value) {
  if (std::isnan(value) || value < 0.0 || value > 1.0) {
    return std::unexpected(fmt::format("{} is no probability; write a number from 0.0 (never) to 1.0 (always)", value));
  }
  const auto ppb = static_cast<std::uint32_t>(std::llround(value * 1e9));
  if (ppb == 0 && value > 0.0) {
    return std::unexpected(
        fmt::format("{} is less than one in a billion, the finest there is; write 0.0 or 1e-9", value));
  }
  return Probability{ppb};
}

std::string probability_text(Probability probability) {
  std::string text = fmt::format("{}.{:09}", probability.ppb / kCertain.ppb, probability.ppb % kCertain.ppb);
  while (text.ends_with("00")) text.pop_back();
  if (text.ends_with('0') && !text.ends_with(".0")) text.pop_back();
  return text;
}

Parsed<ExpectedAddress> parse_expected_address(std::string_view text) {
  using Kind = ExpectedAddress::Kind;
  if (text == "none") return ExpectedAddress{Kind::kNone, {}};
  if (text == "any") return ExpectedAddress{Kind::kAny, {}};
  const auto address = parse_ipv4(text);
  if (!address) {
    return std::unexpected(in_quotes(text, '"') +
                           R"( is no expected address; write "none", "any" or one like "10.0.0.10")");
  }
  return ExpectedAddress{Kind::kExactly, *address};
}

std::string expected_address_text(const ExpectedAddress& expected) {
  switch (expected.kind) {
    case ExpectedAddress::Kind::kNone:
      return "none";
    case ExpectedAddress::Kind::kAny:
      return "any";
    case ExpectedAddress::Kind::kExactly:
      break;
  }
  return to_string(expected.address);
}

}  // namespace unlease::sim
