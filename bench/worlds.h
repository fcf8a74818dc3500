// The worlds that benchmarks measure, and the wave of releases that most of them time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/method.h"
#include "sim/scenario.h"
#include "sim/world.h"

namespace unlease::bench {

// N adapters on one segment with one server, each with a lease; as text they have one table together, or each its own,
// with settings.
std::string one_table(std::int64_t adapters);
std::string many_tables(std::int64_t adapters);
sim::Scenario bound_adapters(std::int64_t adapters);

// The same on a segment where no packet takes as long as another, by up to 1 ms.
sim::Scenario jittered_adapters(std::int64_t adapters);

// The same where a tenth of the packets is lost, one release in 20 hangs until its timeout, and one adapter in 20 is
// pulled out while its release is under way; and, to compare with, without all that.
sim::Scenario faulty_adapters(std::int64_t adapters);
sim::Scenario clean_adapters(std::int64_t adapters);

// N adapters that acquire a lease each (four packets, and two announcements) and release it, with expectations.
sim::Scenario acquiring_adapters(std::int64_t adapters);

// One ReleaseDHCPLeaseAll through the Hal, until its last packet has been delivered or dropped.
Report release_all(sim::World& world);

// How long that takes in a new world, making it not included; none where fewer than `least` leases were freed.
std::optional<double> seconds_of_wave(const sim::Scenario& scenario, const sim::WorldOptions& options,
                                      std::uint64_t least);

// The suite: scenarios/, in order of the paths.
std::filesystem::path source_folder();
std::vector<std::filesystem::path> scenario_files();

}  // namespace unlease::bench
