// What the values of options have to be like, for CLI11.
#pragma once

#include <CLI/CLI.hpp>

namespace unlease::app {

// The name of a file or folder: not empty, as of a shell variable that nobody set, and no option.
CLI::Validator path_name();

// A seed: decimal digits, up to 2^64 - 1. (TOML's integers, and so those of scenario files, end at half of that.)
CLI::Validator seed();

}  // namespace unlease::app
