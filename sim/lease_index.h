// From a client's key to the pool offset that it has or had: open addressing, eight bytes a slot, no allocation but
// when it grows.
#pragma once

#include <algorithm>
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
    for (std::size_t at = home_of(tag); slots_[at].offset != kEmpty; at = after(at)) {
      if (slots_[at].tag == tag && is_it(slots_[at].offset)) return slots_[at].offset;
    }
    return std::nullopt;
  }

  // Precondition: (hash, offset) is not in it.
  void insert(std::uint64_t hash, std::uint32_t offset) {
    if (size_ + 1 > room_in(slots_.size())) grow(std::max(kFirstCapacity, slots_.size() * 2));
    place({tag_of(hash), offset});
    ++size_;
  }

  // Does nothing where (hash, offset) is not in it.
  void erase(std::uint64_t hash, std::uint32_t offset) {
    if (slots_.empty()) return;
    const std::uint32_t tag = tag_of(hash);
    std::size_t at = home_of(tag);
    while (slots_[at].offset != offset || slots_[at].tag != tag) {
      if (slots_[at].offset == kEmpty) return;
      at = after(at);
    }
    // Later slots of the chain move up, so that no gap breaks it.
    for (std::size_t next = after(at); slots_[next].offset != kEmpty; next = after(next)) {
      if (distance(home_of(slots_[next].tag), next) < distance(at, next)) continue;
      slots_[at] = slots_[next];
      at = next;
    }
    slots_[at] = {};
    --size_;
  }

  // Room for so many without growing.
  void reserve(std::size_t size) {
    if (size > room_in(slots_.size())) grow(size + (size / 7) + 1);
  }

 private:
  static constexpr std::uint32_t kEmpty = 0xFFFFFFFF;
  static constexpr std::size_t kFirstCapacity = 16;

  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t offset = kEmpty;
  };

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U); }
  // At least an eighth stays empty, or chains would grow long.
  static std::size_t room_in(std::size_t slots) { return slots - ((slots + 7) / 8); }
  std::size_t home_of(std::uint32_t tag) const { return (std::uint64_t{tag} * slots_.size()) >> 32U; }
  std::size_t after(std::size_t at) const { return at + 1 == slots_.size() ? 0 : at + 1; }
  std::size_t distance(std::size_t from, std::size_t to) const {
    return to >= from ? to - from : to + slots_.size() - from;
  }

  void place(Slot slot) {
    std::size_t at = home_of(slot.tag);
    while (slots_[at].offset != kEmpty) at = after(at);
    slots_[at] = slot;
  }

  void grow(std::size_t capacity) {
    std::vector<Slot> old(capacity);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.offset != kEmpty) place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace unlease::sim
