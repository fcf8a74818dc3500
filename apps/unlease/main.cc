#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include "apps/unlease/cli.h"
#include "apps/unlease/console.h"
#include "apps/unlease/terminal.h"

int main(int argc, char** argv) {
  const unlease::app::Terminal terminal;
  std::ios::sync_with_stdio(false);
  const char* const no_color = std::getenv("NO_COLOR");
  unlease::app::Console console{std::cout, std::cerr,
                                unlease::app::wants_colour(terminal.out(), terminal.type(), no_color),
                                unlease::app::wants_colour(terminal.err(), terminal.type(), no_color),
                                unlease::app::wants_progress(terminal.err(), terminal.type())};
  const std::vector<std::string_view> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return unlease::app::run_main(arguments, console);
}
