// A BlockingMachine whose calls block and answer as a test says. May be told from any thread.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <expected>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "hw/blocking_machine.h"

namespace unlease::test {

class ScriptedMachine final : public hw::BlockingMachine {
 public:
  explicit ScriptedMachine(std::vector<Adapter> adapters) : machine(std::move(adapters)) {}
  ScriptedMachine(const ScriptedMachine&) = delete;
  ScriptedMachine& operator=(const ScriptedMachine&) = delete;
  ~ScriptedMachine() override { gone_.set_value(); }

  std::expected<std::span<const Adapter>, Error> adapters() override {
    if (snapshot_error) return std::unexpected(*snapshot_error);
    snapshot_ = machine;
    return std::span<const Adapter>(snapshot_);
  }

  Error perform(Operation operation, const Guid& adapter) noexcept override {
    std::unique_lock lock(mutex_);
    performed_.push_back(adapter);
    most_for_one_ = std::max(most_for_one_, ++running_[adapter]);
    most_at_once_ = std::max(most_at_once_, ++in_calls_);
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_.contains(adapter); });
    lock.unlock();
    const Error error = answer ? answer(operation, adapter) : Error{};
    lock.lock();
    --running_[adapter];
    --in_calls_;
    return error;
  }

  // Calls for this adapter do not return before let_go().
  void hold(const Guid& adapter) {
    const std::scoped_lock lock(mutex_);
    held_.insert(adapter);
  }
  void let_go(const Guid& adapter) {
    const std::scoped_lock lock(mutex_);
    held_.erase(adapter);
    changed_.notify_all();
  }
  void let_all_go() {
    const std::scoped_lock lock(mutex_);
    held_.clear();
    changed_.notify_all();
  }

  // Blocks until so many calls have begun since the beginning.
  void await_calls(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return performed_.size() >= count; });
  }
  // The adapters of all calls, in the order in which they began.
  std::vector<Guid> performed() {
    const std::scoped_lock lock(mutex_);
    return performed_;
  }
  std::size_t most_at_once() {
    const std::scoped_lock lock(mutex_);
    return most_at_once_;
  }
  std::size_t most_at_once_for_one_adapter() {
    const std::scoped_lock lock(mutex_);
    return most_for_one_;
  }

  // Becomes ready when the machine is destroyed, that is, when the last thread has left it. May be called once.
  std::future<void> gone() { return gone_.get_future(); }

  // Of the Hal's thread.
  std::vector<Adapter> machine;
  std::optional<Error> snapshot_error;
  std::function<Error(Operation, const Guid&)> answer;  // called on worker threads; success without one

 private:
  std::vector<Adapter> snapshot_;
  std::promise<void> gone_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<Guid> held_;
  std::map<Guid, std::size_t> running_;
  std::vector<Guid> performed_;
  std::size_t in_calls_ = 0;
  std::size_t most_at_once_ = 0;
  std::size_t most_for_one_ = 0;
};

}  // namespace unlease::test
