// Whether memory has been used before decides half of what touching it costs: a benchmark says which it measures.
#pragma once

#include <limits>

#include <malloc.h>

namespace unlease::bench {

enum class Pages {
  kWarm,  // freed memory stays with the process, and is used again
  kCold,  // freed memory went back to the system, which hands out fresh pages
};

inline const char* label(Pages pages) { return pages == Pages::kWarm ? "warm pages" : "cold pages"; }

// Before each round; one round that is not measured has to come before warm ones.
inline void prepare(Pages pages) {
  const bool warm = pages == Pages::kWarm;
  constexpr int kDefaultThreshold = 128 * 1024;
  constexpr int kDefaultMaps = 65'536;
  mallopt(M_MMAP_MAX, warm ? 0 : kDefaultMaps);
  mallopt(M_TRIM_THRESHOLD, warm ? std::numeric_limits<int>::max() : kDefaultThreshold);
  if (!warm) malloc_trim(0);
}

}  // namespace unlease::bench
