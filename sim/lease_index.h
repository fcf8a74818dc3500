// From a client's key to the pool offset that it has or had: open addressing, eight bytes a slot, no allocation but
// when it grows.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace unlease::sim {

class LeaseIndex {
 public:
  // The first offset under `hash` that `is_it(offset)` agrees to.
  template <class Predicate>
  std::optional<std::uint32_t> find(std::uint64_t hash, Predicate is_it) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = tag & mask(); slots_[at].offset != kEmpty; at = (at + 1) & mask()) {
      if (slots_[at].tag == tag && is_it(slots_[at].offset)) return slots_[at].offset;
    }
    return std::nullopt;
  }

  // Precondition: (hash, offset) is not in it.
  void insert(std::uint64_t hash, std::uint32_t offset) {
    if ((size_ + 1) * 8 > slots_.size() * 7) grow(slots_.empty() ? kFirstCapacity : slots_.size() * 2);
    place({tag_of(hash), offset});
    ++size_;
  }

  // Does nothing where (hash, offset) is not in it.
  void erase(std::uint64_t hash, std::uint32_t offset) {
    if (slots_.empty()) return;
    const std::uint32_t tag = tag_of(hash);
    std::size_t at = tag & mask();
    while (slots_[at].offset != offset || slots_[at].tag != tag) {
      if (slots_[at].offset == kEmpty) return;
      at = (at + 1) & mask();
    }
    // Later slots of the chain move up, so that no gap breaks it.
    for (std::size_t next = (at + 1) & mask(); slots_[next].offset != kEmpty; next = (next + 1) & mask()) {
      const std::size_t home = slots_[next].tag & mask();
      if (((next - home) & mask()) < ((next - at) & mask())) continue;
      slots_[at] = slots_[next];
      at = next;
    }
    slots_[at] = {};
    --size_;
  }

 private:
  static constexpr std::uint32_t kEmpty = 0xFFFFFFFF;
  static constexpr std::size_t kFirstCapacity = 16;

  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t offset = kEmpty;
  };

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U); }
  std::size_t mask() const { return slots_.size() - 1; }

  void place(Slot slot) {
    std::size_t at = slot.tag & mask();
    while (slots_[at].offset != kEmpty) at = (at + 1) & mask();
    slots_[at] = slot;
  }

  void grow(std::size_t capacity) {
    std::vector<Slot> old(capacity);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.offset != kEmpty) place(slot);
    }
  }

  std::vector<Slot> slots_;  // a power of two of them, or none
  std::size_t size_ = 0;
};

}  // namespace unlease::sim
