// What was found broken in a run, and what led there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/time.h"
#include "sim/adapter_table.h"
#include "sim/trace.h"

namespace unlease::sim {

// An invariant does not hold (numbers as in README, "What must hold in every run").
struct Violation {
  struct Event {
    std::uint64_t ordinal = 0;  // in the trace, from 0
    TraceRecord record;
  };

  std::uint32_t invariant = 0;  // 1-9, 12
  std::uint64_t event = 0;      // the ordinal of the record that showed it; of what the run's end shows, the last one
  Instant at;
  std::optional<std::uint32_t> adapter;
  std::string what;            // a sentence with the values that collide
  std::vector<Event> history;  // the last records about that adapter, oldest first
};

// The violations of a run, and its latest records, from which they take their history.
class ViolationLog {
 public:
  // Keeps a reference.
  explicit ViolationLog(const AdapterTable& adapters) : table_(adapters) {}

  void note(const TraceRecord& record) { recent_[records_++ % kHistory] = record; }

  // The record noted last shows it. Of many of one invariant the first are kept.
  void add(std::uint32_t invariant, Instant at, std::optional<std::uint32_t> adapter, std::string what);

  // What an adapter breaks by its own quirks is what the scenario asked for; the rest is not.
  const std::vector<Violation>& scripted() const { return scripted_; }
  const std::vector<Violation>& unscripted() const { return unscripted_; }
  std::uint64_t records() const { return records_; }

 private:
  static constexpr std::size_t kHistory = 1024;

  bool is_scripted(std::uint32_t invariant, std::uint32_t adapter) const;
  std::vector<Violation::Event> history_of(std::uint32_t adapter) const;

  const AdapterTable& table_;
  std::array<TraceRecord, kHistory> recent_{};  // a ring
  std::uint64_t records_ = 0;
  std::vector<Violation> scripted_;
  std::vector<Violation> unscripted_;
};

// The adapter that a record is about; kNobody where it is about none.
std::uint32_t adapter_of(const TraceRecord& record);

}  // namespace unlease::sim
