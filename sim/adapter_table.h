// The adapters of a scenario, one row an adapter: [[adapter]] entries with their `count` multiplied out, without an
// allocation an adapter. An adapter's index here is its index everywhere in the simulator.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/hal.h"
#include "sim/scenario.h"

namespace unlease::sim {

// `text` as the ordinal of one of `count` adapters: "1" to "count", without leading zeros.
std::optional<std::uint32_t> parse_ordinal(std::string_view text, std::uint32_t count);

class AdapterTable {
 public:
  // Keeps a reference to `entries`, which must outlive it and not change.
  explicit AdapterTable(std::span<const AdapterSpec> entries);

  std::uint32_t size() const { return first_.back(); }
  // Precondition for all below: index < size().
  std::uint32_t entry_index(std::uint32_t index) const;
  const AdapterSpec& entry(std::uint32_t index) const { return entries_[entry_index(index)]; }
  AdapterName name(std::uint32_t index) const { return name(index, entry_index(index)); }
  AdapterName name(std::uint32_t index, std::uint32_t entry) const;  // where its entry is known
  // The half-open range of adapter indexes of an entry.
  std::uint32_t first_of(std::uint32_t entry) const { return first_[entry]; }
  std::uint32_t end_of(std::uint32_t entry) const { return first_[entry + 1]; }

  // The adapter of exactly that name.
  std::optional<std::uint32_t> find(std::string_view name) const;

  // The index that an adapter's GUID stands for, and the reverse. Every simulated world gives the adapter of an index
  // the same GUID.
  static Guid guid(std::uint32_t index);
  static std::optional<std::uint32_t> index_of(const Guid& guid);

 private:
  std::span<const AdapterSpec> entries_;
  std::vector<std::uint32_t> first_;  // of each entry, and the total at the end
};

}  // namespace unlease::sim
