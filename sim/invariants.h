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
#include "sim/touch.h"
#include "sim/trace.h"
#include "sim/violation.h"

namespace unlease::sim {

class InvariantChecker {
 public:
  // Keeps references to both.
  InvariantChecker(const Scenario& scenario, const AdapterTable& adapters);

  // See touch.h. Precondition: there are such an adapter and such a server.
  void touch(std::uint32_t adapter, std::uint32_t server, std::uint32_t offset) const {
    sim::touch(&adapters_[adapter]);
    const LeaseViews& leases = leases_[server];
    if (offset >= leases.status.size()) return;
    sim::touch(&leases.expires[offset]);
    sim::touch(&leases.adapter[offset]);
    sim::touch(&leases.status[offset]);
  }

  void observe(std::span<const TraceRecord> records);

  // At the end of the run: leases that should have expired, and whether it came before the run's deadline.
  void finish(Instant now, Instant deadline);

  // What a server itself counts, by LeaseStatus, is what its records tell, and adds up to its pool.
  using LeaseCounts = std::array<std::uint64_t, 4>;
  void check_counts(std::uint32_t server, const LeaseCounts& counts, Instant now);

  // What it found; others add what only they can see.
  ViolationLog& log() { return log_; }
  const ViolationLog& log() const { return log_; }

 private:
  // 12 bytes, for there may be a million.
  struct AdapterView {
    Ipv4 address;
    Ipv4 server_id;
    std::uint8_t open_operations = 0;  // 255 stands for more, too
    bool outcome_due : 1 = false;      // it is a target of the present call, and has no outcome yet
    bool has_outcome : 1 = false;      // in the present call
    bool dhcp : 1 = true;
    bool present : 1 = true;
    bool release_sent : 1 = false;        // for the present lease
    bool removed_in_release : 1 = false;  // the address, by the operation that is open
    bool quiet : 1 = false;               // released: no timers and no packets are due
    bool scripted_answer : 1 = false;     // a fault answers the open operation
    bool leased : 1 = false;              // it has an address, be that 0.0.0.0: see offer_address
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
  void begin_call(const TraceRecord& record);
  void note_targets();
  void end_call(const TraceRecord& record);
  void not_freed(const TraceRecord& record);
  std::string name_of(std::uint32_t adapter) const;

  const Scenario& scenario_;
  const AdapterTable& table_;
  ViolationLog log_;
  std::vector<AdapterView> adapters_;
  std::vector<LeaseViews> leases_;             // by server
  std::vector<std::optional<Ipv4>> accepted_;  // by server: the ciaddr of a release it accepted and did not free yet
  bool call_running_ = false;
  bool targets_unknown_ = false;  // the present call is on all adapters, and has not listed them yet
};

}  // namespace unlease::sim
