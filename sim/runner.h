// Plays a scenario: world, timeline, calls of the method, expectations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/method.h"
#include "engine/time.h"
#include "sim/invariants.h"
#include "sim/ledger.h"
#include "sim/scenario.h"
#include "sim/trace.h"

namespace unlease::sim {

struct PlayOptions {
  std::optional<std::uint64_t> seed;  // instead of the scenario's own
  bool keep_trace = false;            // keep every record in the result
  bool keep_frames = false;           // and every frame
  bool check_invariants = true;       // off only to show what they cost
};

// One call of the method.
struct CallResult {
  Call call{};
  std::string adapter;  // of an instance call
  Report report;
};

// An expectation that was not met, or something that must not pass in silence (a fault that never fired).
struct Failure {
  Position position;     // the line that expected
  std::string subject;   // "code", "adapters.\"Wi-Fi\".address", "packets.release", "fault"
  std::string expected;  // "98 (Not all DHCP leases could be released/renewed)"
  std::string actual;
};

enum class Verdict : std::uint8_t {
  kPassed,
  kFailed,    // there are failures
  kViolated,  // an invariant was broken that the scenario does not expect
};
std::string_view name(Verdict verdict);  // "passed", "failed", "violated"

struct PlayResult {
  Verdict verdict = Verdict::kPassed;
  std::optional<ReturnCode> code;  // of the last call
  std::vector<CallResult> calls;   // in order
  std::vector<Failure> failures;
  std::vector<Violation> violations;  // those that were not expected; playing stops at the first
  std::vector<LedgerEntry> ledger;    // all leases at the end, ascending by adapter
  std::uint64_t fingerprint = 0;      // of the trace
  std::uint64_t records = 0;          // how many records the trace has
  std::uint64_t packets = 0;          // DHCP messages sent, of all types
  Duration virtual_time{0};           // from 0s until the last step had settled
  std::uint64_t seed = 0;             // the one used
  std::vector<TraceRecord> trace;     // where keep_trace
  Capture frames;                     // where keep_frames
};

// Never throws. Deterministic: the same scenario and seed give the same result on every machine.
PlayResult play(const Scenario& scenario, const PlayOptions& options = {});

}  // namespace unlease::sim
