#include "apps/unlease/text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <utility>

#include <fmt/format.h>

namespace unlease::app {
namespace {

constexpr std::size_t kColumns = 96;
constexpr std::size_t kMaxQuoted = 160;

// Indexed by sim::Cause.
constexpr std::array<std::string_view, 3> kCauses{"natural", "modelled", "injected"};

// `nanoseconds` in units of `unit`, with as many decimals as it takes.
std::string decimal(std::int64_t nanoseconds, std::int64_t unit, std::string_view suffix) {
  std::string text = fmt::format("{}", nanoseconds / unit);
  std::int64_t rest = nanoseconds % unit;
  if (rest != 0) text += '.';
  while (rest != 0) {
    unit /= 10;
    text += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return text += suffix;
}

}  // namespace

std::string format_duration(Duration duration) {
  using std::chrono::hours;
  using std::chrono::minutes;
  if (duration < Duration::zero()) return "-" + format_duration(-duration);
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 3> kSmall{{
      {1'000'000, "ms"},
      {1'000, "us"},
      {1, "ns"},
  }};
  const std::int64_t nanoseconds = duration.count();
  if (nanoseconds != 0 && nanoseconds < kSecond) {
    const auto* const unit = std::ranges::find_if(kSmall, [&](const auto& u) { return nanoseconds >= u.first; });
    return decimal(nanoseconds, unit->first, unit->second);
  }
  if (duration < minutes(1)) return decimal(nanoseconds, kSecond, "s");
  const auto whole_hours = std::chrono::floor<hours>(duration);
  const auto whole_minutes = std::chrono::floor<minutes>(duration - whole_hours);
  const std::string seconds = decimal((duration - whole_hours - whole_minutes).count(), kSecond, "s");
  if (whole_hours.count() == 0) return fmt::format("{}m {}", whole_minutes.count(), seconds);
  return fmt::format("{}h {}m {}", whole_hours.count(), whole_minutes.count(), seconds);
}

std::string milliseconds(std::chrono::nanoseconds time) {
  return fmt::format("{:.1f} ms", std::chrono::duration<double, std::milli>(time).count());
}

std::string utc_text(std::int64_t seconds) {
  using std::chrono::days;
  using std::chrono::sys_days;
  using std::chrono::sys_seconds;
  using std::chrono::year;
  constexpr sys_seconds kFirst = sys_days(year(0) / 1 / 1);
  constexpr sys_seconds kEnd = sys_days(year(10'000) / 1 / 1);
  const sys_seconds at{std::chrono::seconds(seconds)};
  if (at < kFirst || at >= kEnd) return fmt::format("{}", seconds);
  const auto day = std::chrono::floor<days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

std::string address_text(Ipv4 address) { return address.is_none() ? "-" : to_string(address); }

std::string describe_code(ReturnCode code) { return fmt::format("{} ({})", value(code), name(code)); }

std::string_view cause_name(sim::Cause cause) { return kCauses[static_cast<std::size_t>(cause)]; }

std::string count_of(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", count, count == 1 ? singular : plural);
}

std::size_t display_width(std::string_view text) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues));
}

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  const std::size_t taken = display_width(text);
  if (taken < width) result.append(width - taken, ' ');
  return result;
}

std::string wrapped(std::string_view text, std::size_t indent) {
  std::string result;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
    const std::size_t width = display_width(word);
    if (column != 0 && column + 1 + width <= kColumns) {
      result += ' ';
      ++column;
    } else {
      if (column != 0) result += '\n';
      result.append(indent, ' ');
      column = indent;
    }
    result += word;
    column += width;
  }
  return result += '\n';
}

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) return std::string(text);
  return shell_quoted(text);
}

std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string result;
  for (const auto& row : rows) {
    std::string line(indent);
    for (std::size_t i = 0; i < row.size(); ++i) line += padded(row[i], widths[i]) + "  ";
    result += line.substr(0, line.find_last_not_of(' ') + 1);
    result += '\n';
  }
  return result;
}

SourceLines::SourceLines(const std::filesystem::path& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines_.push_back(std::move(line));
  }
}

std::string SourceLines::quote(sim::Position position) const {
  if (position.line == 0 || position.line > lines_.size()) return {};
  const std::string& line = lines_[position.line - 1];
  const std::size_t before = position.column == 0 ? 0 : position.column - 1;
  if (display_width(line) > kMaxQuoted || before > display_width(line)) return {};

  // Tabs stay tabs, so that the caret stands below its column whatever their width.
  std::string margin;
  std::size_t taken = 0;
  for (const char c : line) {
    if (taken == before) break;
    if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) continue;
    margin += c == '\t' ? '\t' : ' ';
    ++taken;
  }
  margin.append(before - taken, ' ');
  return fmt::format("{:5} | {}\n{:5} | {}^\n", position.line, line, "", margin);
}

}  // namespace unlease::app
