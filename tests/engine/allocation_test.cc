// The method allocates a handful of arrays, however many adapters there are. This file replaces the global operator new
// of the test program by one that counts.
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "engine/method.h"
#include "tests/support/mock_hal.h"

namespace {

std::size_t allocations = 0;

void* counted(std::size_t size) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

// Not inlined: GCC would take malloc and free for a mismatch with new and delete.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* memory = counted(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace unlease {
namespace {

// Completes each operation at once, and allocates nothing after it was made.
class PlainHal final : public Hal {
 public:
  explicit PlainHal(std::uint32_t count) : adapters_(test::adapters_of(count)) { batch_.reserve(count); }

  std::expected<std::span<const Adapter>, Error> adapters() override { return std::span<const Adapter>(adapters_); }
  OperationId begin(Operation, AdapterHandle handle) override {
    if (batch_seen_) batch_.clear();
    batch_seen_ = false;
    adapters_[static_cast<std::size_t>(handle)].address = {};
    batch_.push_back({OperationId{next_id_}, {}, {}, {}, {}});
    return OperationId{next_id_++};
  }
  std::span<const Completion> wait(Instant) override {
    batch_seen_ = true;
    return batch_;
  }
  Instant now() const override { return {}; }

 private:
  std::vector<Adapter> adapters_;
  std::vector<Completion> batch_;
  bool batch_seen_ = false;
  std::uint64_t next_id_ = 1;
};

std::size_t allocations_of_a_release(std::uint32_t adapters, const Options& options) {
  PlainHal hal(adapters);
  const std::size_t before = allocations;
  const Report report = release_dhcp_lease_all(hal, options);
  const std::size_t after = allocations;
  EXPECT_EQ(report.outcomes.size(), adapters);
  EXPECT_EQ(report.code, ReturnCode::kSuccess);
  return after - before;
}

TEST(Allocation, ReleaseAllAllocatesTheReportAndOneArrayHoweverManyAdapters) {
  for (const std::uint32_t max_in_flight : {0U, 16U}) {
    const Options options{.max_in_flight = max_in_flight};
    EXPECT_EQ(allocations_of_a_release(10, options), 2U);
    EXPECT_EQ(allocations_of_a_release(10'000, options), 2U);
  }
}

TEST(Allocation, VerifyAddsOneArray) {
  EXPECT_EQ(allocations_of_a_release(10, {.verify = true}), 3U);
  EXPECT_EQ(allocations_of_a_release(10'000, {.verify = true}), 3U);
}

}  // namespace
}  // namespace unlease
