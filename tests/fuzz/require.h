// How a fuzz target says that something must hold: whatever does not ends the program, and libFuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace unlease {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "this does not hold: %s\n", what);
  std::abort();
}

}  // namespace unlease
