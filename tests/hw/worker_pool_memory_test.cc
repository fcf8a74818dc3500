// The pool where memory runs out at each single allocation: whatever is thrown, nothing is lost.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <set>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "hw/worker_pool.h"
#include "tests/support/mock_hal.h"
#include "tests/support/scripted_machine.h"

namespace {

// How many allocations of this thread succeed before all others fail.
constexpr int kNoneFails = -1;
thread_local int allocations_left = kNoneFails;

void* allocate(std::size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace unlease::hw {
namespace {

using test::ScriptedMachine;

constexpr std::uint32_t kAdapters = 20;

// Calls `function`, whose allocations fail from number `failing` on; false where it threw.
template <class Function>
bool survives(int failing, const Function& function) {
  allocations_left = failing;
  try {
    function();
  } catch (const std::bad_alloc&) {
    allocations_left = kNoneFails;
    return false;
  }
  allocations_left = kNoneFails;
  return true;
}

// A pool with a worker in a call that is held, on adapter 0, and an idle one.
class WorkerPoolMemory : public testing::TestWithParam<int> {
 protected:
  WorkerPoolMemory() {
    EXPECT_TRUE(pool_.adapters());
    machine_->hold(test::guid_of(0));
    release(0);
    release(1);
    take(1);
  }
  ~WorkerPoolMemory() override { machine_->let_all_go(); }

  OperationId release(std::uint32_t adapter) { return pool_.begin(Operation::kRelease, AdapterHandle{adapter}); }
  // Waits for so many completions; where memory is out, too, and then without that.
  std::vector<Completion> take(std::size_t count, bool memory_is_out = false) {
    std::vector<Completion> all;
    while (all.size() < count) {
      std::span<const Completion> batch;
      if (!survives(memory_is_out ? 0 : kNoneFails, [&] { batch = pool_.wait(kNever); })) batch = pool_.wait(kNever);
      all.insert(all.end(), batch.begin(), batch.end());
    }
    return all;
  }

  const std::shared_ptr<ScriptedMachine> machine_ = std::make_shared<ScriptedMachine>(test::adapters_of(kAdapters));
  WorkerPool pool_{machine_, {.max_workers = 2}};
};

TEST_P(WorkerPoolMemory, WhereItRunsOutNoCompletionIsLostAndNoAdapterStaysBusy) {
  std::vector<OperationId> begun;
  for (std::uint32_t adapter = 1; adapter < kAdapters; ++adapter) {
    OperationId id{};
    if (survives(GetParam(), [&] { id = release(adapter); })) begun.push_back(id);
  }
  std::set<OperationId> completed;
  for (const Completion& completion : take(begun.size(), true)) completed.insert(completion.id);
  EXPECT_EQ(completed, std::set<OperationId>(begun.begin(), begun.end()));

  for (std::uint32_t adapter = 1; adapter < kAdapters; ++adapter) release(adapter);
  for (const Completion& completion : take(kAdapters - 1)) EXPECT_EQ(completion.error, Error{});
}

INSTANTIATE_TEST_SUITE_P(Allocations, WorkerPoolMemory, testing::Values(kNoneFails, 0, 1, 2));

}  // namespace
}  // namespace unlease::hw
