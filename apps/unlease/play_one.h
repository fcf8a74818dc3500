// One scenario, played as the options of a run ask for it.
#pragma once

#include "apps/unlease/commands.h"
#include "apps/unlease/run_result.h"

namespace unlease::app {

// What cannot be loaded is not played, and an exception is a verdict, too. `outside` is the wire where that is real.
RunResult play_one(const Selected& selected, const RunOptions& options, sim::Outside* outside = nullptr) noexcept;

}  // namespace unlease::app
