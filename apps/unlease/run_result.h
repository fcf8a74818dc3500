// What became of a scenario of `unlease run`, and the ways in which that is shown: text for people here, and documents,
// of which JSON is here and the others are in run_junit.h and run_markdown.h.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/unlease/exit_code.h"
#include "apps/unlease/json_writer.h"
#include "apps/unlease/selection.h"
#include "sim/runner.h"

namespace unlease::app {

enum class RunVerdict : std::uint8_t {
  kPassed,
  kFailed,
  kViolated,
  kInvalid,  // the file could not be loaded
  kSkipped,  // not run, because of --fail-fast
  kError,    // an internal error
};
inline constexpr std::size_t kRunVerdictCount = 6;
std::string_view name(RunVerdict verdict);  // "passed", ...
ExitCode exit_code(RunVerdict verdict);

struct RunResult {
  RunVerdict verdict = RunVerdict::kSkipped;
  std::optional<sim::PlayResult> play;  // where it was run
  std::string error;                    // where kError
  std::chrono::nanoseconds real_time{0};
};

// How many scenarios had each verdict.
struct RunTotals {
  std::array<std::uint64_t, kRunVerdictCount> counts{};

  std::uint64_t& operator[](RunVerdict verdict) { return counts[static_cast<std::size_t>(verdict)]; }
  std::uint64_t operator[](RunVerdict verdict) const { return counts[static_cast<std::size_t>(verdict)]; }
  // All that neither passed nor were skipped.
  std::uint64_t not_passed() const;
  ExitCode exit_code() const;
};

// How the text looks.
struct RunTextOptions {
  bool colour = false;
  std::size_t width = 0;      // of the column of files
  bool timing = false;        // real times beside the virtual ones
  std::string repeat_with{};  // options that a command needs to repeat this run, each after a space
};

// Text for people: a line a scenario, and what was expected where it failed.
class RunText {
 public:
  RunText(std::ostream& out, RunTextOptions options) : out_(out), options_(std::move(options)) {}

  void add(const Selected& selected, const RunResult& result);
  void finish(const RunTotals& totals, std::chrono::nanoseconds real_time);

 private:
  void add_failures(const Selected& selected, const sim::PlayResult& play);
  void add_ledger(const Selected& selected, const sim::PlayResult& play);
  void add_wire(const sim::Scenario& scenario, const sim::WireResult& wire);
  void add_violation(const Selected& selected, const sim::PlayResult& play, const sim::Violation& violation);

  std::ostream& out_;
  RunTextOptions options_;
};

// A document about a run: each scenario in file order, then the end.
class RunDocument {
 public:
  RunDocument() = default;
  RunDocument(const RunDocument&) = delete;
  RunDocument& operator=(const RunDocument&) = delete;
  virtual ~RunDocument() = default;

  virtual void add(const Selected& selected, const RunResult& result) = 0;
  virtual void finish(const RunTotals& totals) = 0;
};

// The document of docs/json-output.md, format "unlease-run".
class RunJson final : public RunDocument {
 public:
  RunJson(std::ostream& out, const std::vector<sim::Override>& overrides);

  void add(const Selected& selected, const RunResult& result) override;
  void finish(const RunTotals& totals) override;

 private:
  void add_play(const sim::Scenario& scenario, const sim::PlayResult& play);

  JsonWriter json_;
};

}  // namespace unlease::app
