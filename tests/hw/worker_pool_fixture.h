// A pool over calls that a test holds and lets go. Nothing here depends on how fast anything is: what must come is
// waited for without an end, what must not come is looked for after it could have come.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw/worker_pool.h"
#include "tests/support/mock_hal.h"
#include "tests/support/scripted_machine.h"

namespace unlease::hw {

inline constexpr Error kBusy = win32_error(Origin::kApi, win32::kBusy);
inline constexpr Error kNoThread = win32_error(Origin::kApi, win32::kNotEnoughMemory);

class WorkerPoolTest : public testing::Test {
 protected:
  // Lets all calls return, and waits until no thread is in the machine any more.
  ~WorkerPoolTest() override {
    pool_.reset();
    if (!gone_.valid()) return;
    if (const std::shared_ptr<test::ScriptedMachine> machine = machine_.lock()) machine->let_all_go();
    gone_.wait();
  }

  // A pool over adapters 0 to count - 1, listed.
  void make(std::uint32_t count, WorkerPoolOptions options = {}) {
    auto machine = std::make_shared<test::ScriptedMachine>(test::adapters_of(count));
    machine_ = machine;
    gone_ = machine->gone();
    options.make_thread = [this](const std::function<void()>& work) {
      if (threads_ == most_threads_ && ++refused_threads_ != thread_after_refusals_) {
        throw std::system_error(std::make_error_code(std::errc::not_enough_memory));
      }
      ++threads_;
      return std::thread([this, work] {
        work();
        const std::scoped_lock lock(mutex_);
        ++ended_threads_;
        thread_ended_.notify_all();
      });
    };
    pool_ = std::make_unique<WorkerPool>(std::move(machine), std::move(options));
    ASSERT_TRUE(pool_->adapters());
  }

  std::size_t ended_threads() {
    const std::scoped_lock lock(mutex_);
    return ended_threads_;
  }
  void await_ended_threads(std::size_t count) {
    std::unique_lock lock(mutex_);
    thread_ended_.wait(lock, [&] { return ended_threads_ >= count; });
  }

  // Precondition: the pool is there.
  test::ScriptedMachine& machine() { return *machine_.lock(); }

  OperationId release(std::uint32_t adapter) { return pool_->begin(Operation::kRelease, AdapterHandle{adapter}); }
  std::vector<OperationId> release_all(std::uint32_t count) {
    std::vector<OperationId> ids;
    for (std::uint32_t adapter = 0; adapter < count; ++adapter) ids.push_back(release(adapter));
    return ids;
  }

  // Waits until `count` operations have completed.
  std::vector<Completion> take(std::size_t count) {
    std::vector<Completion> all;
    while (all.size() < count) {
      const auto batch = pool_->wait(kNever);
      all.insert(all.end(), batch.begin(), batch.end());
    }
    return all;
  }
  // What has completed by now; workers are called.
  std::span<const Completion> poll() { return pool_->wait(pool_->now()); }
  // Calls workers until `count` calls have begun. Precondition: none of them returns.
  void poll_until_calls(std::size_t count) {
    while (machine().performed().size() < count) EXPECT_THAT(poll(), testing::IsEmpty());
  }

  std::unique_ptr<WorkerPool> pool_;
  std::weak_ptr<test::ScriptedMachine> machine_;
  std::size_t threads_ = 0;  // made so far
  std::size_t most_threads_ = SIZE_MAX;
  std::size_t refused_threads_ = 0;
  std::size_t thread_after_refusals_ = 0;  // at that refusal there are threads again

 private:
  std::mutex
      mutex_;  // over ended_threads_; atomic waits of libstdc++ 12 miss wake-ups where there is no futex: Windows
  std::condition_variable thread_ended_;
  std::size_t ended_threads_ = 0;
  std::future<void> gone_;
};

inline WorkerPoolOptions giving_up_after(Duration time, std::uint32_t max_workers) {
  WorkerPoolOptions options;
  options.max_workers = max_workers;
  options.give_up_after = time;
  return options;
}

// Gives up whoever is in a call as soon as somebody else waits.
inline WorkerPoolOptions impatient(std::uint32_t max_workers, std::uint32_t max_given_up = 64) {
  WorkerPoolOptions options = giving_up_after(Duration{0}, max_workers);
  options.max_given_up = max_given_up;
  return options;
}

inline WorkerPoolOptions patient(std::uint32_t max_workers) {
  return giving_up_after(std::chrono::hours(24), max_workers);
}

inline std::vector<OperationId> ids_of(const std::vector<Completion>& completions) {
  std::vector<OperationId> ids;
  for (const Completion& completion : completions) ids.push_back(completion.id);
  return ids;
}

}  // namespace unlease::hw
