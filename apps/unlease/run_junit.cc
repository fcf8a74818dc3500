#include "apps/unlease/run_junit.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "apps/unlease/text.h"
#include "apps/unlease/utf8.h"

namespace unlease::app {
namespace {

namespace fs = std::filesystem;

// How a verdict that is not "passed" is told.
struct JUnitRow {
  std::string_view element;
  std::string_view type;
};

// Indexed by RunVerdict.
constexpr std::array<JUnitRow, kRunVerdictCount> kJUnitRows{{
    {"", ""},
    {"failure", "expectation"},
    {"failure", "violation"},
    {"error", "invalid"},
    {"skipped", ""},
    {"error", "internal"},
}};

// Exact, so that the cases add up to their suite.
std::string seconds(std::chrono::nanoseconds time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{}.{:09}", whole.count(), (time - whole).count());
}

// "scenarios.codes" for "scenarios/codes"; readers split it at its dots.
std::string class_name(const fs::path& folder) {
  std::string result;
  for (const fs::path& part : folder.relative_path()) {
    std::string name = to_utf8(part);
    if (name.empty() || name == "." || name == "..") continue;
    std::ranges::replace(name, '.', '_');
    result += (result.empty() ? "" : ".") + name;
  }
  return result.empty() ? "unlease" : result;
}

std::string and_more(std::size_t count) { return count > 1 ? fmt::format(" (and {} more)", count - 1) : std::string(); }

// The one line that a list of results shows.
std::string junit_message(const Selected& selected, const RunResult& result) {
  if (result.verdict == RunVerdict::kError) return result.error;
  if (result.verdict == RunVerdict::kInvalid && !selected.loaded.diagnostics.empty()) {
    const auto& mistakes = selected.loaded.diagnostics;
    return sim::to_string(selected.file, mistakes.front()) + and_more(mistakes.size());
  }
  if (!result.play) return {};
  if (const auto& violations = result.play->violations; !violations.empty()) {
    const sim::Violation& first = violations.front();
    return fmt::format("invariant {} does not hold at {}: {}{}", first.invariant,
                       format_duration(first.at.time_since_epoch()), first.what, and_more(violations.size()));
  }
  if (const auto& failures = result.play->failures; !failures.empty()) {
    const sim::Failure& first = failures.front();
    return fmt::format("{}: expected {}, got {}{}", first.subject, first.expected, first.actual,
                       and_more(failures.size()));
  }
  return {};
}

std::string junit_body(const Selected& selected, const RunResult& result, const RunTextOptions& options) {
  if (result.verdict == RunVerdict::kInvalid) return '\n' + render_diagnostics(selected);
  std::ostringstream text;
  RunText(text, options).add(selected, result);
  return '\n' + text.str();
}

std::string count(std::uint64_t number) { return fmt::format("{}", number); }

}  // namespace

RunJUnit::RunJUnit(std::ostream& out, const std::vector<sim::Override>& overrides, RunTextOptions text)
    : out_(out), overrides_(overrides), text_(std::move(text)) {
  text_.colour = false;
  text_.width = 0;
}

// Readers take two cases of one class and name for one.
std::string RunJUnit::unique_name(const Selected& selected, Suite& suite) const {
  const std::string file = to_utf8(to_path(selected.file).filename());
  std::string name = selected.loaded.scenario ? selected.loaded.scenario->name : std::string();
  if (name.empty()) name = file;
  if (suite.names.contains(name)) name += fmt::format(" ({})", file);
  suite.names.insert(name);
  return name;
}

void RunJUnit::add(const Selected& selected, const RunResult& result) {
  Suite& suite = suites_[to_utf8(to_path(selected.file).parent_path())];
  Case added{.name = unique_name(selected, suite), .verdict = result.verdict};
  if (text_.timing) {
    added.time = result.real_time;
  } else if (result.play) {
    added.time = result.play->virtual_time;
  }
  if (exit_code(result.verdict) != ExitCode::kPassed) {
    added.message = junit_message(selected, result);
    added.body = junit_body(selected, result, text_);
  }
  ++suite.totals[result.verdict];
  suite.time += added.time;
  suite.cases.push_back(std::move(added));
}

void RunJUnit::write(XmlWriter& xml, const std::string& folder, const Suite& suite, std::size_t id) const {
  const std::string class_of_all = class_name(to_path(folder));
  const RunTotals& totals = suite.totals;
  xml.begin("testsuite", {{"id", count(id)},
                          {"name", folder.empty() ? "." : folder},
                          {"package", class_of_all},
                          {"timestamp", "1970-01-01T00:00:00"},
                          {"hostname", "localhost"},
                          {"tests", count(suite.cases.size())},
                          {"failures", count(totals[RunVerdict::kFailed] + totals[RunVerdict::kViolated])},
                          {"errors", count(totals[RunVerdict::kInvalid] + totals[RunVerdict::kError])},
                          {"skipped", count(totals[RunVerdict::kSkipped])},
                          {"time", seconds(suite.time)}});
  xml.begin("properties");
  for (const sim::Override& change : overrides_) {
    xml.element("property", {{"name", change.path}, {"value", change.value.value_or("")}});
  }
  xml.end();
  for (const Case& one : suite.cases) {
    xml.begin("testcase", {{"name", one.name}, {"classname", class_of_all}, {"time", seconds(one.time)}});
    const JUnitRow& row = kJUnitRows[static_cast<std::size_t>(one.verdict)];
    if (one.verdict == RunVerdict::kSkipped) {
      xml.element(row.element);
    } else if (one.verdict != RunVerdict::kPassed) {
      xml.element(row.element, {{"type", row.type}, {"message", one.message}}, one.body);
    }
    xml.end();
  }
  xml.element("system-out");
  xml.element("system-err");
  xml.end();
}

void RunJUnit::finish(const RunTotals& /*totals*/) {
  XmlWriter xml(out_);
  xml.begin("testsuites");
  std::size_t id = 0;
  for (const auto& [folder, suite] : suites_) write(xml, folder, suite, id++);
  xml.end();
}

}  // namespace unlease::app
