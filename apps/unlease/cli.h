// The command line of `unlease`: from arguments to a command, its output and its exit code.
#pragma once

#include <span>
#include <string_view>

#include "apps/unlease/console.h"
#include "apps/unlease/this_machine.h"

namespace unlease::app {

// Runs the command that `arguments` (without the program's name) ask for, and returns the process's exit code. Throws
// nothing: what is thrown below is an internal error, 4, and so is a standard output that cannot be written.
int run_main(std::span<const std::string_view> arguments, Console& console, const ThisMachine& here = {});

}  // namespace unlease::app
