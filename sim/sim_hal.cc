#include "sim/sim_hal.h"

#include <cassert>

namespace unlease::sim {

std::expected<std::span<const Adapter>, Error> SimHal::adapters() {
  const auto snapshot = world_.snapshot();
  snapshot_ = snapshot.value_or(std::span<const Adapter>{});
  return snapshot;
}

OperationId SimHal::begin(Operation operation, AdapterHandle adapter) {
  const auto handle = static_cast<std::uint32_t>(adapter);
  assert(handle < snapshot_.size());
  return world_.begin(operation, snapshot_[handle].interface_index - 1);
}

std::span<const Completion> SimHal::wait(Instant deadline) {
  std::vector<Completion>& completed = world_.completions();
  // What was done at once may not be all that is done at this instant.
  while (world_.advance(completed.empty() ? deadline : world_.now())) {
  }
  batch_.clear();
  batch_.swap(completed);
  return batch_;
}

}  // namespace unlease::sim
