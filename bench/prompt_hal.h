// Adapters that belong to no machine, and a Hal that completes each operation at once: what is left is the method's own
// work.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "engine/error.h"
#include "engine/hal.h"
#include "engine/time.h"
#include "sim/adapter_table.h"

namespace unlease::bench {

// N targets.
inline std::vector<Adapter> adapters_of(std::uint32_t count) {
  std::vector<Adapter> adapters;
  adapters.reserve(count);
  for (std::uint32_t number = 0; number < count; ++number) {
    adapters.push_back({.guid = sim::AdapterTable::guid(number),
                        .name = AdapterName("Ethernet", number + 1),
                        .interface_index = number + 1,
                        .address = {0x0A000000 + number},
                        .dhcp_enabled = true});
  }
  return adapters;
}

class PromptHal final : public Hal {
 public:
  explicit PromptHal(std::uint32_t adapters) : adapters_(adapters_of(adapters)) { batch_.reserve(adapters); }

  std::expected<std::span<const Adapter>, Error> adapters() override { return adapters_; }
  OperationId begin(Operation /*operation*/, AdapterHandle /*adapter*/) override {
    if (seen_) batch_.clear();
    seen_ = false;
    batch_.push_back({OperationId{next_id_}, {}, {}, {}, {}});
    return OperationId{next_id_++};
  }
  std::span<const Completion> wait(Instant /*deadline*/) override {
    seen_ = true;
    return batch_;
  }
  Instant now() const override { return {}; }

 private:
  std::vector<Adapter> adapters_;
  std::vector<Completion> batch_;
  bool seen_ = false;
  std::uint64_t next_id_ = 1;
};

}  // namespace unlease::bench
