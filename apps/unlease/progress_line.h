// The line at a terminal's bottom that says how far a run is.
#pragma once

#include <cstddef>
#include <string_view>

#include "apps/unlease/console.h"

namespace unlease::app {

// "  37/72  scenarios/behaviour/...": how many are done, and which one is waited for. It stands on the error stream
// while nothing else is written: whoever writes clears it before, and shows it again after. Nothing is left behind at
// its end.
class ProgressLine {
 public:
  // Keeps a reference to `console`. Does nothing where it is not `wanted`.
  ProgressLine(Console& console, std::size_t total, bool wanted) : console_(console), total_(total), wanted_(wanted) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { clear(); }

  // Shows the line, cut to what fits on any terminal. Of very many updates only each so-manieth is.
  void show(std::size_t done, std::string_view file);
  void clear();

 private:
  Console& console_;
  std::size_t total_;
  bool wanted_;
  bool shown_ = false;
};

}  // namespace unlease::app
