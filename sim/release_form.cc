#include "sim/release_form.h"

#include <algorithm>
#include <cassert>

#include "sim/wire.h"

namespace unlease::sim {
namespace {

using namespace wire;

// What its options say.
struct Found {
  Ipv4 server_id;
  bool message_type = false;
  bool has_server_id = false;
  bool others = false;
  bool client_id = true;  // is the one expected
};

Found find_options(Bytes field, Bytes client_id) {
  Found found;
  Bytes left = client_id;  // of it: one that is longer than an option can be comes in pieces
  [[maybe_unused]] const bool complete = walk_options(field, [&](std::uint8_t code, Bytes data) {
    switch (code) {
      case option::kMessageType:
        found.message_type = true;
        return;
      case option::kServerId:
        found.has_server_id = data.size() == 4;
        if (found.has_server_id) found.server_id.value = load32(data.data());
        return;
      case option::kMessage:
        return;
      case option::kClientId:
        found.client_id =
            found.client_id && data.size() <= left.size() && std::ranges::equal(data, left.first(data.size()));
        if (found.client_id) left = left.subspan(data.size());
        return;
      default:
        found.others = true;
    }
  });
  assert(complete);
  found.client_id = found.client_id && left.empty();
  return found;
}

}  // namespace

ReleaseForm read_release_form(Bytes frame, Bytes client_id, std::uint32_t old_xid) {
  assert(frame.size() >= kMinFrame);
  const std::uint8_t* const ip = frame.data() + kIpAt;
  const std::uint8_t* const udp = frame.data() + kUdpAt;
  const std::uint8_t* const dhcp = frame.data() + kDhcpAt;
  const Found found = find_options(frame.subspan(kOptionsAt), client_id);
  ReleaseForm form{.ciaddr = Ipv4{load32(dhcp + dhcp::kCiaddr)},
                   .server_id = found.server_id,
                   .xid = load32(dhcp + dhcp::kXid),
                   .broken = 0};
  const Ipv4 source{load32(ip + 12)};
  const Ipv4 destination{load32(ip + 16)};
  const bool unicast = (frame[0] & 1U) == 0;
  const bool fixed_fields = dhcp[dhcp::kHops] == 0 && load32(dhcp + dhcp::kSecs) == 0 &&
                            load32(dhcp + dhcp::kYiaddr) == 0 && load32(dhcp + dhcp::kSiaddr) == 0 &&
                            load32(dhcp + dhcp::kGiaddr) == 0;
  const bool ports = load16(udp) == kClientPort && load16(udp + 2) == kServerPort;
  const auto need = [&](bool kept, std::uint8_t bit) {
    form.broken = static_cast<std::uint8_t>(form.broken | (kept ? 0 : bit));
  };
  need(fixed_fields, release_form::kFixedFields);
  need(is_zero(dhcp + dhcp::kSname, dhcp::kCookie - dhcp::kSname), release_form::kNames);
  need(form.xid != old_xid, release_form::kOldXid);
  need(ports, release_form::kPorts);
  need(unicast && destination == form.server_id, release_form::kDestination);
  need(source == form.ciaddr, release_form::kSource);
  need(found.client_id, release_form::kClientId);
  need(found.message_type && found.has_server_id && !found.others, release_form::kOptions);
  return form;
}

}  // namespace unlease::sim
