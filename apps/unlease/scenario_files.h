// From the paths and patterns of a command line to the scenario files they name.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

namespace unlease::app {

// A folder stands for all *.toml files below it, a pattern (`*`, `?`, `[a-z]` in a component, `**` for any folders) for
// the folders and *.toml files it matches, anything else for the file itself. The result is normalized with forward
// slashes, sorted, without duplicates; it may be empty where folders are. An argument that names nothing is an error.
std::expected<std::vector<std::string>, std::string> find_scenario_files(std::span<const std::string> arguments);

}  // namespace unlease::app
