// Does the pool overlap calls that block? The method over a WorkerPool that is made for it and may have a worker an
// adapter, beside a thread a call and one call after the other, on adapters whose release is a sleep. Prints the times
// and exits with 1 where the target is missed:
//   - on 64 adapters whose call takes 50 ms, the pool takes at most 1.2 times as long as one call.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <expected>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "bench/prompt_hal.h"
#include "bench/target.h"
#include "engine/method.h"
#include "hw/worker_pool.h"

namespace {

using unlease::Adapter;
using unlease::Error;
using unlease::Guid;
using unlease::Operation;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr double kMostRatio = 1.2;

struct Load {
  std::uint32_t adapters = 0;
  std::chrono::milliseconds call;
  int rounds = 0;
};
constexpr Load kTargeted{64, std::chrono::milliseconds(50), 7};
constexpr Load kOthers[] = {{10, std::chrono::milliseconds(10), 5},
                            {100, std::chrono::milliseconds(10), 5},
                            {1000, std::chrono::milliseconds(10), 5}};

class SleepingMachine final : public unlease::hw::BlockingMachine {
 public:
  explicit SleepingMachine(const Load& load)
      : call_(load.call), adapters_(unlease::bench::adapters_of(load.adapters)) {}

  std::expected<std::span<const Adapter>, Error> adapters() override { return adapters_; }
  Error perform(Operation, const Guid&) noexcept override {
    std::this_thread::sleep_for(call_);
    return {};
  }

 private:
  std::chrono::milliseconds call_;
  std::vector<Adapter> adapters_;
};

template <class Release>
Milliseconds time_of(const Release& release) {
  const auto begin = std::chrono::steady_clock::now();
  release();
  return std::chrono::steady_clock::now() - begin;
}

// Until the report is there; workers are made meanwhile, but ended later.
Milliseconds by_pool(const Load& load) {
  unlease::hw::WorkerPool pool(std::make_shared<SleepingMachine>(load), {.max_workers = load.adapters});
  unlease::Report report;
  const Milliseconds time = time_of([&] { report = unlease::release_dhcp_lease_all(pool, {}); });
  if (report.code != unlease::ReturnCode::kSuccess || report.outcomes.size() != load.adapters) {
    fmt::print(stderr, "pool: the release failed\n");
    std::exit(EXIT_FAILURE);
  }
  return time;
}

Milliseconds by_a_thread_a_call(const Load& load) {
  SleepingMachine machine(load);
  const std::span<const Adapter> adapters = *machine.adapters();
  return time_of([&] {
    std::vector<std::jthread> threads;
    for (const Adapter& adapter : adapters) {
      threads.emplace_back([&] { machine.perform(Operation::kRelease, adapter.guid); });
    }
  });
}

Milliseconds one_after_the_other(const Load& load) {
  SleepingMachine machine(load);
  const std::span<const Adapter> adapters = *machine.adapters();
  return time_of([&] {
    for (const Adapter& adapter : adapters) machine.perform(Operation::kRelease, adapter.guid);
  });
}

struct Way {
  const char* name;
  Milliseconds (*measure)(const Load& load);
  std::uint32_t most_adapters;  // beyond, it would take too long, and one would learn nothing
};
constexpr Way kWays[] = {{"worker pool", by_pool, 1000},
                         {"a thread a call", by_a_thread_a_call, 1000},
                         {"one after the other", one_after_the_other, 100}};

// Prints a line a way; the pool's median, in calls.
double compare(const Load& load) {
  std::vector<std::vector<double>> calls(std::size(kWays));
  // In turn, so that what disturbs the machine for a while disturbs all.
  for (int round = 0; round < load.rounds; ++round) {
    for (std::size_t way = 0; way < std::size(kWays); ++way) {
      if (load.adapters <= kWays[way].most_adapters) calls[way].push_back(kWays[way].measure(load) / load.call);
    }
  }
  fmt::print("{:<24}{:>8}{:>12}{:>30}\n", fmt::format("{} releases of {} ms", load.adapters, load.call.count()), "ms",
             "calls", fmt::format("(least - most of {} rounds)", load.rounds));
  for (std::size_t way = 0; way < std::size(kWays); ++way) {
    std::vector<double>& times = calls[way];
    if (times.empty()) continue;
    std::ranges::sort(times);
    const double median = times[times.size() / 2];
    fmt::print("{:<20}{:>12.1f}{:>12.3f}{:>21.3f} - {:.3f}\n", kWays[way].name,
               median * static_cast<double>(load.call.count()), median, times.front(), times.back());
  }
  return calls[0][calls[0].size() / 2];
}

}  // namespace

int main() {
  const double ratio = compare(kTargeted);
  for (const Load& load : kOthers) compare(load);
  return unlease::bench::target("time of the pool over that of one call", ratio, kMostRatio) ? EXIT_SUCCESS
                                                                                             : EXIT_FAILURE;
}
