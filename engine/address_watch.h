// Which released addresses are still there: the join of snapshots behind Options::verify.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/hal.h"

namespace unlease {

// Watches addresses until a snapshot shows that they are gone: the adapter has another address, none, or is not in the
// snapshot any more. Adapters are joined by GUID. A check costs time linear in what is watched while the order of the
// snapshots stays the same (adapters may come and go), and linear in the snapshot too where it does not.
class AddressWatch {
 public:
  struct Entry {
    Guid guid;
    Ipv4 address;
    std::uint32_t tag = 0;       // the caller's own
    std::uint32_t position = 0;  // in the snapshot where the adapter was seen last
  };

  void reserve(std::size_t count) { entries_.reserve(count); }
  void add(const Entry& entry) { entries_.push_back(entry); }

  // Forgets every entry whose address is gone from `snapshot`.
  void check(std::span<const Adapter> snapshot);

  // What is still there, in the order of add().
  std::span<const Entry> left() const { return entries_; }

 private:
  const Adapter* find(std::span<const Adapter> snapshot, const Guid& guid);
  void build_index(std::span<const Adapter> snapshot);

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // open addressing: position in the snapshot + 1, 0 where free
  bool indexed_ = false;              // slots_ describes the snapshot at hand
};

}  // namespace unlease
