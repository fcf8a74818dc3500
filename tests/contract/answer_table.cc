#include "tests/contract/answer_table.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

namespace unlease::contract {
namespace {

constexpr std::string_view kHead =
    "# What each HAL answers in each situation, compared by tests/contract/answers_test.cc, which also says how to "
    "write\n"
    "# it anew. \"-\": that HAL cannot be put into that situation. \"?\": not written down yet.\n"
    "# Wine's own functions answer every release with 50, as simulator_wine8. iphelper_wine8 differs where the "
    "backend\n"
    "# looks first and does not call them: the adapter is gone, is not under DHCP, or has no IP.\n\n";
constexpr std::string_view kCorner = "situation";

// The cells of a line, without the spaces around them.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (;;) {
    const std::size_t end = std::min(line.find('|'), line.size());
    std::string_view cell = line.substr(0, end);
    cell.remove_prefix(std::min(cell.find_first_not_of(' '), cell.size()));
    cell.remove_suffix(cell.size() - (cell.find_last_not_of(' ') + 1));
    cells.emplace_back(cell);
    if (end == line.size()) return cells;
    line.remove_prefix(end + 1);
  }
}

std::string line_of(const std::vector<std::string_view>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i)
    line += fmt::format("{}{:<{}}", i == 0 ? "" : " | ", cells[i], widths[i]);
  return line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
}

}  // namespace

AnswerTable::AnswerTable(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> cells = cells_of(line);
    if (cells.front() == kCorner) {
      hals_.assign(cells.begin() + 1, cells.end());
      continue;
    }
    situations_.push_back(cells.front());
    for (std::size_t i = 1; i < std::min(cells.size(), hals_.size() + 1); ++i) {
      cells_[{cells.front(), hals_[i - 1]}] = cells[i];
    }
  }
}

std::string AnswerTable::text() const {
  std::vector<std::vector<std::string_view>> lines = {{kCorner}};
  lines.front().insert(lines.front().end(), hals_.begin(), hals_.end());
  for (const std::string& situation : situations_) {
    lines.push_back({situation});
    for (const std::string& hal : hals_) lines.back().push_back(answer(situation, hal));
  }
  std::vector<std::size_t> widths(hals_.size() + 1);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text(kHead);
  for (const auto& line : lines) text += line_of(line, widths);
  return text;
}

std::string_view AnswerTable::answer(std::string_view situation, std::string_view hal) const {
  const auto cell = cells_.find(std::pair(std::string(situation), std::string(hal)));
  return cell == cells_.end() ? kUnknown : std::string_view(cell->second);
}

void AnswerTable::set(const std::string& hal, const Answers& answers) {
  if (std::ranges::find(hals_, hal) == hals_.end()) hals_.push_back(hal);
  situations_.clear();
  for (const auto& [situation, answer] : answers) {
    situations_.push_back(situation);
    cells_[{situation, hal}] = answer;
  }
}

}  // namespace unlease::contract
