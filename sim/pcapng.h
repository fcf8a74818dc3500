// A run's frames as a pcapng file (draft-ietf-opsawg-pcapng), for Wireshark and tshark: an interface a segment, virtual
// time stamps in nanoseconds from 0s, and for each packet a comment that says what the network did with it.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "sim/capture.h"
#include "sim/scenario.h"
#include "sim/trace.h"

namespace unlease::sim {

// Both of one run of `scenario`.
void write_pcapng(std::ostream& out, const Scenario& scenario, const Capture& capture,
                  std::span<const TraceRecord> trace);

// What became of each frame of `capture`, in its order: "delivered to 'dhcp1' at 1ms", "lost at 0s"; one entry a copy.
std::vector<std::vector<std::string>> frame_comments(const Scenario& scenario, const Capture& capture,
                                                     std::span<const TraceRecord> trace);

}  // namespace unlease::sim
