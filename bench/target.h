// A target of a plain program: one line, which bench/targets.py reads.
#pragma once

#include <string_view>

#include <fmt/format.h>

namespace unlease::bench {

// Prints it; whether it is met.
inline bool target(std::string_view what, double figure, double most, std::string_view unit = "") {
  const bool met = figure <= most;
  fmt::print("{:<6} {}: {:.4g}{}{}, at most {:g}\n", met ? "met" : "MISSED", what, figure, unit.empty() ? "" : " ",
             unit, most);
  return met;
}

}  // namespace unlease::bench
