// What a DHCPRELEASE on the wire says, and what of RFC 2131, table 5, it breaks.
#pragma once

#include <cstdint>

#include "engine/hal.h"
#include "sim/packet.h"

namespace unlease::sim {

// Bits of ReleaseForm::broken.
namespace release_form {
inline constexpr std::uint8_t kFixedFields = 1U << 0U;  // hops, secs, flags, yiaddr, siaddr or giaddr is not zero
inline constexpr std::uint8_t kNames = 1U << 1U;        // sname or file is used
inline constexpr std::uint8_t kOldXid = 1U << 2U;       // the xid of an earlier exchange
inline constexpr std::uint8_t kPorts = 1U << 3U;        // not 68 to 67
inline constexpr std::uint8_t kDestination = 1U << 4U;  // not unicast to the server of option 54
inline constexpr std::uint8_t kSource = 1U << 5U;       // not from ciaddr
inline constexpr std::uint8_t kClientId = 1U << 6U;     // option 61 is not as it was when acquiring
inline constexpr std::uint8_t kOptions = 1U << 7U;      // 53 or 54 is missing, or there is another than 53, 54, 56, 61
}  // namespace release_form

struct ReleaseForm {
  Ipv4 ciaddr;
  Ipv4 server_id;  // option 54; none where it is not there
  std::uint32_t xid = 0;
  std::uint8_t broken = 0;
};

// Read back from the bytes, not from what the client meant. `client_id` is what it acquired with, empty for none;
// `old_xid` that of its exchange before. Precondition: write_frame() made the frame.
ReleaseForm read_release_form(Bytes frame, Bytes client_id, std::uint32_t old_xid);

}  // namespace unlease::sim
