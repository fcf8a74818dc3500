// The memory of a process, counted: a program that links heap.cc has an operator new that counts. That costs time, so
// what is timed does without.
#pragma once

#include <cstdint>

namespace unlease::bench {

struct Heap {
  std::uint64_t allocations = 0;
  std::uint64_t bytes = 0;  // asked for, and not given back
  std::uint64_t peak = 0;
};

// Until now; may be set back.
Heap& heap();

}  // namespace unlease::bench
