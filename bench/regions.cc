// The hot parts of the product, each alone: what `./dev bench ab` and `record` measure.
//
//   regions --list        their names
//   regions --built-by    compiler and flags, a line each: figures of others are not compared
//   regions NAME          does the region's work once and prints how many nanoseconds that took
//
// Only hot_part() is timed, and only in there instructions are counted (callgrind --toggle-collect); what it needs is
// made before. Each run does the same.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/method.h"
#include "sim/event_queue.h"
#include "sim/packet.h"
#include "sim/random.h"
#include "sim/runner.h"
#include "sim/scenario_loader.h"
#include "sim/sim_hal.h"
#include "sim/world.h"

namespace {

namespace sim = unlease::sim;

// Returns whether everything was done.
using Work = std::move_only_function<bool()>;

// --- the method and the simulator ------------------------------------------------------------------------------------

sim::Scenario scenario_of(std::uint32_t adapters, std::string_view lease, std::string_view more = "") {
  const std::string text = fmt::format(R"(
version = 1
name = "region"
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.31.255.250"
[[adapter]]
name = "Ethernet"
count = {}
lease = {}
{})",
                                       adapters, lease, more);
  return std::move(*sim::load_scenario_text(text, "region").scenario);
}

struct BoundWorld {
  explicit BoundWorld(std::uint32_t adapters)
      : scenario(scenario_of(adapters, R"({ server = "dhcp1", state = "bound" })")), world(scenario) {}

  sim::Scenario scenario;
  sim::World world;
};

// One wave: bound adapters on one segment release their leases.
Work release(std::uint32_t adapters) {
  return [bound = std::make_unique<BoundWorld>(adapters)] {
    sim::World& world = bound->world;
    sim::SimHal hal(world);
    const unlease::Report report = unlease::release_dhcp_lease_all(hal, bound->scenario.engine);
    while (world.advance(world.now() + bound->scenario.segments[0].latency)) {
    }
    return report.code == unlease::ReturnCode::kSuccess && world.lease_count(0, sim::LeaseStatus::kBound) == 0;
  };
}

// A world is made, its adapters acquire a lease each and release it.
Work lifecycle(std::uint32_t adapters) {
  auto scenario = std::make_unique<sim::Scenario>(scenario_of(adapters, "{ acquire = true }", R"(
[[step]]
at = "3s"
call = "ReleaseDHCPLeaseAll"
expect = { code = 0, servers = { dhcp1 = { bound = 0 } } }
)"));
  return [scenario = std::move(scenario)] { return sim::play(*scenario).verdict == sim::Verdict::kPassed; };
}

// Completes each operation at once.
class InstantHal final : public unlease::Hal {
 public:
  explicit InstantHal(std::uint32_t adapters) {
    for (std::uint32_t index = 0; index < adapters; ++index) {
      adapters_.push_back({.guid = sim::AdapterTable::guid(index),
                           .name = unlease::AdapterName("Ethernet", index + 1),
                           .interface_index = index + 1,
                           .address = {0x0A000000 + index},
                           .dhcp_enabled = true});
    }
    batch_.reserve(adapters);
  }

  std::expected<std::span<const unlease::Adapter>, unlease::Error> adapters() override { return adapters_; }
  unlease::OperationId begin(unlease::Operation, unlease::AdapterHandle) override {
    const unlease::OperationId id{++begun_};
    batch_.push_back({.id = id, .error = {}, .queued = {}, .started = {}, .ended = {}});
    return id;
  }
  std::span<const unlease::Completion> wait(unlease::Instant) override { return batch_; }
  unlease::Instant now() const override { return {}; }

 private:
  std::vector<unlease::Adapter> adapters_;
  std::vector<unlease::Completion> batch_;
  std::uint64_t begun_ = 0;
};

Work engine(std::uint32_t adapters) {
  return [hal = std::make_unique<InstantHal>(adapters), adapters] {
    const unlease::Report report = unlease::release_dhcp_lease_all(*hal, {});
    return report.code == unlease::ReturnCode::kSuccess && report.outcomes.size() == adapters;
  };
}

// --- packets ---------------------------------------------------------------------------------------------------------

constexpr std::uint32_t kFrames = 1024;  // what is in memory at a time, so that it stays in the cache
constexpr std::size_t kSlot = 384;       // bytes for a frame

// DHCPACKs, one written over the other.
class Frames {
 public:
  Frames() : memory_(kFrames * kSlot) {
    message_.op = 2;
    message_.type = sim::MessageType::kAck;
    message_.subnet_mask = unlease::Ipv4{0xFFFF0000};
    message_.routers = kRouter;
    message_.domain_name = kDomain;
    message_.lease_seconds = 28800;
    message_.server_id = unlease::Ipv4{0x0A000001};
    for (const std::uint8_t code : {sim::option::kSubnetMask, sim::option::kRouters, sim::option::kDomainName,
                                    sim::option::kLeaseTime, sim::option::kServerId}) {
      message_.options.add(code);
    }
    for (std::uint32_t number = 0; number < kFrames; ++number) write(number);
  }

  bool write(std::uint32_t number) {
    message_.xid = number * 2654435761U;
    message_.yiaddr = {0x0A000100 + number};
    size_ = sim::write_frame(std::span(memory_).subspan(number % kFrames * kSlot, kSlot), endpoints_, message_);
    return size_ != 0;
  }
  bool read(std::uint32_t number) {
    const auto frame = sim::decode_frame(std::span(memory_).subspan(number % kFrames * kSlot, size_), scratch_);
    return frame && frame->message.yiaddr.value == 0x0A000100 + number % kFrames;
  }

 private:
  static constexpr std::array<std::uint8_t, 4> kRouter{10, 0, 0, 1};
  static constexpr std::array<std::uint8_t, 7> kDomain{'e', 'x', 'a', 'm', 'p', 'l', 'e'};

  std::vector<std::uint8_t> memory_;
  std::size_t size_ = 0;
  sim::DecodeScratch scratch_{};
  sim::DhcpMessage message_;
  sim::Endpoints endpoints_{.source_mac = {{2, 0, 0, 0, 0, 1}},
                            .destination_mac = {{2, 0, 0, 0, 0, 2}},
                            .source = {0x0A000001},
                            .destination = {0x0A000100},
                            .source_port = sim::kServerPort,
                            .destination_port = sim::kClientPort};
};

template <bool (Frames::*kEach)(std::uint32_t)>
Work each_frame(std::uint32_t count) {
  return [frames = std::make_unique<Frames>(), count] {
    std::uint32_t done = 0;
    for (std::uint32_t number = 0; number < count; ++number) done += (*frames.*kEach)(number) ? 1U : 0U;
    return done == count;
  };
}

// --- queue, loader ---------------------------------------------------------------------------------------------------

// The hold pattern: of 10,000 events the next is taken, and a new one put in later.
Work hold(std::uint32_t times) {
  const auto event = [](unlease::Instant now, std::uint32_t number) {
    const std::uint64_t bits = sim::draw(1, sim::Concern::kJitter, number, 0);
    return sim::Event(now + unlease::Duration(bits % 1'000'000'000), sim::EventKind::kClientTimer, number);
  };
  auto queue = std::make_unique<sim::EventQueue>();
  constexpr std::uint32_t kEvents = 10'000;
  for (std::uint32_t number = 0; number < kEvents; ++number) queue->push(event({}, number));
  return [queue = std::move(queue), event, times] {
    for (std::uint32_t number = 0; number < times; ++number) queue->push(event(queue->pop().at(), number));
    return queue->size() == kEvents;
  };
}

// A scenario of so many adapters with settings of their own is parsed and checked.
Work load(std::uint32_t tables) {
  std::string text = "version = 1\nname = \"region\"\n";
  text += "[[server]]\nname = \"dhcp1\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.10-10.31.255.250\"\n";
  for (std::uint32_t number = 0; number < tables; ++number) {
    text += fmt::format("[[adapter]]\nname = \"Ethernet-{}\"\n", number);
    text += "lease = { server = \"dhcp1\", state = \"bound\" }\n";
    text += "settings = { host_name = \"host\", gateways = [\"10.0.0.1\"] }\n";
  }
  return [text = std::move(text), tables] {
    const sim::Loaded loaded = sim::load_scenario_text(text, "region");
    return loaded.scenario && loaded.scenario->adapters.size() == tables;
  };
}

// --- what is measured ------------------------------------------------------------------------------------------------

struct Region {
  std::string_view name;
  Work (*prepare)(std::uint32_t size);
  std::uint32_t size;
};

constexpr Region kRegions[] = {
    {.name = "release_10000", .prepare = release, .size = 10'000},
    {.name = "lifecycle_1000", .prepare = lifecycle, .size = 1'000},
    {.name = "engine_100000", .prepare = engine, .size = 100'000},
    {.name = "codec_build", .prepare = each_frame<&Frames::write>, .size = 100'000},
    {.name = "codec_parse", .prepare = each_frame<&Frames::read>, .size = 100'000},
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

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
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
