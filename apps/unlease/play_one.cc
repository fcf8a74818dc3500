#include "apps/unlease/play_one.h"

#include <chrono>
#include <exception>

namespace unlease::app {

static_assert(static_cast<int>(RunVerdict::kFailed) == static_cast<int>(sim::Verdict::kFailed));
static_assert(static_cast<int>(RunVerdict::kViolated) == static_cast<int>(sim::Verdict::kViolated));

RunResult play_one(const Selected& selected, const RunOptions& options, sim::Outside* outside) noexcept {
  RunResult result;
  if (!selected.loaded.scenario) {
    result.verdict = RunVerdict::kInvalid;
    return result;
  }
  const auto began = std::chrono::steady_clock::now();
  try {
    sim::PlayOptions play;
    play.seed = options.seed;
    play.keep_frames = !options.pcap_folder.empty();
    play.keep_trace = options.trace || !options.trace_folder.empty() || play.keep_frames;
    play.outside = outside;
    result.play = sim::play(*selected.loaded.scenario, play);
    result.verdict = static_cast<RunVerdict>(result.play->verdict);
  } catch (const std::exception& error) {
    result.verdict = RunVerdict::kError;
    result.error = error.what();
  }
  result.real_time = std::chrono::steady_clock::now() - began;
  return result;
}

}  // namespace unlease::app
