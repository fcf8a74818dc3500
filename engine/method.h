// The method: Win32_NetworkAdapterConfiguration.ReleaseDHCPLeaseAll and its three siblings, over any Hal.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/hal.h"
#include "engine/mapping.h"
#include "engine/return_code.h"
#include "engine/time.h"

namespace unlease {

// How to call. The defaults are what a caller of the real method gets.
struct Options {
  // At most so many operations in flight; 0 means no limit.
  std::uint32_t max_in_flight = 0;
  // After this long, counted from begin(), an operation is given up and its slot is free again. None: 30 s for a
  // release, 90 s for a renew (a failing one takes Windows about a minute). Positive.
  std::optional<Duration> timeout{};
  // The whole call ends no later than this after it began: what is in flight then has timed out, what has not been
  // begun is not. None: no limit. Not negative.
  std::optional<Duration> deadline{};
  // After a release, take snapshots until the address is gone from each success; where it stays, the outcome is 83.
  bool verify = false;
  Duration verify_interval = std::chrono::milliseconds(250);  // positive
  Duration verify_timeout = std::chrono::seconds(5);          // not negative
  // Treat every adapter as under DHCP, whatever it says: Wine's never say so.
  bool assume_dhcp = false;
  Policies policies{};
};

// How an outcome was decided.
enum class Decision : std::uint8_t {
  kCompleted,   // the Hal completed it, whether well or badly
  kTimedOut,    // the engine gave it up; `error` is its own ERROR_TIMEOUT
  kVanished,    // the Hal said that the adapter is gone
  kUnverified,  // it succeeded, but its address was still there at verify_timeout; `error` is ERROR_INVALID_STATE
  kSkipped,     // policy: an adapter without IP; counts as absent; `error` is the provider's 84
  kNotStarted,  // the overall deadline came first; `error` is ERROR_TIMEOUT
};
std::string_view name(Decision decision);  // "completed", "timed_out", ...

// What became of one target.
struct Outcome {
  Guid guid;
  Error error;
  ReturnCode code{};
  Decision decision{};
  Instant queued;   // of an outcome that was never begun: all three are the moment that was decided
  Instant started;  // of one that timed out: the same as queued, for nobody knows
  Instant ended;
};

// What became of the call.
struct Report {
  Operation operation{};
  ReturnCode code{};                       // the method's number
  std::optional<Error> enumeration_error;  // set where the snapshot failed; then there are no outcomes
  std::vector<Outcome> outcomes;           // exactly one a target, in snapshot order
  Instant began;
  Instant ended;
  std::uint64_t late_completions = 0;      // of operations that had timed out; dropped
  std::uint64_t unknown_completions = 0;   // ids that this call never began; dropped
  std::uint64_t repeated_completions = 0;  // a second one of the same id; dropped
  std::uint64_t failed_snapshots = 0;      // while verifying; each was retried until verify_timeout
};

// Releases (renews) the leases of all adapters that are under DHCP. Loopback, tunnel and receive-only ones never are
// targets. A failed enumeration gives its own code; ERROR_NO_DATA there is an empty list.
// Allocates nothing an adapter after the snapshot but the report and flat arrays.
//
// Terminates whatever the Hal does, as long as its wait() returns. An empty wait that comes back before its deadline is
// repeated; the second in a row that leaves the clock where it is is taken for the deadline, and so is the 65,536th
// wait that brings nothing but unknown and repeated completions while the clock stands or is past the deadline. An
// operation whose id does not continue the count cannot be told from others: it is given up at its timeout.
Report release_dhcp_lease_all(Hal& hal, const Options& options);
Report renew_dhcp_lease_all(Hal& hal, const Options& options);

// The instance methods: the same on the one adapter `guid`, whatever its kind and state, and whatever the policy on
// adapters without IP: it is begun and the Hal answers, for example with 100 if it is not under DHCP.
// Where no adapter of the snapshot has that GUID, the one outcome is kVanished with ERROR_NOT_FOUND.
Report release_dhcp_lease(Hal& hal, const Guid& guid, const Options& options);
Report renew_dhcp_lease(Hal& hal, const Guid& guid, const Options& options);

}  // namespace unlease
