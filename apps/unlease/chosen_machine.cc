#include "apps/unlease/chosen_machine.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "apps/unlease/report_json.h"
#include "apps/unlease/selection.h"
#include "apps/unlease/utf8.h"

namespace unlease::app {

std::expected<ChosenMachine, ExitCode> ChosenMachine::open(const std::string& scenario, bool assume_dhcp,
                                                           std::string_view command, const ThisMachine& here,
                                                           Console& console) {
  const auto with_assumption = [assume_dhcp](Options options) {
    options.assume_dhcp = options.assume_dhcp || assume_dhcp;
    return options;
  };
  if (scenario.empty()) {
    const Options options = with_assumption(here.options);
    if (std::shared_ptr<hw::Machine> machine = here.open(options.assume_dhcp)) {
      return ChosenMachine(std::move(machine), options);
    }
    return std::unexpected(
        usage_error(console, "this build knows the adapters of scenarios only: give --scenario FILE", command));
  }
  std::error_code error;
  const std::filesystem::path path = to_path(scenario);
  if (!std::filesystem::exists(path, error)) {
    return std::unexpected(usage_error(console, fmt::format("there is no file '{}'", scenario), command));
  }
  Selected selected{.file = to_utf8(path), .loaded = sim::load_scenario_file(path)};
  if (selected.loaded.scenario) {
    const Options options = with_assumption(selected.loaded.scenario->engine);
    return ChosenMachine(*std::move(selected.loaded.scenario), options);
  }
  console.err << render_diagnostics(selected);
  return std::unexpected(ExitCode::kInvalid);
}

ChosenMachine::ChosenMachine(sim::Scenario scenario, const Options& options)
    : simulated_(std::make_unique<sim::SimulatedMachine>(std::move(scenario))), options_(options) {}

ChosenMachine::ChosenMachine(std::shared_ptr<hw::Machine> machine, const Options& options)
    : real_(std::move(machine)), pool_(std::make_unique<hw::WorkerPool>(real_)), options_(options) {}

Hal& ChosenMachine::hal() {
  if (simulated_) return simulated_->hal();
  return *pool_;
}

std::expected<std::vector<ListedAdapter>, Error> ChosenMachine::list() {
  const auto adapters = hal().adapters();
  std::vector<ListedAdapter> listed;
  if (!adapters && is_no_data(adapters.error())) return listed;
  if (!adapters) return std::unexpected(adapters.error());
  const std::span<const hw::AdapterDetails> details = real_ ? real_->details() : std::span<const hw::AdapterDetails>();
  listed.reserve(adapters->size());
  for (std::size_t i = 0; i < adapters->size(); ++i) {
    listed.push_back({.adapter = (*adapters)[i], .details = real_ ? &details[i] : nullptr});
  }
  return listed;
}

std::string ChosenMachine::name_of(const Guid& adapter) {
  if (simulated_) return adapter_name(adapter, simulated_->world().adapters());
  for (const hw::AdapterDetails& one : real_->details()) {
    if (one.adapter.guid == adapter) return to_string(one.adapter.name);
  }
  return {};
}

}  // namespace unlease::app
