// A machine whose operations block the calling thread, as those of the IP Helper API do: what a WorkerPool makes a Hal
// of.
#pragma once

#include <expected>
#include <span>

#include "engine/error.h"
#include "engine/hal.h"

namespace unlease::hw {

class BlockingMachine {
 public:
  virtual ~BlockingMachine() = default;

  // As Hal::adapters(): valid until the next call of it, an error's origin is kEnumeration. Called from the Hal's
  // thread, also while operations are being performed.
  virtual std::expected<std::span<const Adapter>, Error> adapters() = 0;

  // Performs `operation` on the adapter of this GUID, however long that takes, and returns how it ended;
  // ERROR_NOT_FOUND where there is no such adapter. Called from several threads at once, but never twice at once for
  // one adapter.
  virtual Error perform(Operation operation, const Guid& adapter) noexcept = 0;
};

}  // namespace unlease::hw
