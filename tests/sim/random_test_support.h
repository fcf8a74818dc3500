// A reproducible source of chance for tests; not the simulator's own, which some of them are about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace unlease::sim {

// SplitMix64 (Steele, Lea, Flood 2014).
class TestRandom {
 public:
  explicit TestRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  std::size_t below(std::size_t bound) { return next() % bound; }
  std::uint32_t small(std::uint32_t bound) { return static_cast<std::uint32_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

// UNLEASE_TEST_SEED if set. Every random test shows it with the command that repeats the run.
inline std::uint64_t random_test_seed() {
  const char* given = std::getenv("UNLEASE_TEST_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 0) : 20260101;
}
inline std::string how_to_repeat(std::uint64_t seed, const char* test) {
  return "seed " + std::to_string(seed) + "; repeat: UNLEASE_TEST_SEED=" + std::to_string(seed) +
         " sim_tests --gtest_filter=" + test;
}

}  // namespace unlease::sim
