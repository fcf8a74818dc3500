// A Hal that passes everything on to another one, and checks the rules of engine/hal.h at each call.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>

#include <gtest/gtest.h>

#include "engine/hal.h"

namespace unlease::test {

class CheckedHal final : public Hal {
 public:
  explicit CheckedHal(Hal& hal) : hal_(hal) {}

  std::expected<std::span<const Adapter>, Error> adapters() override {
    auto snapshot = hal_.adapters();
    now();
    if (!snapshot) {
      EXPECT_EQ(snapshot.error().origin, Origin::kEnumeration);
    }
    return snapshot;
  }

  OperationId begin(Operation operation, AdapterHandle adapter) override {
    const Instant before = now();
    const OperationId id = hal_.begin(operation, adapter);
    if (last_id_) {
      EXPECT_EQ(number(id), *last_id_ + 1) << "ids count up by one";
    }
    last_id_ = number(id);
    in_flight_.emplace(id, Begun{before, now()});
    return id;
  }

  std::span<const Completion> wait(Instant deadline) override {
    const auto batch = hal_.wait(deadline);
    const Instant present = now();
    const Instant end_of_last_batch = last_end_;
    for (const Completion& completion : batch) {
      check(completion, present);
      EXPECT_TRUE(completion.ended != end_of_last_batch || is_newer(completion.id, known_at_last_batch_))
          << "completions of one instant come together";
    }
    if (batch.empty()) {
      EXPECT_GE(present, deadline) << "empty means the deadline";
      quiet_until_ = std::max(quiet_until_, deadline);
      known_when_quiet_ = last_id_;
    } else {
      known_at_last_batch_ = last_id_;
    }
    return batch;
  }

  Instant now() const override {
    const Instant present = hal_.now();
    EXPECT_GE(present, latest_) << "now() never goes back";
    latest_ = present;
    return present;
  }

  // Operations that were begun and have not completed.
  std::size_t in_flight() const { return in_flight_.size(); }

 private:
  // now() before and after begin().
  struct Begun {
    Instant before;
    Instant after;
  };

  static std::uint64_t number(OperationId id) { return static_cast<std::uint64_t>(id); }

  static bool is_newer(OperationId id, std::optional<std::uint64_t> known) { return !known || number(id) > *known; }

  void check(const Completion& completion, Instant present) {
    const auto begun = in_flight_.find(completion.id);
    if (begun == in_flight_.end()) {
      ADD_FAILURE() << "a completion of an operation that is not in flight: " << number(completion.id);
      return;
    }
    EXPECT_GE(completion.queued, begun->second.before);
    EXPECT_LE(completion.queued, begun->second.after);
    EXPECT_LE(completion.queued, completion.started);
    EXPECT_LE(completion.started, completion.ended);
    EXPECT_LE(completion.ended, present);
    EXPECT_GE(completion.ended, last_end_) << "completions come in order of `ended`";
    EXPECT_TRUE(completion.ended > quiet_until_ || is_newer(completion.id, known_when_quiet_))
        << "a completion wins over the deadline";
    in_flight_.erase(begun);
    last_end_ = completion.ended;
  }

  Hal& hal_;
  mutable Instant latest_ = Instant::min();
  std::optional<std::uint64_t> last_id_;
  std::map<OperationId, Begun> in_flight_;
  Instant last_end_ = Instant::min();
  std::optional<std::uint64_t> known_at_last_batch_;  // the last id that had been begun then
  Instant quiet_until_ = Instant::min();              // the latest deadline at which wait() was empty
  std::optional<std::uint64_t> known_when_quiet_;     // the last id that had been begun then
};

}  // namespace unlease::test
