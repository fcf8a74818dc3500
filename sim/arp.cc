#include "sim/arp.h"

#include "sim/wire.h"

namespace unlease::sim {
namespace {

constexpr std::uint16_t kEtherTypeArp = 0x0806;
constexpr std::uint16_t kRequest = 1;
constexpr std::uint16_t kReply = 2;

// Offsets in the frame: RFC 826, packet format.
constexpr std::size_t kEtherTypeAt = 12;
constexpr std::size_t kHardwareTypeAt = 14;
constexpr std::size_t kProtocolTypeAt = 16;
constexpr std::size_t kHardwareLengthAt = 18;
constexpr std::size_t kProtocolLengthAt = 19;
constexpr std::size_t kOperationAt = 20;
constexpr std::size_t kSenderMacAt = 22;
constexpr std::size_t kSenderAt = 28;
constexpr std::size_t kTargetMacAt = 32;
constexpr std::size_t kTargetAt = 38;
constexpr std::size_t kEnd = 42;

}  // namespace

std::optional<ArpRequest> read_arp_request(Bytes frame) {
  if (frame.size() < kEnd) return std::nullopt;
  const bool is_request = wire::load16(&frame[kEtherTypeAt]) == kEtherTypeArp &&
                          wire::load16(&frame[kHardwareTypeAt]) == wire::kHardwareEthernet &&
                          wire::load16(&frame[kProtocolTypeAt]) == wire::kEtherTypeIpv4 &&
                          frame[kHardwareLengthAt] == wire::kHardwareLength && frame[kProtocolLengthAt] == 4 &&
                          wire::load16(&frame[kOperationAt]) == kRequest;
  if (!is_request) return std::nullopt;
  return ArpRequest{.sender_mac = wire::load_mac(&frame[kSenderMacAt]),
                    .sender = Ipv4{wire::load32(&frame[kSenderAt])},
                    .target = Ipv4{wire::load32(&frame[kTargetAt])}};
}

std::array<std::uint8_t, kArpFrame> arp_reply(const ArpRequest& request, MacAddress mac) {
  std::array<std::uint8_t, kArpFrame> frame{};
  wire::store_mac(frame.data(), request.sender_mac);
  wire::store_mac(&frame[6], mac);
  wire::store16(&frame[kEtherTypeAt], kEtherTypeArp);
  wire::store16(&frame[kHardwareTypeAt], wire::kHardwareEthernet);
  wire::store16(&frame[kProtocolTypeAt], wire::kEtherTypeIpv4);
  frame[kHardwareLengthAt] = wire::kHardwareLength;
  frame[kProtocolLengthAt] = 4;
  wire::store16(&frame[kOperationAt], kReply);
  wire::store_mac(&frame[kSenderMacAt], mac);
  wire::store32(&frame[kSenderAt], request.target.value);
  wire::store_mac(&frame[kTargetMacAt], request.sender_mac);
  wire::store32(&frame[kTargetAt], request.sender.value);
  return frame;
}

}  // namespace unlease::sim
