// Where the command writes, and with which escape codes.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "apps/unlease/exit_code.h"
#include "engine/error.h"

namespace unlease::app {

// The two streams of the command. Tests give it string streams.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool colour_out = false;
  bool colour_err = false;
  bool progress = false;  // a line that is rewritten may stand on `err`
};

enum class Style { kGood, kBad, kWarning, kStrong, kFaint };

// `text` in the escape codes of `style` where `colour`, else as it is.
std::string styled(bool colour, Style style, std::string_view text);

// Colour is for terminals that can (see wants_progress), unless the environment variable NO_COLOR is set and not empty
// (no-color.org). `no_color` is its value, null where it is not set.
bool wants_colour(bool is_terminal, const char* term, const char* no_color);

// A line is rewritten on terminals only, and on those that can: `term` is the environment variable TERM, null where it
// is not set. NO_COLOR does not matter, for this is no colour.
bool wants_progress(bool is_terminal, const char* term);

// Prints "unlease: error: message" to the error stream.
void print_error(Console& console, std::string_view message);

// Prints "unlease: warning: message" to the error stream.
void print_warning(Console& console, std::string_view message);

// Prints why there is no list of adapters.
void print_enumeration_error(Console& console, const Error& error);

// As print_error(), with where to read on; returns kUsage.
ExitCode usage_error(Console& console, std::string_view message, std::string_view command);

}  // namespace unlease::app
