// Does the pool overlap calls that block? 64 adapters whose release takes 50 ms of sleep, by the method over a
// WorkerPool that is made for it, beside a thread a call and one call after the other. Prints the times and exits with
// 1 where the target is missed:
//   - the pool takes at most 1.2 times as long as one call.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <expected>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "engine/method.h"
#include "hw/worker_pool.h"

namespace {

using unlease::Adapter;
using unlease::AdapterName;
using unlease::Error;
using unlease::Guid;
using unlease::Operation;

constexpr std::uint32_t kAdapters = 64;
constexpr int kRounds = 7;
constexpr std::chrono::milliseconds kCall(50);
constexpr double kMostRatio = 1.2;

class SleepingMachine final : public unlease::hw::BlockingMachine {
 public:
  SleepingMachine() {
    for (std::uint32_t number = 0; number < kAdapters; ++number) {
      Adapter& adapter = adapters_.emplace_back();
      adapter.guid.bytes[0] = static_cast<std::uint8_t>(number);
      adapter.name = AdapterName("Ethernet", number + 1);
      adapter.dhcp_enabled = true;
    }
  }

  std::expected<std::span<const Adapter>, Error> adapters() override { return adapters_; }
  Error perform(Operation, const Guid&) override {
    std::this_thread::sleep_for(kCall);
    return {};
  }

 private:
  std::vector<Adapter> adapters_;
};

// How long it takes, in calls.
template <class Release>
double time_of(const Release& release) {
  const auto begin = std::chrono::steady_clock::now();
  release();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  return elapsed / kCall;
}

// Until the report is there; workers are made meanwhile, but ended later.
double by_pool() {
  unlease::hw::WorkerPool pool(std::make_shared<SleepingMachine>());
  unlease::Report report;
  const double time = time_of([&] { report = unlease::release_dhcp_lease_all(pool, {}); });
  if (report.code != unlease::ReturnCode::kSuccess || report.outcomes.size() != kAdapters) {
    fmt::print(stderr, "pool: the release failed\n");
    std::exit(EXIT_FAILURE);
  }
  return time;
}

double by_a_thread_a_call() {
  SleepingMachine machine;
  const std::span<const Adapter> adapters = *machine.adapters();
  return time_of([&] {
    std::vector<std::jthread> threads;
    for (const Adapter& adapter : adapters) {
      threads.emplace_back([&] { machine.perform(Operation::kRelease, adapter.guid); });
    }
  });
}

double one_after_the_other() {
  SleepingMachine machine;
  const std::span<const Adapter> adapters = *machine.adapters();
  return time_of([&] {
    for (const Adapter& adapter : adapters) machine.perform(Operation::kRelease, adapter.guid);
  });
}

struct Way {
  const char* name;
  double (*measure)();
  std::vector<double> times{};

  double median() const { return times[times.size() / 2]; }  // once they ascend
};

}  // namespace

int main() {
  std::vector<Way> ways = {{.name = "worker pool", .measure = by_pool},
                           {.name = "a thread a call", .measure = by_a_thread_a_call},
                           {.name = "one after the other", .measure = one_after_the_other}};
  // In turn, so that what disturbs the machine for a while disturbs all.
  for (int round = 0; round < kRounds; ++round) {
    for (Way& way : ways) way.times.push_back(way.measure());
  }
  fmt::print("{} releases of {} ms{:>12}{:>12}{:>30}\n", kAdapters, kCall.count(), "ms", "calls",
             fmt::format("(least - most of {} rounds)", kRounds));
  for (Way& way : ways) {
    std::ranges::sort(way.times);
    fmt::print("{:<20}{:>12.1f}{:>12.3f}{:>21.3f} - {:.3f}\n", way.name,
               way.median() * static_cast<double>(kCall.count()), way.median(), way.times.front(), way.times.back());
  }
  const double ratio = ways.front().median();
  const bool met = ratio <= kMostRatio;
  fmt::print("{:<6} time of the pool over that of one call: {:.3f}, at most {:.1f}\n", met ? "met" : "MISSED", ratio,
             kMostRatio);
  return met ? EXIT_SUCCESS : EXIT_FAILURE;
}
