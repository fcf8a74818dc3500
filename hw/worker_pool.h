// The Hal over a machine whose operations block: each is performed by one of a few worker threads.
//
// A blocking call cannot be cancelled, and may hang for ever. So a worker whose call takes too long while others wait
// is given up once another one has been made, which takes its place; it keeps its thread until the call returns.
// Whatever hangs, wait() returns at its deadline and the destructor at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "engine/hal.h"
#include "engine/time.h"
#include "hw/blocking_machine.h"

namespace unlease::hw {

struct WorkerPoolOptions {
  // At most so many workers, those that were given up not counted. A worker is made when an operation is there that
  // nobody is free for, so there are never more than there were adapters with an operation in flight. At least 1.
  std::uint32_t max_workers = 64;
  // A worker that has been in one call for so long, while operations are queued and no more workers may be made, is
  // given up. Not negative; zero gives up as soon as the call has begun. Well below the timeout of an operation (30 s a
  // release), which those that wait for a place have, too; nothing is lost with a call that returns later.
  Duration give_up_after = std::chrono::seconds(5);
  // At most so many given up at a time. Beyond that, operations stay queued until a call returns.
  std::uint32_t max_given_up = 64;
  // Makes a thread that runs `work`, or throws std::system_error where there is none to be had.
  std::function<std::thread(const std::function<void()>& work)> make_thread = [](const auto& work) {
    return std::thread(work);
  };
};

// Besides what every Hal does:
//   - begin() only queues. A worker that becomes free takes the operation; those that sleep or have to be made are
//     called by the next wait() or adapters(), for all that was begun before: all sleepers with one wake-up where as
//     many operations are queued, else one sleeper an operation.
//   - The time between Completion::queued and started was spent in the queue, that between started and ended in the
//     machine's call. Operations are started in the order of begin().
//   - No two completions have the same `ended`; a batch may hold several instants, in order.
//   - The completion of a call that was given up still comes, should it return. Until then its adapter is busy.
//   - What is queued cannot be withdrawn: it is performed also after the caller no longer waits for it.
//   - adapters() is the machine's own, on the caller's thread: a listing that hangs is not given up.
//   - Where no thread can be made, operations wait for the workers that there are, and wait() tries again every
//     give_up_after (10 ms at least); without any worker, they complete with ERROR_NOT_ENOUGH_MEMORY.
//   - Where there is no memory to queue an operation, it completes with ERROR_NOT_ENOUGH_MEMORY. Without even that for
//     a completion, begin() and wait() throw std::bad_alloc; then nothing has begun, and no completion is lost.
class WorkerPool final : public Hal {
 public:
  // Shares the machine with the workers: it lives until the last call has returned, on whichever thread that is.
  explicit WorkerPool(std::shared_ptr<BlockingMachine> machine, WorkerPoolOptions options = {});
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // What is queued is never performed. Joins the workers that are not in a call, and leaves the others to themselves.
  ~WorkerPool() override;

  std::expected<std::span<const Adapter>, Error> adapters() override;
  OperationId begin(Operation operation, AdapterHandle adapter) override;
  std::span<const Completion> wait(Instant deadline) override;
  Instant now() const override;

 private:
  struct Worker;
  struct Shared;
  using Lock = std::unique_lock<std::mutex>;

  static void work(Shared& shared, Worker& self);

  // All of these: precondition: the lock on `shared_->mutex` is held.
  void call_workers();
  bool hire();
  Worker* stuck_longest() const;
  Instant next_give_up() const;

  const WorkerPoolOptions options_;
  const std::shared_ptr<Shared> shared_;
  std::span<const Adapter> snapshot_;
  std::vector<Completion> batch_;
  Instant hire_again_ = kNever;  // when to try it again, where the latest try failed
  std::uint64_t last_id_ = 0;
};

}  // namespace unlease::hw
