#include "sim/simulated_machine.h"

#include <utility>

#include <fmt/format.h>

#include "sim/expectations.h"
#include "sim/scenario_loader.h"
#include "sim/sim_hal.h"

namespace unlease::sim {

struct SimulatedMachine::Parts {
  Parts(Scenario from, const WorldOptions& options) : scenario(std::move(from)), world(scenario, options), hal(world) {}

  Scenario scenario;
  World world;
  SimHal hal;
};

std::expected<SimulatedMachine, std::string> SimulatedMachine::load(const std::filesystem::path& file,
                                                                    const WorldOptions& options) {
  Loaded loaded = load_scenario_file(file);
  if (loaded.scenario) return SimulatedMachine(*std::move(loaded.scenario), options);
  std::string mistakes;
  for (const Diagnostic& diagnostic : loaded.diagnostics) mistakes += to_string(file.string(), diagnostic) + '\n';
  return std::unexpected(std::move(mistakes));
}

SimulatedMachine::SimulatedMachine(Scenario scenario, const WorldOptions& options)
    : parts_(std::make_unique<Parts>(std::move(scenario), options)) {}
SimulatedMachine::SimulatedMachine(SimulatedMachine&& from) noexcept = default;
SimulatedMachine& SimulatedMachine::operator=(SimulatedMachine&& from) noexcept = default;
SimulatedMachine::~SimulatedMachine() = default;

Hal& SimulatedMachine::hal() { return parts_->hal; }
World& SimulatedMachine::world() { return parts_->world; }
const Scenario& SimulatedMachine::scenario() const { return parts_->scenario; }

std::vector<std::string> SimulatedMachine::unmet_expectations(const Report* report) {
  const Scenario& scenario = parts_->scenario;
  World& world = parts_->world;
  world.advance_to(Instant(scenario.steps.back().at));
  world.apply_changes(scenario.steps.size());
  world.mark();
  while (world.marks_open() && world.advance(kNever)) {
  }

  std::vector<Failure> failures;
  judge_expectation(scenario.expect, world, report, failures);
  judge_end(world, world.ledger(), failures);
  const ViolationLog& log = world.context().recorder.invariants().log();
  judge_violations(scenario.expect, log, failures);
  std::vector<std::string> unmet;
  unmet.reserve(failures.size());
  for (const Failure& failure : failures) {
    unmet.push_back(fmt::format("{}:{}:{}: {}: expected {}, got {}", scenario.file, failure.position.line,
                                failure.position.column, failure.subject, failure.expected, failure.actual));
  }
  for (const Violation& violation : log.unscripted()) {
    if (expects_violation(scenario, violation.invariant)) continue;
    unmet.push_back(fmt::format("{}: invariant {} was broken: {}", scenario.file, violation.invariant, violation.what));
  }
  return unmet;
}

}  // namespace unlease::sim
