// What the tests of worlds, runs and invariants share: scenarios as text, played.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "sim/runner.h"
#include "sim/scenario_loader.h"
#include "sim/simulated_machine.h"
#include "sim/world.h"

namespace unlease::sim {

// A server "dhcp1" with the pool 10.0.0.10-19 and leases of an hour, and a bound adapter "Ethernet".
inline constexpr std::string_view kServer = R"(
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.19"
lease = "1h"
)";
inline constexpr std::string_view kBound = R"(
[[adapter]]
name = "Ethernet"
lease = { server = "dhcp1", state = "bound" }
)";

// The scenario of a text that begins with a newline; "version = 1" is put before it, so that the text's second line is
// line 2. A mistake in it fails the test, aloud.
inline std::unique_ptr<Scenario> scenario_of(const std::string& text) {
  const Loaded loaded = load_scenario_text("version = 1" + text, "test");
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << to_string("test", diagnostic);
  return std::make_unique<Scenario>(loaded.scenario.value_or(Scenario{}));
}

// Joins the parts of a scenario.
template <class... Parts>
std::string join(const Parts&... parts) {
  std::string text;
  ((text += parts), ...);
  return text;
}

inline PlayResult play_text(const std::string& text, PlayOptions options = {}) {
  options.keep_trace = true;
  const std::unique_ptr<Scenario> scenario = scenario_of(text);
  return play(*scenario, options);
}

// What a user would read of a result, for messages.
inline std::string text_of(const PlayResult& result) {
  std::string text(name(result.verdict));
  for (const Failure& failure : result.failures) {
    text += "\n  line " + std::to_string(failure.position.line) + ": " + failure.subject + ": expected " +
            failure.expected + ", actual " + failure.actual;
  }
  for (const Violation& violation : result.violations) {
    text += "\n  invariant " + std::to_string(violation.invariant) + ": " + violation.what;
  }
  return text;
}

inline ::testing::AssertionResult passes(const PlayResult& result) {
  if (result.verdict == Verdict::kPassed) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << text_of(result);
}
inline ::testing::AssertionResult passes(const std::string& text) { return passes(play_text(text)); }

inline std::uint32_t code_of(const PlayResult& result) { return result.code ? value(*result.code) : 0xDEAD; }

inline std::vector<TraceRecord> records_of(const PlayResult& result, TraceKind kind) {
  std::vector<TraceRecord> found;
  std::ranges::copy_if(result.trace, std::back_inserter(found),
                       [kind](const TraceRecord& record) { return record.kind == kind; });
  return found;
}

inline std::uint64_t fingerprint_of(const std::vector<TraceRecord>& records) {
  Fingerprint fingerprint;
  fingerprint.add(records);
  return fingerprint.value();
}

inline std::vector<std::uint32_t> numbers_of(const std::vector<Violation>& violations) {
  std::vector<std::uint32_t> numbers;
  for (const Violation& violation : violations) numbers.push_back(violation.invariant);
  return numbers;
}

// A world with its scenario, for tests that let time pass themselves.
struct TestWorld {
  explicit TestWorld(const std::string& text, const WorldOptions& options = {.seed = {}, .keep_trace = true})
      : machine(std::make_unique<SimulatedMachine>(*scenario_of(text), options)), world(&machine->world()) {}

  World* operator->() const { return world; }

  // All that is due up to and at that time.
  void run_until(Duration time) const {
    while (world->advance(Instant(time))) {
    }
  }
  // Begins the operation, lets up to `patience` pass, and returns the error it completed with, if it did.
  std::optional<Error> operate(Operation operation, std::uint32_t adapter,
                               Duration patience = std::chrono::seconds(100)) const {
    const OperationId id = world->begin(operation, adapter);
    const Instant limit = world->now() + patience;
    std::optional<Error> error;
    while (!(error = take(id)) && world->advance(limit)) {
    }
    return error;
  }
  std::optional<Error> release(std::uint32_t adapter) const { return operate(Operation::kRelease, adapter); }
  std::optional<Error> renew(std::uint32_t adapter) const { return operate(Operation::kRenew, adapter); }
  // The error of a completed operation, once.
  std::optional<Error> take(OperationId id) const {
    std::vector<Completion>& all = world->completions();
    const auto found = std::ranges::find(all, id, &Completion::id);
    if (found == all.end()) return std::nullopt;
    const Error error = found->error;
    all.erase(found);
    return error;
  }
  const std::vector<Violation>& violations() const { return world->context().recorder.invariants().log().unscripted(); }

  std::unique_ptr<SimulatedMachine> machine;
  World* world;
};

}  // namespace unlease::sim

namespace unlease {
inline void PrintTo(const Error& error, std::ostream* out) { *out << describe(error); }
inline void PrintTo(Ipv4 address, std::ostream* out) { *out << to_string(address); }
}  // namespace unlease
