// A scenario's machine as a Hal, for whoever has code of their own to try on it: see docs/embedding.md. The scenario's
// calls are not made, for that is what the caller's code is for; what its timeline changes changes as time passes.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/hal.h"
#include "engine/method.h"
#include "sim/scenario.h"
#include "sim/world.h"

namespace unlease::sim {

class SimulatedMachine {
 public:
  // The scenario of a file; all mistakes that are in it, a line each, where it cannot be loaded.
  static std::expected<SimulatedMachine, std::string> load(const std::filesystem::path& file,
                                                           const WorldOptions& options = {});

  // As the scenario has it at 0s. Precondition: the scenario is one that was loaded.
  explicit SimulatedMachine(Scenario scenario, const WorldOptions& options = {});
  SimulatedMachine(const SimulatedMachine&) = delete;
  SimulatedMachine& operator=(const SimulatedMachine&) = delete;
  SimulatedMachine(SimulatedMachine&& from) noexcept;
  SimulatedMachine& operator=(SimulatedMachine&& from) noexcept;
  ~SimulatedMachine();

  // They stay where they are when the machine is moved.
  Hal& hal();
  World& world();
  const Scenario& scenario() const;

  // Lets the rest of the timeline and all packets in flight come to their end, and judges the scenario's [expect] then,
  // not those of its steps. A sentence for each expectation that is not met and for each invariant that was broken
  // unexpectedly; empty where all is well. `report` is for what expects codes, decisions and errors: without one these
  // are not met.
  std::vector<std::string> unmet_expectations(const Report* report = nullptr);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace unlease::sim
