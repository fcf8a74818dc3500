// The machine that `unlease adapters` and `unlease release` are about: a scenario's, or the one that this runs on.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apps/unlease/console.h"
#include "apps/unlease/this_machine.h"
#include "engine/hal.h"
#include "engine/method.h"
#include "hw/machine.h"
#include "hw/worker_pool.h"
#include "sim/simulated_machine.h"

namespace unlease::app {

struct ListedAdapter {
  Adapter adapter;
  const hw::AdapterDetails* details = nullptr;  // null for a scenario's; valid until the next snapshot
};

class ChosenMachine {
 public:
  // The machine of the scenario file `scenario`, as it is at 0s; `here` where that is empty. Where there is none, its
  // reason has been printed as `command`'s. `assume_dhcp` is added to options().
  static std::expected<ChosenMachine, ExitCode> open(const std::string& scenario, bool assume_dhcp,
                                                     std::string_view command, const ThisMachine& here,
                                                     Console& console);

  // The scenario's file; empty for this machine.
  std::string scenario() const { return simulated_ ? simulated_->scenario().file : std::string(); }
  bool is_this_machine() const { return real_ != nullptr; }
  bool is_remote_session() const { return real_ != nullptr && real_->is_remote_session(); }

  Hal& hal();
  // How the method is called on it.
  const Options& options() const { return options_; }
  // All adapters; none where is_no_data(), as for the method.
  std::expected<std::vector<ListedAdapter>, Error> list();
  // The name of an adapter of the latest snapshot; takes none itself, for that would count for a scenario's faults.
  std::string name_of(const Guid& adapter);

 private:
  ChosenMachine(sim::Scenario scenario, const Options& options);
  ChosenMachine(std::shared_ptr<hw::Machine> machine, const Options& options);

  std::unique_ptr<sim::SimulatedMachine> simulated_;  // either this
  std::shared_ptr<hw::Machine> real_;                 // or these
  std::unique_ptr<hw::WorkerPool> pool_;
  Options options_;
};

}  // namespace unlease::app
