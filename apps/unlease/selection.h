// Which scenarios a command line means, loaded.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "sim/scenario_loader.h"

namespace unlease::app {

struct Selector {
  std::vector<std::string> paths;  // as find_scenario_files takes them
  std::vector<std::string> tags;   // any of them; none: whatever its tags
  std::string filter;  // of file or name: a part of it, or a pattern over all of it where it has one of *?[; empty: all
  std::vector<sim::Override> overrides;
};

// A scenario file and what became of loading it.
struct Selected {
  std::string file;
  sim::Loaded loaded;
};

// The selected files in order. A file that cannot be loaded has no name and no tags: the filter sees its path alone,
// and tags do not exclude it, for nobody can tell whether it bears them. An error is one of the command line.
std::expected<std::vector<Selected>, std::string> select_scenarios(const Selector& selector, unsigned jobs);

// "PATH:LINE:COLUMN: error: ..." for each diagnostic, with its source line and a caret.
std::string render_diagnostics(const Selected& selected);

}  // namespace unlease::app
