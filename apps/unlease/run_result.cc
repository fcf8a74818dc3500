#include "apps/unlease/run_result.h"

namespace unlease::app {
namespace {

struct VerdictRow {
  std::string_view name;
  ExitCode exit_code;
};

// Indexed by RunVerdict.
constexpr std::array<VerdictRow, kRunVerdictCount> kVerdicts{{
    {"passed", ExitCode::kPassed},
    {"failed", ExitCode::kFailed},
    {"violated", ExitCode::kBroken},
    {"invalid", ExitCode::kInvalid},
    {"skipped", ExitCode::kPassed},
    {"error", ExitCode::kBroken},
}};

}  // namespace

std::string_view name(RunVerdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)].name; }

ExitCode exit_code(RunVerdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)].exit_code; }

std::uint64_t RunTotals::not_passed() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kRunVerdictCount; ++i) {
    if (kVerdicts[i].exit_code != ExitCode::kPassed) sum += counts[i];
  }
  return sum;
}

ExitCode RunTotals::exit_code() const {
  ExitCode worst = ExitCode::kPassed;
  for (std::size_t i = 0; i < kRunVerdictCount; ++i) {
    if (counts[i] != 0) worst = worse(worst, kVerdicts[i].exit_code);
  }
  return worst;
}

}  // namespace unlease::app
