// What Windows writes into memory of ours: a size that grows between two calls, and pointers that are believed only
// where they point into that memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "hw/iphelper/api.h"

namespace unlease::hw {

// A piece of memory that a function of Windows filled.
class Buffer {
 public:
  explicit Buffer(std::size_t size) : words_(size / sizeof(Word) + 1), size_(size) {}

  void* data() { return words_.data(); }
  std::size_t size() const { return size_; }

  // The T at `place`, where it lies in here as a whole, `used` bytes of it being enough; else null, as for null.
  template <class T>
  const T* at(const void* place, std::size_t used = sizeof(T)) const {
    const auto first = reinterpret_cast<std::uintptr_t>(words_.data());
    const auto here = reinterpret_cast<std::uintptr_t>(place);
    const bool inside = here >= first && here - first <= size_ && size_ - (here - first) >= used;
    return inside && here % alignof(T) == 0 ? static_cast<const T*>(place) : nullptr;
  }
  // What the memory begins with.
  template <class T>
  const T* begin(std::size_t used = sizeof(T)) const {
    return at<T>(words_.data(), used);
  }

  // The text at `place`, up to its terminator or the end of the memory; none for what points elsewhere.
  template <class Char>
  std::basic_string_view<Char> text(const Char* place) const {
    const Char* const first = at<Char>(place);
    if (first == nullptr) return {};
    const auto* const end = reinterpret_cast<const std::byte*>(words_.data()) + size_;
    const auto most = static_cast<std::size_t>(end - reinterpret_cast<const std::byte*>(first)) / sizeof(Char);
    const std::basic_string_view<Char> all(first, most);
    return all.substr(0, all.find(Char{}));
  }

 private:
  using Word = std::max_align_t;
  std::vector<Word> words_;
  std::size_t size_;
};

// Calls `fill(memory, size)`, which answers with `too_small` and the size it wants, or with the end of the matter:
// ERROR_ SUCCESS or a failure. The size may be another one by the next call, so it is tried three times, as Microsoft's
// page of GetAdaptersAddresses has it. The error where it failed; `too_small` where it kept growing, or wanted over 64
// MiB.
template <class Fill>
std::expected<Buffer, DWORD> filled(std::size_t first_size, DWORD too_small, Fill fill) {
  constexpr int kTries = 3;
  constexpr std::size_t kMost = std::size_t{64} << 20U;
  ULONG wanted = static_cast<ULONG>(first_size);
  for (int i = 0; i < kTries && wanted <= kMost; ++i) {
    Buffer buffer(wanted);
    const DWORD error = fill(buffer.data(), &wanted);
    if (error == ERROR_SUCCESS) return buffer;
    if (error != too_small) return std::unexpected(error);
  }
  return std::unexpected(too_small);
}

}  // namespace unlease::hw
