#include "apps/unlease/console.h"

#include <fmt/format.h>

namespace unlease::app {
namespace {

std::string_view escape(Style style) {
  switch (style) {
    case Style::kGood:
      return "\x1b[32m";
    case Style::kBad:
      return "\x1b[31m";
    case Style::kWarning:
      return "\x1b[33m";
    case Style::kStrong:
      return "\x1b[1m";
    case Style::kFaint:
      return "\x1b[2m";
  }
  return "";
}

}  // namespace

std::string styled(bool colour, Style style, std::string_view text) {
  return colour ? fmt::format("{}{}\x1b[0m", escape(style), text) : std::string(text);
}

bool wants_colour(bool is_terminal, const char* term, const char* no_color) {
  const bool refused = no_color != nullptr && *no_color != '\0';
  return wants_progress(is_terminal, term) && !refused;
}

bool wants_progress(bool is_terminal, const char* term) {
  return is_terminal && term != nullptr && *term != '\0' && std::string_view(term) != "dumb";
}

void print_error(Console& console, std::string_view message) {
  console.err << fmt::format("unlease: {} {}\n", styled(console.colour_err, Style::kBad, "error:"), message);
}

void print_warning(Console& console, std::string_view message) {
  console.err << fmt::format("unlease: {} {}\n", styled(console.colour_err, Style::kWarning, "warning:"), message);
}

void print_enumeration_error(Console& console, const Error& error) {
  print_error(console, fmt::format("the adapters cannot be listed: {}", describe(error)));
}

ExitCode usage_error(Console& console, std::string_view message, std::string_view command) {
  print_error(console, message);
  console.err << fmt::format("Try 'unlease {}--help'.\n", command.empty() ? "" : fmt::format("{} ", command));
  return ExitCode::kUsage;
}

}  // namespace unlease::app
