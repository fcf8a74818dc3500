// A machine as an API that blocks shows it: what a WorkerPool makes a Hal of.
#pragma once

#include <expected>
#include <span>

#include "engine/hal.h"

namespace unlease::hw {

class BlockingMachine {
 public:
  BlockingMachine() = default;
  BlockingMachine(const BlockingMachine&) = delete;
  BlockingMachine& operator=(const BlockingMachine&) = delete;
  virtual ~BlockingMachine() = default;

  // As Hal::adapters(); called from the Hal's thread.
  virtual std::expected<std::span<const Adapter>, Error> adapters() = 0;

  // Performs `operation` on the adapter of this GUID, however long it takes, and says how it ended. Called from worker
  // threads, several at once, also during adapters(). Does not throw.
  virtual Error perform(Operation operation, const Guid& adapter) = 0;
};

}  // namespace unlease::hw
