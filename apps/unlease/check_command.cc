#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "apps/unlease/commands.h"

namespace unlease::app {

ExitCode check_command(const CheckOptions& options, Console& console) {
  Selector selector;
  selector.paths = options.paths;
  const auto selection = select_scenarios(selector, std::max(1U, std::thread::hardware_concurrency()));
  if (!selection) return usage_error(console, selection.error(), "check");
  if (selection->empty()) {
    print_error(console, "there is no scenario file");
    return ExitCode::kFailed;
  }
  std::size_t invalid = 0;
  for (const Selected& selected : *selection) {
    console.err << render_diagnostics(selected);
    if (!selected.loaded.scenario) ++invalid;
  }
  const Style style = invalid == 0 ? Style::kGood : Style::kBad;
  const std::string totals = fmt::format("{} valid, {} invalid", selection->size() - invalid, invalid);
  console.out << styled(console.colour_out, style, totals) << '\n';
  return invalid == 0 ? ExitCode::kPassed : ExitCode::kInvalid;
}

}  // namespace unlease::app
