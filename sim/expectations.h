// Judges what a scenario expects against what a World is like now.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/method.h"
#include "sim/invariants.h"
#include "sim/runner.h"
#include "sim/scenario.h"
#include "sim/world.h"

namespace unlease::sim {

// Appends a failure for each member of `expectation` that is not so. `report` is that of the last call, null before
// the first.
void judge_expectation(const Expectation& expectation, const World& world, const Report* report,
                       std::vector<Failure>& failures);

// What can be judged only when all has settled: disagreements without a cause and what else has no end of its own are
// reported to the checker; a fault that never fired is a failure.
void judge_end(World& world, const std::vector<LedgerEntry>& ledger, std::vector<Failure>& failures);

// Whether a member is about what calls returned, rather than what the world is like; and whether there is any member
// that judge_expectation() looks at.
bool asks_for_codes(const Expectation& expectation);
bool asks_anything(const Expectation& expectation);

// The invariants that the run must break, as steps and the end have them; none where nothing is said of any.
std::optional<Expected<std::vector<std::uint32_t>>> expected_violations(const Scenario& scenario);

// The violations that the scenario does not expect. One that it expects and that did not occur is a failure. Those of
// adapters with quirks are asked for and need not be named, but an empty list says that they occur neither.
std::vector<Violation> judge_violations(const Scenario& scenario, const InvariantChecker& checker,
                                        std::vector<Failure>& failures);

}  // namespace unlease::sim
