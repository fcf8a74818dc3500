// Hals for tests. MockHal answers what a test says, call by call; FakeHal is a small machine in virtual time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "engine/hal.h"

namespace unlease::test {

inline constexpr Instant at(Duration since_zero) { return Instant{since_zero}; }

// A GUID that tells its number, big end first, so that GUIDs order like their numbers.
inline Guid guid_of(std::uint32_t number) {
  Guid guid;
  for (std::size_t i = 0; i < 4; ++i) guid.bytes[12 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  return guid;
}

// An Ethernet adapter under DHCP with an address of its own.
inline Adapter adapter_of(std::uint32_t number) {
  return {.guid = guid_of(number),
          .name = AdapterName("Ethernet", number),
          .interface_index = number + 1,
          .address = {0x0A000000 + number + 10},
          .dhcp_enabled = true};
}

inline std::vector<Adapter> adapters_of(std::uint32_t count) {
  std::vector<Adapter> adapters;
  adapters.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) adapters.push_back(adapter_of(i));
  return adapters;
}

// Without expectations: lists `machine`, counts ids up from 1000, never completes anything, and lets time pass at once.
class MockHal : public Hal {
 public:
  static constexpr std::uint64_t kFirstId = 1000;

  MockHal() {
    ON_CALL(*this, adapters).WillByDefault([this] { return std::span<const Adapter>(machine); });
    ON_CALL(*this, begin).WillByDefault([this](Operation, AdapterHandle) { return OperationId{next_id++}; });
    ON_CALL(*this, wait).WillByDefault([this](Instant deadline) { return reaches(deadline); });
    ON_CALL(*this, now).WillByDefault([this] { return time; });
  }

  MOCK_METHOD((std::expected<std::span<const Adapter>, Error>), adapters, (), (override));
  MOCK_METHOD(OperationId, begin, (Operation, AdapterHandle), (override));
  MOCK_METHOD(std::span<const Completion>, wait, (Instant), (override));
  MOCK_METHOD(Instant, now, (), (const, override));

  // For a wait(): nothing, and `instant` has come.
  std::span<const Completion> reaches(Instant instant) {
    time = std::max(time, instant);
    return {};
  }
  // For a wait(): `completions`, and the instant of their end has come.
  std::span<const Completion> completes(std::vector<Completion> completions) {
    batch_ = std::move(completions);
    for (const Completion& completion : batch_) time = std::max(time, completion.ended);
    return batch_;
  }
  // The completion of the `nth` begin(), from 0, begun at `queued` and ended at `ended`.
  static Completion nth(std::uint64_t nth, Instant ended, Error error = {}, Instant queued = {}) {
    return {OperationId{kFirstId + nth}, error, queued, queued, ended};
  }

  std::vector<Adapter> machine;
  Instant time{};
  std::uint64_t next_id = kFirstId;

 private:
  std::vector<Completion> batch_;
};

// Carries out what `plan` says about each operation, `linger` later takes a released address away, and keeps count.
class FakeHal final : public Hal {
 public:
  struct Plan {
    Duration work{};  // from begin() to completion
    Error error{};
    bool hangs = false;
  };

  explicit FakeHal(std::vector<Adapter> adapters) : machine(std::move(adapters)) {}

  std::expected<std::span<const Adapter>, Error> adapters() override {
    const auto failure = snapshot_errors.find(snapshots++);
    if (failure != snapshot_errors.end()) return std::unexpected(failure->second);
    if (before_snapshot) before_snapshot(snapshots - 1);
    for (const auto& [guid, instant] : gone_at_) {
      const auto adapter = std::ranges::find(machine, guid, &Adapter::guid);
      if (instant <= time && adapter != machine.end()) adapter->address = {};
    }
    snapshot_ = machine;
    return std::span<const Adapter>(snapshot_);
  }

  OperationId begin(Operation operation, AdapterHandle handle) override {
    const Adapter& adapter = snapshot_.at(static_cast<std::size_t>(handle));
    begun.push_back(adapter.guid);
    peak_in_flight = std::max(peak_in_flight, ++in_flight);
    const OperationId id{next_id++};
    const Plan plan_of_it = plan(operation, adapter);
    if (!plan_of_it.hangs) {
      const Instant ended = time + plan_of_it.work;
      inject({id, plan_of_it.error, time, time, ended});
      if (operation == Operation::kRelease && is_success(plan_of_it.error)) gone_at_[adapter.guid] = ended + linger;
    }
    return id;
  }

  std::span<const Completion> wait(Instant deadline) override {
    batch_.clear();
    if (pending_.empty() || pending_.begin()->first > deadline) {
      time = std::max(time, deadline);
      return {};
    }
    const Instant instant = pending_.begin()->first;
    const auto [first, last] = pending_.equal_range(instant);
    for (auto it = first; it != last; ++it) batch_.push_back(it->second);
    pending_.erase(first, last);
    in_flight -= std::min(in_flight, batch_.size());
    time = std::max(time, instant);
    return batch_;
  }

  Instant now() const override { return time; }

  // Makes a wait() return `completion`, which may be of any id, when it has ended.
  void inject(const Completion& completion) { pending_.emplace(completion.ended, completion); }

  std::vector<Adapter> machine;
  std::function<Plan(Operation, const Adapter&)> plan = [](Operation, const Adapter&) { return Plan{}; };
  Duration linger{};
  std::map<std::size_t, Error> snapshot_errors;             // by number of the snapshot, from 0
  std::function<void(std::size_t number)> before_snapshot;  // may change `machine`
  Instant time{};
  std::uint64_t next_id = 1;

  std::size_t snapshots = 0;
  std::vector<Guid> begun;
  std::size_t in_flight = 0;  // hanging operations stay in it
  std::size_t peak_in_flight = 0;

 private:
  std::vector<Adapter> snapshot_;
  std::vector<Completion> batch_;
  std::multimap<Instant, Completion> pending_;  // those of one instant in the order of inject()
  std::map<Guid, Instant> gone_at_;
};

}  // namespace unlease::test
