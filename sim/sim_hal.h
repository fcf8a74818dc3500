// The Hal over a World: waiting is what makes virtual time pass.
#pragma once

#include <vector>

#include "engine/hal.h"
#include "sim/world.h"

namespace unlease::sim {

class SimHal final : public Hal {
 public:
  // Keeps a reference; several SimHals of one World, one after the other, continue the same ids.
  explicit SimHal(World& world) : world_(world) {}

  std::expected<std::span<const Adapter>, Error> adapters() override;
  OperationId begin(Operation operation, AdapterHandle adapter) override;
  std::span<const Completion> wait(Instant deadline) override;
  Instant now() const override { return world_.now(); }

 private:
  World& world_;
  std::span<const Adapter> snapshot_;
  std::vector<Completion> batch_;
};

}  // namespace unlease::sim
