// Any bytes into the decoder. What it accepts is within bounds, and comes back as it was when it is built again.
#include <cstddef>
#include <cstdint>

#include "sim/packet.h"
#include "tests/fuzz/require.h"
#include "tests/sim/packet_test_support.h"

namespace unlease::sim {
namespace {

// Views of options, and their codes.
struct View {
  std::uint8_t code;
  Bytes DhcpMessage::* bytes;
};
constexpr View kViews[] = {{option::kRouters, &DhcpMessage::routers},
                           {option::kDomainNameServers, &DhcpMessage::domain_name_servers},
                           {option::kNetbiosNameServers, &DhcpMessage::netbios_name_servers},
                           {option::kHostName, &DhcpMessage::host_name},
                           {option::kDomainName, &DhcpMessage::domain_name},
                           {option::kParameterRequestList, &DhcpMessage::parameter_request_list},
                           {option::kMessage, &DhcpMessage::message},
                           {option::kClientId, &DhcpMessage::client_id}};
// The other options that are built.
constexpr std::uint8_t kValues[] = {option::kSubnetMask,  option::kNetbiosNodeType, option::kRequestedAddress,
                                    option::kLeaseTime,   option::kMessageType,     option::kServerId,
                                    option::kRenewalTime, option::kRebindingTime};

bool within(Bytes inner, Bytes outer) {
  return inner.data() >= outer.data() && inner.data() + inner.size() <= outer.data() + outer.size();
}

void require_bounds(const DhcpMessage& message, Bytes frame, const DecodeScratch& scratch) {
  const int type = static_cast<int>(message.type);
  require(type > 0 && type < kMessageTypeCount, "the message type is a known one");
  require(message.options.has(option::kMessageType), "there is a message type");
  for (const View& view : kViews) {
    const Bytes bytes = message.*view.bytes;
    if (!message.options.has(view.code)) continue;
    require(!bytes.empty(), "an option that is there has a value");
    require(within(bytes, frame) || within(bytes, scratch.bytes), "views are of the frame or of the scratch memory");
  }
}

void require_same(const DhcpMessage& left, const DhcpMessage& right) {
  for (const View& view : kViews) {
    require(left.options.has(view.code) == right.options.has(view.code), "the same options are there");
    require(!left.options.has(view.code) || to_vector(left.*view.bytes) == to_vector(right.*view.bytes),
            "options have the same bytes");
  }
  for (const std::uint8_t code : kValues) {
    require(left.options.has(code) == right.options.has(code), "the same options with a number are there");
  }
}

// Built from what was decoded, and decoded again, and built again: the same message, and the same bytes.
void require_round_trip(const DecodedFrame& decoded) {
  ByteVector first(kMaxFrame);
  first.resize(write_frame(first, decoded.endpoints, decoded.message));
  if (first.empty()) return;  // what was in sname and file has no room here
  DecodeScratch scratch;
  const auto again = decode_frame(first, scratch);
  require(again.has_value(), "what is built can be decoded");
  require_same(decoded.message, again->message);
  ByteVector second(kMaxFrame);
  second.resize(write_frame(second, again->endpoints, again->message));
  require(first == second, "what is built twice is the same");
  const auto key = peek_key(first);
  require(key && key->xid == decoded.message.xid && key->chaddr == decoded.message.chaddr, "the key is the message's");
}

void decode(Bytes frame) {
  static DecodeScratch scratch;
  (void)peek_key(frame);
  const auto decoded = decode_frame(frame, scratch);
  if (!decoded) {
    require(static_cast<int>(decoded.error()) < kPacketFaultCount, "the fault has a name");
    return;
  }
  require_bounds(decoded->message, frame, scratch);
  require_round_trip(*decoded);
}

// The same with lengths and checksums put right, for no mutation finds them; empty where there is no room for headers.
ByteVector repaired(ByteVector frame) {
  constexpr std::size_t kSmallest = 14 + 20 + 8;
  if (frame.size() < kSmallest) return {};
  put16(frame, 12, 0x0800);
  const std::size_t udp_at = 14 + (frame[14] & 15U) * 4U;
  if (udp_at < 34 || udp_at + 8 > frame.size()) return {};
  put16(frame, 16, frame.size() - 14);
  put16(frame, udp_at + 4, frame.size() - udp_at);
  RawFrame::repair_checksums(frame);
  return frame;
}

}  // namespace
}  // namespace unlease::sim

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unlease::sim;
  decode({data, size});
  const ByteVector frame = repaired({data, data + size});
  if (!frame.empty()) decode(frame);
  return 0;
}
