// Plays a scenario: world, timeline, calls of the method, expectations.
#pragma once

#include <array>
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
#include "sim/world.h"

namespace unlease::sim {

struct PlayOptions {
  std::optional<std::uint64_t> seed{};  // instead of the scenario's own
  bool keep_trace = false;              // keep every record in the result
  bool keep_frames = false;             // and every frame
  bool check_invariants = true;         // off only to show what they cost
  // Where the wire is real; the scenario is then a side of one, see scenario_sides.h. Not owned.
  Outside* outside = nullptr;
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

// How it went on a real wire.
struct WireResult {
  std::uint32_t wanted = 0;                                 // leases that adapters have at 0s
  std::uint32_t acquired = 0;                               // so many of them
  Duration acquiring{0};                                    // how long that took, before 0s
  std::uint32_t kept = 0;                                   // leases that adapters still have at the end
  std::vector<HeardServer> servers;                         // in the order in which they were first heard
  std::array<std::uint64_t, kMessageTypeCount> received{};  // by the scenario's servers, by type
  std::array<std::uint64_t, kMessageTypeCount> sent{};      // by anybody in the scenario, by type
  std::uint64_t bound = 0;                                  // leases at the scenario's servers, at the end
  std::array<std::uint64_t, kPacketFaultCount> refused{};   // frames that were not understood, by what was wrong
  std::uint64_t overrun = 0;  // frames that came faster than they were taken; filled in by whoever has the interface
};

struct PlayResult {
  Verdict verdict = Verdict::kPassed;
  std::optional<ReturnCode> code;  // of the last call
  std::vector<CallResult> calls;   // in order
  std::vector<Failure> failures;
  std::vector<Violation> violations;  // those that were not expected; after the first no step is taken any more
  std::vector<Violation> expected_violations;  // by quirks, or because the scenario says so
  std::vector<LedgerEntry> ledger;             // all leases at the end, ascending by adapter
  std::uint64_t fingerprint = 0;               // of the trace
  std::uint64_t records = 0;                   // how many records the trace has
  std::uint64_t packets = 0;                   // DHCP messages sent, of all types
  Duration virtual_time{0};                    // from 0s until the last step had settled
  std::uint64_t seed = 0;                      // the one used
  std::vector<TraceRecord> trace;              // where keep_trace
  Capture frames;                              // where keep_frames
  std::optional<WireResult> wire;              // where it was real
};

// Never throws. Deterministic: the same scenario and seed give the same result on every machine, but on a real wire.
// There, adapters that are bound at 0s first acquire their leases, 64 at once; it is a failure where one gets none, and
// there has been none for 15 s. With servers alone it goes on until the run's deadline, or the wire has ended.
PlayResult play(const Scenario& scenario, const PlayOptions& options = {});

}  // namespace unlease::sim
