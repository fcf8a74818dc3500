// Does it scale? N adapters on one segment acquire a lease each and release it, by playing a scenario as anyone would,
// invariants and fingerprint on. Prints time and memory an adapter and exits with 1 where a target is missed:
//   - ten times the adapters cost at most 15 times the time;
//   - at most 768 bytes an adapter: difference of the peak resident sets over difference of N.
// Each N runs in processes of its own, so that none inherits another's memory; the least of the times is compared.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/target.h"
#include "bench/worlds.h"
#include "sim/runner.h"

namespace {

using unlease::bench::target;
using unlease::sim::PlayResult;
using unlease::sim::Verdict;

constexpr int kLaunches = 5;
constexpr int kAttempts = 3;
constexpr double kMostTimeRatio = 15.0;
constexpr double kMostBytes = 768.0;

struct Sample {
  double seconds = 0;
  double peak_bytes = 0;
};

// Plays once, in this process.
std::optional<Sample> measure(std::uint32_t adapters) {
  const unlease::sim::Scenario scenario = unlease::bench::acquiring_adapters(adapters);
  const auto begin = std::chrono::steady_clock::now();
  const PlayResult result = unlease::sim::play(scenario);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  if (result.verdict != Verdict::kPassed) return std::nullopt;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return Sample{.seconds = elapsed.count(), .peak_bytes = static_cast<double>(usage.ru_maxrss) * 1024};
}

// The same in a process of its own.
std::optional<Sample> measure_apart(std::uint32_t adapters) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return std::nullopt;
  const pid_t child = fork();
  if (child == 0) {
    const std::optional<Sample> sample = measure(adapters);
    const bool written = sample && write(ends[1], &*sample, sizeof *sample) == sizeof *sample;
    _exit(written ? EXIT_SUCCESS : EXIT_FAILURE);
  }
  close(ends[1]);
  Sample sample;
  const bool complete = child > 0 && read(ends[0], &sample, sizeof sample) == sizeof sample;
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  return complete ? std::optional(sample) : std::nullopt;
}

struct Result {
  std::uint32_t adapters = 0;
  std::vector<double> seconds;  // ascending
  double peak_bytes = 0;        // the least of the launches

  double median() const { return seconds[seconds.size() / 2]; }
  // What is least disturbed by whatever else the machine does.
  double least() const { return seconds.front(); }
};

// One a size. They take turns, so that what disturbs the machine for a while disturbs all.
std::optional<std::vector<Result>> measure_all() {
  std::vector<Result> results;
  for (const std::uint32_t adapters : {1'000U, 10'000U, 100'000U}) {
    results.push_back({.adapters = adapters, .seconds = {}, .peak_bytes = 1e18});
  }
  for (int launch = 0; launch < kLaunches; ++launch) {
    for (Result& result : results) {
      const std::optional<Sample> sample = measure_apart(result.adapters);
      if (!sample) {
        fmt::print(stderr, "scale: the run with {} adapters failed\n", result.adapters);
        return std::nullopt;
      }
      result.seconds.push_back(sample->seconds);
      result.peak_bytes = std::min(result.peak_bytes, sample->peak_bytes);
    }
  }
  fmt::print("{:>9} {:>12} {:>26}\n", "adapters", "us/adapter",
             fmt::format("(least - most of {} launches)", kLaunches));
  for (Result& result : results) {
    std::ranges::sort(result.seconds);
    const double scale = 1e6 / result.adapters;
    fmt::print("{:>9} {:>12.2f} {:>14.2f} - {:.2f}\n", result.adapters, result.median() * scale,
               result.seconds.front() * scale, result.seconds.back() * scale);
  }
  return results;
}

double time_ratio(const std::vector<Result>& results, std::size_t index) {
  return results[index].least() / results[index - 1].least();
}

bool times_met(const std::vector<Result>& results) {
  return time_ratio(results, 1) <= kMostTimeRatio && time_ratio(results, 2) <= kMostTimeRatio;
}

}  // namespace

int main() {
  // Whoever shares the machine's caches disturbs the largest most. What is not linear is not so three times.
  std::optional<std::vector<Result>> measured;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    measured = measure_all();
    if (!measured) return EXIT_FAILURE;
    if (times_met(*measured)) break;
  }
  const std::vector<Result>& results = *measured;
  bool met = true;
  for (std::size_t index = 1; index < results.size(); ++index) {
    const std::string what =
        fmt::format("time of {} adapters over that of {}", results[index].adapters, results[index - 1].adapters);
    met &= target(what, time_ratio(results, index), kMostTimeRatio);
  }
  const double bytes =
      (results.back().peak_bytes - results.front().peak_bytes) / (results.back().adapters - results.front().adapters);
  met &= target("bytes an adapter", bytes, kMostBytes);
  return met ? EXIT_SUCCESS : EXIT_FAILURE;
}
