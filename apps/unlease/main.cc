#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#else
#include <unistd.h>
#endif

#include "apps/unlease/cli.h"
#include "apps/unlease/console.h"

namespace {

bool is_terminal(int descriptor) {
#ifdef _WIN32
  return _isatty(descriptor) != 0;
#else
  return isatty(descriptor) != 0;
#endif
}

// The same bytes on every machine: no carriage return before a newline.
void keep_newlines() {
#ifdef _WIN32
  _setmode(1, _O_BINARY);
  _setmode(2, _O_BINARY);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_newlines();
  std::ios::sync_with_stdio(false);
  const char* const no_color = std::getenv("NO_COLOR");
  unlease::app::Console console{std::cout, std::cerr, unlease::app::wants_colour(is_terminal(1), no_color),
                                unlease::app::wants_colour(is_terminal(2), no_color),
                                unlease::app::wants_progress(is_terminal(2), std::getenv("TERM"))};
  const std::vector<std::string_view> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return unlease::app::run_main(arguments, console);
}
