// Work on several threads whose results are taken in order on one.
#pragma once

#include <algorithm>
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace unlease::app {

// Calls make(i) for each 0 <= i < count on `jobs` threads (at least 1), and take(i, result) on the calling thread, in
// ascending order, as soon as the results up to i are there. Ends early when take() returns false: what was made beyond
// is dropped. make() must not throw. No more than a few results a thread wait for their turn, so that one slow item
// does not pile up the others' results.
template <class Make, class Take>
void ordered_parallel(std::size_t count, unsigned jobs, const Make& make, const Take& take) {
  using Result = decltype(make(std::size_t{}));
  constexpr std::size_t kAheadPerThread = 8;
  assert(jobs > 0);
  const std::size_t threads_wanted = std::min<std::size_t>(jobs, count);
  const std::size_t window = kAheadPerThread * threads_wanted;

  std::vector<std::optional<Result>> slots(window);  // of item i: i modulo window
  std::size_t taken = 0;
  std::mutex mutex;  // over slots and taken
  std::condition_variable_any changed;
  std::atomic<std::size_t> next{0};

  const auto work = [&](const std::stop_token& stop) {
    for (std::size_t i = next++; i < count && !stop.stop_requested(); i = next++) {
      {
        std::unique_lock lock(mutex);
        if (!changed.wait(lock, stop, [&] { return i < taken + window; })) return;
      }
      Result result = make(i);
      const std::scoped_lock lock(mutex);
      slots[i % window].emplace(std::move(result));
      changed.notify_all();
    }
  };

  // Destroyed first, also when take() throws: asks all to stop, wakes those that wait, and joins them.
  std::vector<std::jthread> threads;
  threads.reserve(threads_wanted);
  for (std::size_t i = 0; i < threads_wanted; ++i) threads.emplace_back(work);

  for (std::size_t i = 0; i < count; ++i) {
    std::optional<Result>& slot = slots[i % window];
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return slot.has_value(); });
    Result result = std::move(*slot);
    slot.reset();
    ++taken;
    changed.notify_all();
    lock.unlock();
    if (!take(i, std::move(result))) return;
  }
}

}  // namespace unlease::app
