#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "apps/unlease/commands.h"
#include "apps/unlease/ordered_parallel.h"
#include "apps/unlease/play_one.h"
#include "apps/unlease/progress_line.h"
#include "apps/unlease/run_outputs.h"
#include "apps/unlease/run_result.h"
#include "apps/unlease/watch.h"

namespace unlease::app {
namespace {

using RealClock = std::chrono::steady_clock;

// Why there is no trace of this selection; none where there is, or nobody asks for it.
std::optional<std::string> too_many_to_trace(const RunOptions& options, const std::vector<Selected>& selection) {
  constexpr std::size_t kMaxListed = 5;
  if (!options.trace || selection.size() == 1) return std::nullopt;
  std::string files;
  for (std::size_t i = 0; i < selection.size() && i < kMaxListed; ++i) files += ' ' + selection[i].file;
  if (selection.size() > kMaxListed) files += " ...";
  return fmt::format("--trace takes exactly one scenario, {} are selected:{}", selection.size(), files);
}

// Plays all of the selection, and writes each result as soon as those before it are written.
RunTotals play_all(const RunOptions& options, const std::vector<Selected>& selection, unsigned jobs,
                   RunOutputs& outputs, Console& console) {
  RunTotals totals;
  std::size_t taken = 0;
  ProgressLine progress(console, selection.size(), console.progress && outputs.has_text());
  const auto take = [&](std::size_t i, const RunResult& result) {
    ++taken;
    ++totals[result.verdict];
    progress.clear();
    outputs.add(selection[i], result);
    if (taken < selection.size()) progress.show(taken, selection[taken].file);
    return !options.fail_fast || exit_code(result.verdict) == ExitCode::kPassed;
  };
  progress.show(0, selection.front().file);
  ordered_parallel(selection.size(), jobs, [&](std::size_t i) { return play_one(selection[i], options); }, take);
  while (taken < selection.size()) take(taken, RunResult{});
  return totals;
}

ExitCode run_once(const RunOptions& options, Console& console) {
  const unsigned jobs = options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const auto selection = select_scenarios(options.selector, jobs);
  if (!selection) return usage_error(console, selection.error(), "run");
  if (selection->empty()) {
    print_error(console, "no scenario is selected");
    return ExitCode::kFailed;
  }
  if (const auto why = too_many_to_trace(options, *selection)) return usage_error(console, *why, "run");
  auto outputs = RunOutputs::open(options, *selection, console);
  if (!outputs) return usage_error(console, outputs.error(), "run");

  const auto began = RealClock::now();
  const RunTotals totals = play_all(options, *selection, jobs, *outputs, console);
  const bool all_written = outputs->finish(totals, RealClock::now() - began);
  return all_written ? totals.exit_code() : ExitCode::kBroken;
}

// Ends with the process.
bool wait_for_next_look() {
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  return true;
}

}  // namespace

ExitCode run_command(const RunOptions& options, Console& console) {
  if (const auto why = conflict(options)) return usage_error(console, *why, "run");
  const auto play = [&] { return run_once(options, console); };
  if (!options.watch) return play();
  return play_on_change(options.selector.paths, play, wait_for_next_look, text_stream(options, console));
}

}  // namespace unlease::app
