#include "sim/adapter_table.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace unlease::sim {
namespace {

// A fixed UUID of version 4 whose last four bytes are the index, big-endian.
constexpr std::array<std::uint8_t, 12> kGuidPrefix{0x75, 0x6e, 0x6c, 0x65, 0x61, 0x73,
                                                   0x45, 0x00, 0x80, 0x00, 0x00, 0x00};

}  // namespace

std::optional<std::uint32_t> parse_ordinal(std::string_view text, std::uint32_t count) {
  std::uint32_t ordinal = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ordinal);
  if (error != std::errc{} || end != text.data() + text.size() || text.front() == '0') return std::nullopt;
  return ordinal <= count ? std::optional(ordinal) : std::nullopt;
}

AdapterTable::AdapterTable(std::span<const AdapterSpec> entries) : entries_(entries) {
  first_.reserve(entries.size() + 1);
  std::uint32_t total = 0;
  first_.push_back(total);
  for (const AdapterSpec& entry : entries) first_.push_back(total += entry.size());
}

std::uint32_t AdapterTable::entry_index(std::uint32_t index) const {
  assert(index < size());
  const auto above = std::ranges::upper_bound(first_, index);
  return static_cast<std::uint32_t>(above - first_.begin()) - 1;
}

AdapterName AdapterTable::name(std::uint32_t index, std::uint32_t entry) const {
  const AdapterSpec& spec = entries_[entry];
  return AdapterName(spec.name, spec.count ? index - first_[entry] + 1 : 0);
}

std::optional<std::uint32_t> AdapterTable::find(std::string_view name) const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const AdapterSpec& spec = entries_[i];
    if (!name.starts_with(spec.name)) continue;
    const std::string_view rest = name.substr(spec.name.size());
    if (!spec.count) {
      if (rest.empty()) return first_[i];
    } else if (rest.starts_with(' ')) {
      if (const auto ordinal = parse_ordinal(rest.substr(1), *spec.count)) return first_[i] + *ordinal - 1;
    }
  }
  return std::nullopt;
}

Guid AdapterTable::guid(std::uint32_t index) {
  Guid guid;
  std::ranges::copy(kGuidPrefix, guid.bytes.begin());
  for (std::size_t i = 0; i < 4; ++i) guid.bytes[12 + i] = static_cast<std::uint8_t>(index >> (24 - 8 * i));
  return guid;
}

std::optional<std::uint32_t> AdapterTable::index_of(const Guid& guid) {
  if (!std::ranges::equal(kGuidPrefix, std::span(guid.bytes).first<12>())) return std::nullopt;
  std::uint32_t index = 0;
  for (std::size_t i = 12; i < 16; ++i) index = index << 8 | guid.bytes[i];
  return index;
}

}  // namespace unlease::sim
