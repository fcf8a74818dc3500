#include "engine/address_watch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace unlease {
namespace {

// Real GUIDs are random in all bits, simulated ones may differ in a few: two multiplications spread either.
std::size_t hash(const Guid& guid) {
  const auto half = std::bit_cast<std::array<std::uint64_t, 2>>(guid.bytes);
  std::uint64_t h = (half[0] ^ std::rotl(half[1], 32)) * 0x9E3779B97F4A7C15;
  h = (h ^ h >> 32 ^ half[1]) * 0xD6E8FEB86659FD93;
  return static_cast<std::size_t>(h ^ h >> 32);
}

}  // namespace

void AddressWatch::check(std::span<const Adapter> snapshot) {
  indexed_ = false;
  // Between two snapshots adapters come and go, but the rest keeps its order: each is where the one before it was
  // found, plus their distance.
  std::uint64_t shift = 0;  // modulo 2^64
  std::size_t kept = 0;
  for (Entry& entry : entries_) {
    const std::uint64_t guess = entry.position + shift;
    const bool guessed = guess < snapshot.size() && snapshot[guess].guid == entry.guid;
    const Adapter* adapter = guessed ? &snapshot[guess] : find(snapshot, entry.guid);
    if (adapter == nullptr) continue;
    const auto position = static_cast<std::uint32_t>(adapter - snapshot.data());
    shift = std::uint64_t{position} - entry.position;
    if (adapter->address != entry.address) continue;
    entry.position = position;
    entries_[kept++] = entry;
  }
  entries_.resize(kept);
}

const Adapter* AddressWatch::find(std::span<const Adapter> snapshot, const Guid& guid) {
  if (!indexed_) build_index(snapshot);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash(guid) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const Adapter& adapter = snapshot[slots_[slot] - 1];
    if (adapter.guid == guid) return &adapter;
  }
  return nullptr;
}

void AddressWatch::build_index(std::span<const Adapter> snapshot) {
  // At most half full, so that a search ends.
  slots_.assign(std::bit_ceil(2 * snapshot.size() + 2), 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < snapshot.size(); ++i) {
    const Guid& guid = snapshot[i].guid;
    std::size_t slot = hash(guid) & mask;
    while (slots_[slot] != 0 && snapshot[slots_[slot] - 1].guid != guid) slot = (slot + 1) & mask;
    if (slots_[slot] == 0) slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
  indexed_ = true;
}

}  // namespace unlease
