// The client under test and its server, as the client tests name them.
#pragma once

#include "sim/client.h"
#include "tests/sim/packet_test_support.h"

namespace unlease::sim {

inline constexpr Ipv4 kAddress{0x0A00000AU};
inline constexpr Ipv4 kServerAddress{0x0A000001U};
inline constexpr MacAddress kMac{{2, 0, 0, 0, 0, 1}};
inline constexpr Instant kStart{};

}  // namespace unlease::sim
