#include "apps/unlease/selection.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "apps/unlease/ordered_parallel.h"
#include "apps/unlease/scenario_files.h"
#include "apps/unlease/text.h"
#include "apps/unlease/utf8.h"
#include "sim/glob.h"

namespace unlease::app {
namespace {

bool filter_matches(std::string_view filter, std::string_view text) {
  return sim::is_pattern(filter) ? sim::glob_match(filter, text) : text.contains(filter);
}

bool is_selected(const Selector& selector, const Selected& candidate) {
  const std::optional<sim::Scenario>& scenario = candidate.loaded.scenario;
  if (!selector.filter.empty() && !filter_matches(selector.filter, candidate.file)) {
    if (!scenario || !filter_matches(selector.filter, scenario->name)) return false;
  }
  if (selector.tags.empty() || !scenario) return true;
  return std::ranges::find_first_of(scenario->tags, selector.tags) != scenario->tags.end();
}

}  // namespace

std::expected<std::vector<Selected>, std::string> select_scenarios(const Selector& selector, unsigned jobs) {
  if (sim::is_pattern(selector.filter)) {
    const auto wrong = sim::glob_error(selector.filter);
    if (wrong) return std::unexpected(fmt::format("'{}' is not a valid pattern: {}", selector.filter, *wrong));
  }
  const auto files = find_scenario_files(selector.paths);
  if (!files) return std::unexpected(files.error());

  std::vector<Selected> result;
  ordered_parallel(
      files->size(), jobs,
      [&](std::size_t i) {
        return Selected{(*files)[i], sim::load_scenario_file(to_path((*files)[i]), selector.overrides)};
      },
      [&](std::size_t, Selected candidate) {
        if (is_selected(selector, candidate)) result.push_back(std::move(candidate));
        return true;
      });
  return result;
}

std::string render_diagnostics(const Selected& selected) {
  if (selected.loaded.diagnostics.empty()) return {};
  const SourceLines source(to_path(selected.file));
  std::string text;
  for (const sim::Diagnostic& diagnostic : selected.loaded.diagnostics) {
    text += sim::to_string(selected.file, diagnostic) + '\n' + source.quote(diagnostic.position);
  }
  return text;
}

}  // namespace unlease::app
