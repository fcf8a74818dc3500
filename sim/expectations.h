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

// Appends a failure where `expectation` names invariants, and other ones have been broken so far. Apart from the rest,
// for of the run as a whole that is known only after judge_end().
void judge_violations(const Expectation& expectation, const ViolationLog& log, std::vector<Failure>& failures);

// Whether the scenario says anywhere that the invariant is broken.
bool expects_violation(const Scenario& scenario, std::uint32_t invariant);

}  // namespace unlease::sim
