// Any bytes as a scenario file: an answer, and each mistake with a message and a place that the text has.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/scenario_loader.h"
#include "tests/fuzz/require.h"

namespace unlease::sim {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void require_place(const Position& position, const std::vector<std::string_view>& lines) {
  if (position.line == 0) return;  // it is about the file
  require(position.line <= lines.size(), "the line is one of the text");
  require(position.column >= 1, "columns count from 1");
  // Behind the line's end stands the newline that was not expected, or the end of the file.
  require(position.column <= lines[position.line - 1].size() + 2, "the column is one of the line");
}

void load(std::string_view text) {
  const Loaded loaded = load_scenario_text(text, "f");
  require(loaded.scenario.has_value() == loaded.diagnostics.empty(), "a scenario or mistakes, not both");
  const std::vector<std::string_view> lines = lines_of(text);
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    require(!diagnostic.message.empty(), "a mistake has a message");
    require_place(diagnostic.position, lines);
  }
  const auto place = [](const Diagnostic& each) { return std::pair(each.position.line, each.position.column); };
  require(std::ranges::is_sorted(loaded.diagnostics, {}, place), "mistakes are in order of position");
  if (!loaded.scenario) return;
  require(!loaded.scenario->steps.empty() && !loaded.scenario->segments.empty(), "a scenario has a step and a segment");
}

}  // namespace
}  // namespace unlease::sim

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unlease::sim::load({reinterpret_cast<const char*>(data), size});
  return 0;
}
