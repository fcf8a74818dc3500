#include "bench/heap.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace unlease::bench {
namespace {

Heap counts;

}  // namespace

Heap& heap() { return counts; }

}  // namespace unlease::bench

namespace {

using unlease::bench::heap;

// Stands before each piece of memory.
constexpr std::size_t kHeader = alignof(std::max_align_t);

void* counted(std::size_t size) noexcept {
  void* const memory = std::malloc(size + kHeader);
  if (memory == nullptr) return nullptr;
  *static_cast<std::size_t*>(memory) = size;
  ++heap().allocations;
  heap().bytes += size;
  heap().peak = std::max(heap().peak, heap().bytes);
  return static_cast<std::byte*>(memory) + kHeader;
}

void discounted(void* memory) noexcept {
  if (memory == nullptr) return;
  void* const whole = static_cast<std::byte*>(memory) - kHeader;
  heap().bytes -= *static_cast<std::size_t*>(whole);
  std::free(whole);
}

}  // namespace

// Not inlined: GCC would take malloc and free for a mismatch with new and delete.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* memory = counted(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { discounted(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { discounted(memory); }
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept { discounted(memory); }
