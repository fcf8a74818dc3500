// How the command ends.
#pragma once

#include <algorithm>

namespace unlease::app {

enum class ExitCode : int {
  kPassed = 0,
  kFailed = 1,   // an expectation was missed, nothing was selected, a release did not succeed
  kUsage = 2,    // the command line: an option, a path that names nothing, a file that cannot be opened
  kInvalid = 3,  // a scenario file is invalid
  kBroken = 4,   // an invariant was violated, an internal error, an output that could not be written
};

// What a run over several scenarios ends with: 4 over 3 over 1 over 0. kUsage ends a command before it runs anything.
constexpr ExitCode worse(ExitCode a, ExitCode b) { return std::max(a, b); }

}  // namespace unlease::app
