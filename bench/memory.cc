// What an adapter costs in memory, and a release in allocations, counted; see heap.h. Exits with 1 where a target is
// missed:
//   - at rest, a world with its snapshot has at most 256 bytes an adapter: client, server's entry and timers included;
//   - at the peak of a wave it has at most 768;
//   - a release allocates nothing after the snapshot: what grows does so by large blocks, fewer than one in 100
//   releases;
//   - building and decoding a frame allocate nothing.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include "bench/frames.h"
#include "bench/heap.h"
#include "bench/target.h"
#include "bench/worlds.h"
#include "sim/packet.h"
#include "sim/sim_hal.h"

namespace unlease::bench {
namespace {

constexpr double kMostAtRest = 256;
constexpr double kMostAtPeak = 768;
constexpr double kMostAllocations = 0.01;

struct Figures {
  double at_rest = 0;
  double at_peak = 0;
  double allocations = 0;
};

// An adapter, or a release.
Figures measure(std::int64_t adapters) {
  const sim::Scenario scenario = bound_adapters(adapters);
  const auto count = static_cast<double>(adapters);
  Heap& heap = bench::heap();
  const Heap before = heap;
  const auto world = std::make_unique<sim::World>(scenario);
  sim::SimHal hal(*world);
  if (!hal.adapters()) std::exit(EXIT_FAILURE);
  const Heap rest = heap;
  heap.peak = heap.bytes;
  const Report report = release_all(*world);
  if (report.code != ReturnCode::kSuccess) std::exit(EXIT_FAILURE);
  return {.at_rest = static_cast<double>(rest.bytes - before.bytes) / count,
          .at_peak = static_cast<double>(heap.peak - before.bytes) / count,
          .allocations = static_cast<double>(heap.allocations - rest.allocations) / count};
}

double allocations_of_a_frame() {
  Frames frames(ack);
  const sim::DhcpMessage message = release(7);
  const auto scratch = std::make_unique<sim::DecodeScratch>();
  const std::uint64_t before = heap().allocations;
  if (sim::write_frame(frames.slot(7), to_server(7), message) == 0) std::exit(EXIT_FAILURE);
  if (!sim::decode_frame(frames.frame(8), *scratch)) std::exit(EXIT_FAILURE);
  return static_cast<double>(heap().allocations - before);
}

bool measure_all() {
  fmt::print("{:>9} {:>16} {:>16} {:>22}\n", "adapters", "bytes at rest", "bytes at peak", "allocations a release");
  Figures figures;
  for (const std::int64_t adapters : {1'000, 10'000, 100'000, 1'000'000}) {
    figures = measure(adapters);
    fmt::print("{:>9} {:>16.1f} {:>16.1f} {:>22.5f}\n", adapters, figures.at_rest, figures.at_peak,
               figures.allocations);
  }
  bool met = target("bytes an adapter at rest, of 1000000", figures.at_rest, kMostAtRest);
  met &= target("bytes an adapter at the peak of a wave, of 1000000", figures.at_peak, kMostAtPeak);
  met &= target("allocations a release, of 1000000", figures.allocations, kMostAllocations);
  met &= target("allocations to build and to decode a frame", allocations_of_a_frame(), 0);
  return met;
}

}  // namespace
}  // namespace unlease::bench

int main() { return unlease::bench::measure_all() ? EXIT_SUCCESS : EXIT_FAILURE; }
