#include "apps/unlease/run_markdown.h"

#include <fmt/format.h>

#include "apps/unlease/text.h"
#include "apps/unlease/utf8.h"

namespace unlease::app {
namespace {

constexpr std::size_t kMaxWrongRows = 200;
constexpr std::size_t kMaxScenarioRows = 2000;
constexpr std::size_t kMaxCell = 500;  // bytes

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '|':
      return "&#124;";
    case '`':
      return "&#96;";
    case '*':
      return "&#42;";
    case '_':
      return "&#95;";
    case '[':
      return "&#91;";
    case ']':
      return "&#93;";
    case '~':
      return "&#126;";
    case '\\':
      return "&#92;";
    case '\n':
      return "<br>";
    case '\r':
    case '\t':
      return " ";
    default:
      return {};
  }
}

// At most kMaxCell bytes of `text`, and whole characters.
std::string shortened(std::string text) {
  if (text.size() <= kMaxCell) return text;
  std::size_t end = kMaxCell;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text + "…";
}

// Of all calls, for a scenario may make several.
std::string codes(const sim::PlayResult& play) {
  std::string text;
  for (const sim::CallResult& call : play.calls) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", value(call.report.code));
  }
  return text.empty() ? "no call" : text;
}

std::string place_of(const Selected& selected, sim::Position position) {
  if (position.line == 0) return selected.file;
  return fmt::format("{}:{}:{}", selected.file, position.line, position.column);
}

void write_rest(std::ostream& out, std::size_t count, std::size_t limit) {
  if (count > limit) out << fmt::format("\nAnd {} more.\n", count - limit);
}

}  // namespace

std::string markdown_code(std::string_view text) {
  if (text.empty()) return {};
  const std::string clean = shortened(clean_utf8(text));
  // A code span reads best, but what ends it or the cell cannot be written in one.
  if (clean.find_first_of("`|\n\r\t\\") == std::string::npos) return '`' + clean + '`';
  std::string result = "<code>";
  for (const char c : clean) {
    const std::string_view replacement = entity(c);
    if (replacement.empty()) {
      result += c;
    } else {
      result += replacement;
    }
  }
  return result + "</code>";
}

void RunMarkdown::add(const Selected& selected, const RunResult& result) {
  if (exit_code(result.verdict) != ExitCode::kPassed) add_wrong(selected, result);
  if (++scenarios_ > kMaxScenarioRows) return;
  std::string code;
  std::string duration;
  std::string packets;
  if (result.play) {
    code = codes(*result.play);
    duration = format_duration(result.play->virtual_time);
    packets = fmt::format("{}", result.play->packets);
  }
  rows_ += fmt::format("| {} | {} | {} | {} | {} |", markdown_code(selected.file), code, duration, packets,
                       name(result.verdict));
  if (text_.timing) rows_ += fmt::format(" {} |", result.play ? milliseconds(result.real_time) : "");
  rows_ += '\n';
}

void RunMarkdown::add_wrong(const Selected& selected, const RunResult& result) {
  if (result.verdict == RunVerdict::kError) {
    add_wrong_row(selected.file, "internal error", "", result.error);
  }
  for (const sim::Diagnostic& mistake : selected.loaded.diagnostics) {
    add_wrong_row(place_of(selected, mistake.position), "the file", "valid", mistake.message);
  }
  if (!result.play) return;
  for (const sim::Failure& failure : result.play->failures) {
    add_wrong_row(place_of(selected, failure.position), failure.subject, failure.expected, failure.actual);
  }
  for (const sim::Violation& violation : result.play->violations) {
    add_wrong_row(selected.file, fmt::format("invariant {}", violation.invariant), "holds",
                  fmt::format("{} (at {}, event {})", violation.what, format_duration(violation.at.time_since_epoch()),
                              violation.event));
  }
}

void RunMarkdown::add_wrong_row(const std::string& place, const std::string& what, const std::string& expected,
                                const std::string& actual) {
  if (++wrong_ > kMaxWrongRows) return;
  wrong_rows_ += fmt::format("| {} | {} | {} | {} |\n", markdown_code(place), markdown_code(what),
                             markdown_code(expected), markdown_code(actual));
}

void RunMarkdown::write_wrong() {
  if (wrong_ == 0) return;
  out_ << "\n| where | what | expected | actual |\n|---|---|---|---|\n" << wrong_rows_;
  write_rest(out_, wrong_, kMaxWrongRows);
}

void RunMarkdown::write_scenarios() {
  out_ << fmt::format("\n<details>\n<summary>{}</summary>\n\n", count_of(scenarios_, "scenario", "scenarios"))
       << "| file | code | virtual time | packets | verdict |" << (text_.timing ? " real time |" : "")
       << "\n|---|---|---:|---:|---|" << (text_.timing ? "---:|" : "") << '\n'
       << rows_;
  write_rest(out_, scenarios_, kMaxScenarioRows);
  out_ << "\n</details>\n";
}

void RunMarkdown::finish(const RunTotals& totals) {
  const std::uint64_t bad = totals.not_passed();
  out_ << (bad == 0 ? "## unlease: passed\n\n" : "## unlease: failed\n\n")
       << fmt::format("{} passed, {} failed, {} skipped", totals[RunVerdict::kPassed], bad,
                      totals[RunVerdict::kSkipped]);
  if (!text_.repeat_with.empty()) out_ << fmt::format(", with {}", markdown_code(text_.repeat_with.substr(1)));
  out_ << '\n';
  write_wrong();
  write_scenarios();
}

}  // namespace unlease::app
