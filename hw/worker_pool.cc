#include "hw/worker_pool.h"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <list>
#include <new>
#include <set>
#include <utility>

namespace unlease::hw {
namespace {

constexpr Error kBusyError = win32_error(Origin::kApi, win32::kBusy);
constexpr Error kNoMemoryError = win32_error(Origin::kApi, win32::kNotEnoughMemory);

// Some libraries wait on another clock, and add up to its time what is left: that must not overflow.
constexpr Duration kLongestSleep = std::chrono::hours(1);
// Between two tries to make a thread, however soon a worker is given up.
constexpr Duration kShortestPause = std::chrono::milliseconds(10);

Instant read_clock() { return Instant(std::chrono::steady_clock::now().time_since_epoch()); }

}  // namespace

struct WorkerPool::Worker {
  std::thread thread;
  Instant busy_since = kNever;  // kNever: not in a call
  bool given_up = false;        // then its thread is detached, and takes the worker off the list when it ends

  // Since when it has been in a call for which it may be given up; kNever: in none.
  Instant stuck_since() const { return given_up ? kNever : busy_since; }
};

// What outlives the pool while a call is under way.
struct WorkerPool::Shared {
  struct Task {
    OperationId id;
    Operation operation;
    Guid adapter;
    Instant queued;
  };

  std::shared_ptr<BlockingMachine> machine;
  std::mutex mutex;                       // over all below
  std::condition_variable called;         // where workers sleep
  std::condition_variable has_completed;  // where the Hal's thread does
  std::deque<Task> queue;
  std::size_t uncalled = 0;  // of the operations that were queued, those for which nobody was called yet
  std::set<Guid> busy;       // adapters with an operation queued or under way
  std::vector<Completion> completed;
  std::list<Worker> workers;
  std::size_t idle = 0;      // workers that are not in a call, also those whose thread only begins to run
  std::size_t given_up = 0;  // workers that are
  bool closing = false;
  Instant latest = Instant::min();  // what ends is later than this

  std::size_t staff() const { return workers.size() - given_up; }
  Instant present() const { return std::max(read_clock(), latest); }

  // For the completions of all that is busy, and so many more: workers allocate nothing, and cannot fail then.
  void make_room(std::vector<Completion>& completions, std::size_t more) const {
    const std::size_t wanted = completions.size() + busy.size() + more;
    if (completions.capacity() < wanted) completions.reserve(std::max(wanted, 2 * completions.capacity()));
  }

  // False where its adapter is busy. Nothing has changed where there is no memory.
  bool enqueue(const Task& task) {
    const auto [place, is_free] = busy.insert(task.adapter);
    if (!is_free) return false;
    try {
      queue.push_back(task);
    } catch (...) {
      busy.erase(place);
      throw;
    }
    ++uncalled;
    return true;
  }

  void complete(const Task& task, Instant started, Error error) {
    latest = std::max(read_clock(), latest + Duration(1));
    completed.emplace_back(task.id, error, task.queued, started, latest);
    if (completed.size() == 1) has_completed.notify_one();
  }

  void give_up(Worker& worker) {
    worker.thread.detach();
    worker.given_up = true;
    ++given_up;
  }
};

WorkerPool::WorkerPool(std::shared_ptr<BlockingMachine> machine, WorkerPoolOptions options)
    : options_(std::move(options)), shared_(std::make_shared<Shared>()) {
  assert(options_.max_workers > 0);
  shared_->machine = std::move(machine);
}

WorkerPool::~WorkerPool() {
  std::vector<std::thread> idle;
  {
    const Lock lock(shared_->mutex);
    shared_->closing = true;
    for (Worker& worker : shared_->workers) {
      if (worker.busy_since == kNever) {
        idle.push_back(std::move(worker.thread));
      } else if (!worker.given_up) {
        shared_->give_up(worker);
      }
    }
    shared_->called.notify_all();
  }
  for (std::thread& thread : idle) thread.join();
}

std::expected<std::span<const Adapter>, Error> WorkerPool::adapters() {
  {
    const Lock lock(shared_->mutex);
    call_workers();
  }
  const auto snapshot = shared_->machine->adapters();
  snapshot_ = snapshot.value_or(std::span<const Adapter>{});
  return snapshot;
}

OperationId WorkerPool::begin(Operation operation, AdapterHandle adapter) {
  const auto handle = static_cast<std::size_t>(adapter);
  assert(handle < snapshot_.size());
  const Lock lock(shared_->mutex);
  shared_->make_room(shared_->completed, 1);
  const OperationId id{++last_id_};
  const Shared::Task task{id, operation, snapshot_[handle].guid, shared_->present()};
  try {
    if (!shared_->enqueue(task)) shared_->complete(task, task.queued, kBusyError);
  } catch (const std::bad_alloc&) {
    shared_->complete(task, task.queued, kNoMemoryError);
  }
  return id;
}

std::span<const Completion> WorkerPool::wait(Instant deadline) {
  Shared& shared = *shared_;
  batch_.clear();
  Lock lock(shared.mutex);
  for (;;) {
    call_workers();
    if (!shared.completed.empty()) {
      shared.make_room(batch_, 0);
      batch_.swap(shared.completed);
      return batch_;
    }
    const Instant present = shared.present();
    if (present >= deadline) {
      shared.latest = std::max(shared.latest, deadline);
      return {};
    }
    const Instant until = std::min({deadline, next_give_up(), present + kLongestSleep});
    shared.has_completed.wait_until(lock, std::chrono::steady_clock::time_point(until.time_since_epoch()));
  }
}

Instant WorkerPool::now() const {
  const Lock lock(shared_->mutex);
  return shared_->present();
}

void WorkerPool::work(Shared& shared, Worker& self) {
  Lock lock(shared.mutex);
  for (;;) {
    shared.called.wait(lock, [&] { return shared.closing || !shared.queue.empty(); });
    if (shared.closing) return;
    const Shared::Task task = shared.queue.front();
    shared.queue.pop_front();
    --shared.idle;
    self.busy_since = shared.present();

    lock.unlock();
    const Error error = shared.machine->perform(task.operation, task.adapter);
    lock.lock();

    shared.busy.erase(task.adapter);
    shared.complete(task, self.busy_since, error);
    if (self.given_up) {
      --shared.given_up;
      shared.workers.remove_if([&](const Worker& worker) { return &worker == &self; });
      return;
    }
    self.busy_since = kNever;
    ++shared.idle;
  }
}

// Sees to it that every queued operation has somebody who takes it, as far as may be.
void WorkerPool::call_workers() {
  Shared& shared = *shared_;
  const std::size_t wanted = std::min(std::exchange(shared.uncalled, 0), shared.queue.size());
  if (wanted >= shared.idle) {
    shared.called.notify_all();
  } else {
    for (std::size_t i = 0; i < wanted; ++i) shared.called.notify_one();
  }

  hire_again_ = kNever;
  while (shared.queue.size() > shared.idle && hire()) {
  }
  for (; shared.staff() == 0 && !shared.queue.empty(); shared.queue.pop_front()) {
    const Shared::Task& task = shared.queue.front();
    shared.busy.erase(task.adapter);
    shared.complete(task, shared.present(), kNoMemoryError);
  }
}

// Makes a worker, where there is a place for one: a free one, or that of a worker who is given up then. Not before,
// for without a thread there would be nobody left.
bool WorkerPool::hire() {
  Shared& shared = *shared_;
  const bool has_place = shared.staff() < options_.max_workers;
  Worker* const stuck = has_place ? nullptr : stuck_longest();
  if (!has_place && stuck == nullptr) return false;
  try {
    Worker& worker = shared.workers.emplace_back();
    worker.thread = options_.make_thread([kept = shared_, &worker] { work(*kept, worker); });
  } catch (const std::exception&) {
    // No thread, or no memory for one.
    std::erase_if(shared.workers, [](const Worker& worker) { return !worker.given_up && !worker.thread.joinable(); });
    hire_again_ = saturating_add(shared.present(), std::max(options_.give_up_after, kShortestPause));
    return false;
  }
  ++shared.idle;
  if (stuck != nullptr) shared.give_up(*stuck);
  return true;
}

// Who may be given up, the longest in a call; null where nobody may yet. Precondition: there is a staff.
WorkerPool::Worker* WorkerPool::stuck_longest() const {
  if (shared_->given_up >= options_.max_given_up) return nullptr;
  Worker& longest = *std::ranges::min_element(shared_->workers, {}, &Worker::stuck_since);
  const Instant its_end = saturating_add(longest.stuck_since(), options_.give_up_after);
  return its_end > shared_->present() ? nullptr : &longest;
}

// No worker may be given up before this. Who is not in a call yet may begin one at any moment. Precondition:
// call_workers() has just been called, so that what is queued beyond the idle has no place, or no thread.
Instant WorkerPool::next_give_up() const {
  const Shared& shared = *shared_;
  if (hire_again_ != kNever) return hire_again_;
  if (shared.queue.size() <= shared.idle || shared.given_up >= options_.max_given_up) return kNever;
  Instant earliest = shared.present();
  for (const Worker& worker : shared.workers) earliest = std::min(earliest, worker.stuck_since());
  return saturating_add(earliest, options_.give_up_after);
}

}  // namespace unlease::hw
