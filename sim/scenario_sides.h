// One side of a scenario, for a wire on which the other side is real: its adapters, whose servers are whatever answers,
// or its servers, whose clients are whoever asks.
#pragma once

#include <vector>

#include "sim/scenario.h"
#include "sim/scenario_loader.h"

namespace unlease::sim {

struct ScenarioSide {
  Scenario scenario;
  std::vector<Diagnostic> mistakes;  // why it cannot be played on a real wire, in order; none: it can
  std::vector<Diagnostic> notes;     // what this side cannot judge or play of the whole scenario, in order
};

// The adapters, host, faults and calls. Mistakes: no adapters, several segments with adapters, a lease that would have
// to be waited for (renewing, rebinding, expired). Not judged: servers, what servers send, the ledger.
ScenarioSide client_side(Scenario scenario);

// The servers, and the changes of them and of their segment. Mistakes: no servers, several segments with servers. Not
// judged: calls, adapters, what clients send.
ScenarioSide server_side(Scenario scenario);

}  // namespace unlease::sim
