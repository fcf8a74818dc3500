// The hot parts of the product, each alone: what `./dev bench ab` and `record` measure.
//
//   regions --list        their names
//   regions --built-by    compiler and flags, a line each: figures of others are not compared
//   regions NAME          does the region's work once and prints how many nanoseconds that took
//
// Only unlease_hot_part() is timed, and only in there instructions are counted (callgrind --toggle-collect); what it
// needs is made before. Each run does the same.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/frames.h"
#include "bench/hold.h"
#include "bench/prompt_hal.h"
#include "bench/worlds.h"
#include "engine/method.h"
#include "sim/event_queue.h"
#include "sim/packet.h"
#include "sim/runner.h"
#include "sim/scenario_loader.h"
#include "sim/world.h"

namespace unlease::bench {
namespace {

// Returns whether everything was done.
using Work = std::move_only_function<bool()>;

// One wave: bound adapters on one segment release their leases.
Work release_leases(sim::Scenario of) {
  auto scenario = std::make_unique<sim::Scenario>(std::move(of));
  auto world = std::make_unique<sim::World>(*scenario);
  return [scenario = std::move(scenario), world = std::move(world)] {
    const Report report = release_all(*world);
    return report.code == ReturnCode::kSuccess && world->lease_count(0, sim::LeaseStatus::kBound) == 0;
  };
}

Work release_in_order(std::uint32_t adapters) { return release_leases(bound_adapters(adapters)); }
Work release_in_any_order(std::uint32_t adapters) { return release_leases(jittered_adapters(adapters)); }

// A world is made, its adapters acquire a lease each and release it.
Work play_lifecycle(std::uint32_t adapters) {
  return [scenario = acquiring_adapters(adapters)] { return sim::play(scenario).verdict == sim::Verdict::kPassed; };
}

// The method alone.
Work call_method(std::uint32_t adapters) {
  return [hal = std::make_unique<PromptHal>(adapters), adapters] {
    const Report report = release_dhcp_lease_all(*hal, {});
    return report.code == ReturnCode::kSuccess && report.outcomes.size() == adapters;
  };
}

Work build_acks(std::uint32_t count) {
  return [frames = Frames(ack), endpoints = to_server(0), message = ack(0), count]() mutable {
    for (std::uint32_t number = 0; number < count; ++number) {
      message.xid = number;
      message.yiaddr.value = 0x0A000100 + number;
      if (sim::write_frame(frames.slot(number), endpoints, message) == 0) return false;
    }
    return true;
  };
}

Work decode_acks(std::uint32_t count) {
  return [frames = Frames(ack), scratch = std::make_unique<sim::DecodeScratch>(), count]() mutable {
    for (std::uint32_t number = 0; number < count; ++number) {
      const auto frame = sim::decode_frame(frames.frame(number), *scratch);
      if (!frame || frame->message.type != sim::MessageType::kAck) return false;
    }
    return true;
  };
}

Work hold(std::uint32_t turns) {
  constexpr std::uint32_t kEvents = 10'000;
  return [queue = std::make_unique<Hold<sim::EventQueue>>(kEvents), turns] {
    for (std::uint32_t number = 0; number < turns; ++number) queue->turn();
    return true;
  };
}

// A scenario is parsed and checked.
Work load(std::uint32_t tables) {
  return [text = many_tables(tables), tables] {
    const sim::Loaded loaded = sim::load_scenario_text(text, "region");
    return loaded.scenario && loaded.scenario->adapters.size() == tables;
  };
}

struct Region {
  std::string_view name;
  Work (*prepare)(std::uint32_t size);
  std::uint32_t size;
};

constexpr Region kRegions[] = {
    {.name = "release_10000", .prepare = release_in_order, .size = 10'000},
    {.name = "release_jitter_10000", .prepare = release_in_any_order, .size = 10'000},
    {.name = "lifecycle_1000", .prepare = play_lifecycle, .size = 1'000},
    {.name = "engine_100000", .prepare = call_method, .size = 100'000},
    {.name = "codec_build", .prepare = build_acks, .size = 100'000},
    {.name = "codec_parse", .prepare = decode_acks, .size = 100'000},
    {.name = "queue", .prepare = hold, .size = 100'000},
    {.name = "load", .prepare = load, .size = 400},
};

// In regions_slower, which the gate has to catch, so much of the work is done again; in regions none.
constexpr std::uint32_t kPlantedPercent = UNLEASE_PLANTED_PERCENT;

}  // namespace

// The name by which callgrind knows it.
extern "C" [[gnu::noinline]] bool unlease_hot_part(std::span<Work> works) {
  return std::ranges::all_of(works, [](Work& work) { return work(); });
}

namespace {

int measure(const Region& region) {
  std::vector<Work> works;
  works.push_back(region.prepare(region.size));
  if constexpr (kPlantedPercent != 0) works.push_back(region.prepare(region.size * kPlantedPercent / 100));
  const auto begin = std::chrono::steady_clock::now();
  const bool done = unlease_hot_part(works);
  const std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - begin;
  if (!done) {
    fmt::print(stderr, "regions: {} did not do all of its work, so its figures mean nothing\n", region.name);
    return EXIT_FAILURE;
  }
  fmt::print("{}\n", elapsed.count());
  return EXIT_SUCCESS;
}

int run(std::string_view what) {
  if (what == "--list") {
    for (const Region& region : kRegions) fmt::print("{}\n", region.name);
    return EXIT_SUCCESS;
  }
  if (what == "--built-by") {
    fmt::print("{}\n{}\n", UNLEASE_COMPILER, UNLEASE_FLAGS);
    return EXIT_SUCCESS;
  }
  const auto* const region = std::ranges::find(kRegions, what, &Region::name);
  if (region != std::end(kRegions)) return measure(*region);
  fmt::print(stderr, "usage: regions --list | --built-by | NAME; names are what --list prints\n");
  return 2;
}

}  // namespace
}  // namespace unlease::bench

int main(int argc, char** argv) { return unlease::bench::run(argc == 2 ? argv[1] : ""); }
