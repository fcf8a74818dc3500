// What must hold in every run, checked over the records as they come (numbers as in README, "What must hold in every
// run").
//
// The checker knows the records and the scenario only, not the simulator: it keeps its own view of every adapter and
// every lease, so a mistake in the simulator shows as a record that does not fit.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/hal.h"
#include "engine/time.h"
#include "sim/adapter_table.h"
#include "sim/scenario.h"
#include "sim/trace.h"

namespace unlease::sim {

// One of those does not hold.
struct Violation {
  std::uint32_t invariant = 0;  // 1-9, 12
  std::uint64_t event = 0;      // the ordinal of the record that showed it, from 0
  Instant at;
  std::optional<std::uint32_t> adapter;
  std::string what;                  // a sentence with the values that collide
  std::vector<TraceRecord> history;  // the last records about that adapter, oldest first
};

class InvariantChecker {
 public:
  // Keeps references to both.
  InvariantChecker(const Scenario& scenario, const AdapterTable& adapters);

  void observe(std::span<const TraceRecord> records);

  // At the end of the run: leases that should have expired, and whether it came before the run's deadline.
  void finish(Instant now, Instant deadline);

  // Found by whoever can see it: the ledger (8), the runner (12).
  void report(std::uint32_t invariant, Instant at, std::optional<std::uint32_t> adapter, std::string what);

  // Violations of adapters with quirks are what the scenario asked for; the others are not.
  const std::vector<Violation>& scripted() const { return scripted_; }
  const std::vector<Violation>& unscripted() const { return unscripted_; }
  std::uint64_t records() const { return records_; }

 private:
  // 12 bytes, for there may be a million.
  struct AdapterView {
    Ipv4 address;
    Ipv4 server_id;
    std::uint8_t open_operations = 0;  // 255 stands for more, too
    bool outcome_due : 1 = false;      // an operation of the present call has no outcome yet
    bool has_outcome : 1 = false;      // in the present call
    bool dhcp : 1 = true;
    bool release_sent : 1 = false;        // for the present lease
    bool removed_in_release : 1 = false;  // the address, by the operation that is open
    bool quiet : 1 = false;               // released: no timers and no packets are due
    bool scripted_answer : 1 = false;     // a fault answers the open operation
    bool has_quirks : 1 = false;
  };
  static_assert(sizeof(AdapterView) == 12);
  // Of a server's addresses, by pool offset, as far as touched: 13 bytes each, for there may be a million.
  struct LeaseViews {
    std::vector<Instant> expires;
    std::vector<std::uint32_t> adapter;
    std::vector<std::uint8_t> status;

    void reserve(std::size_t size);
    void resize(std::size_t size);
  };

  void observe_record(const TraceRecord& record);
  void observe_adapter(const TraceRecord& record, AdapterView& view);
  void observe_began(const TraceRecord& record, AdapterView& view) const;
  void observe_ended(const TraceRecord& record, AdapterView& view);
  void observe_outcome(const TraceRecord& record, AdapterView& view);
  void observe_release(const TraceRecord& record, AdapterView& view);
  void observe_sent(const TraceRecord& record);
  void observe_judged(const TraceRecord& record);
  void observe_lease(const TraceRecord& record);
  bool same_client(std::uint32_t one, std::uint32_t other) const;
  void end_call(const TraceRecord& record);
  void not_freed(const TraceRecord& record);
  std::string name_of(std::uint32_t adapter) const;
  void violate(std::uint32_t invariant, const TraceRecord& record, std::uint32_t adapter, std::string what);

  static constexpr std::size_t kHistory = 1024;

  const Scenario& scenario_;
  const AdapterTable& table_;
  std::vector<AdapterView> adapters_;
  std::vector<LeaseViews> leases_;              // by server
  std::vector<std::optional<Ipv4>> accepted_;   // by server: the ciaddr of a release it accepted and did not free yet
  std::array<TraceRecord, kHistory> recent_{};  // a ring
  std::uint64_t records_ = 0;
  bool call_running_ = false;
  std::vector<Violation> scripted_;
  std::vector<Violation> unscripted_;
};

}  // namespace unlease::sim
