#include <algorithm>
#include <bit>
#include <cstring>

#include "sim/packet.h"
#include "sim/wire.h"

namespace unlease::sim {
namespace {

using namespace wire;

constexpr std::uint8_t kTimeToLive = 128;

// Writes forward, and adds up what it writes for the checksum: to sum memory that was just written in other widths
// would stall on it. The sum is in host order (RFC 1071, 2.B); fields of four bytes may be added whole, as 2^16 is 1
// modulo 0xFFFF. Nothing is checked: whoever writes knows that there is room.
class HeaderCursor {
 public:
  explicit HeaderCursor(std::uint8_t* at) : at_(at) {}

  void put16(std::uint16_t value) {
    store16(at_, value);
    at_ += 2;
    sum_ += value;
  }
  void put_bytes(std::uint8_t first, std::uint8_t second) { put16(static_cast<std::uint16_t>(first << 8U | second)); }
  void put32(std::uint32_t value) {
    store32(at_, value);
    at_ += 4;
    sum_ += value;
  }
  void put_mac(const MacAddress& address) {
    put32(load32(address.bytes.data()));
    put16(load16(address.bytes.data() + 4));
  }

  std::uint64_t sum() const { return sum_; }

 private:
  std::uint8_t* at_;
  std::uint64_t sum_ = 0;
};

// The same for options, checked: once one does not fit, nothing more is written, and finish() says so.
class OptionCursor {
 public:
  // One byte is kept back for the end option. Precondition: begin < end.
  OptionCursor(std::uint8_t* begin, std::uint8_t* end) : begin_(begin), at_(begin), last_(end - 1) {}

  void put8(std::uint8_t code, std::uint8_t value) {
    if (!reserve(3)) return;
    store16(at_, header(code, 1));
    at_[2] = value;
    advance(3, std::uint64_t{header(code, 1)} + (std::uint64_t{value} << 8U));
  }

  void put32(std::uint8_t code, std::uint32_t value) {
    if (!reserve(6)) return;
    store16(at_, header(code, 4));
    store32(at_ + 2, value);
    advance(6, std::uint64_t{header(code, 4)} + value);
  }

  // What is longer than an option can be goes out in pieces, all but the last one full (RFC 3396, 6).
  void put(std::uint8_t code, Bytes value) {
    constexpr std::size_t kMaxPiece = 255;
    do {
      const std::size_t size = std::min(value.size(), kMaxPiece);
      if (!reserve(2 + size)) return;
      store16(at_, header(code, size));
      std::copy_n(value.data(), size, at_ + 2);
      advance(2 + size, std::uint64_t{header(code, size)} + big_endian(fold(native_sum(value.data(), size))));
      value = value.subspan(size);
    } while (!value.empty());
  }

  // Ends the field. Returns what is behind it, null if something did not fit.
  std::uint8_t* finish() {
    if (!fits_) return nullptr;
    *at_ = kEndOption;
    advance(1, std::uint64_t{kEndOption} << 8U);
    return at_;
  }

  std::uint64_t sum() const { return sum_; }

 private:
  static std::uint16_t header(std::uint8_t code, std::size_t size) {
    return static_cast<std::uint16_t>(std::size_t{code} << 8U | size);
  }

  bool reserve(std::size_t size) {
    fits_ = fits_ && static_cast<std::size_t>(last_ - at_) >= size;
    return fits_;
  }

  // `sum` is that of what was written, as if it began at an even byte; at an odd one the bytes of each word are
  // swapped.
  void advance(std::size_t size, std::uint64_t sum) {
    const bool odd = ((at_ - begin_) & 1) != 0;
    sum_ += odd ? sum << 8U : sum;
    at_ += size;
  }

  std::uint8_t* begin_;
  std::uint8_t* at_;
  std::uint8_t* last_;
  std::uint64_t sum_ = 0;
  bool fits_ = true;
};

void put_option(OptionCursor& cursor, std::uint8_t code, const DhcpMessage& message) {
  switch (code) {
    case option::kSubnetMask:
      cursor.put32(code, message.subnet_mask.value);
      break;
    case option::kRouters:
      cursor.put(code, message.routers);
      break;
    case option::kDomainNameServers:
      cursor.put(code, message.domain_name_servers);
      break;
    case option::kHostName:
      cursor.put(code, message.host_name);
      break;
    case option::kDomainName:
      cursor.put(code, message.domain_name);
      break;
    case option::kNetbiosNameServers:
      cursor.put(code, message.netbios_name_servers);
      break;
    case option::kNetbiosNodeType:
      cursor.put8(code, message.netbios_node_type);
      break;
    case option::kRequestedAddress:
      cursor.put32(code, message.requested_address.value);
      break;
    case option::kLeaseTime:
      cursor.put32(code, message.lease_seconds);
      break;
    case option::kServerId:
      cursor.put32(code, message.server_id.value);
      break;
    case option::kParameterRequestList:
      cursor.put(code, message.parameter_request_list);
      break;
    case option::kMessage:
      cursor.put(code, message.message);
      break;
    case option::kRenewalTime:
      cursor.put32(code, message.renewal_seconds);
      break;
    case option::kRebindingTime:
      cursor.put32(code, message.rebinding_seconds);
      break;
    case option::kClientId:
      cursor.put(code, message.client_id);
      break;
    default:
      break;
  }
}

void put_options(OptionCursor& cursor, const DhcpMessage& message) {
  cursor.put8(option::kMessageType, static_cast<std::uint8_t>(message.type));
  // Every option that has a member is below 64.
  std::uint64_t left = message.options.words[0] & ~(std::uint64_t{1} << option::kMessageType);
  for (; left != 0; left &= left - 1) put_option(cursor, static_cast<std::uint8_t>(std::countr_zero(left)), message);
}

// The fixed part of RFC 2131, figure 1, but for chaddr's padding, sname and file, which are zero. Returns its sum.
std::uint64_t write_fixed_part(std::uint8_t* to, const DhcpMessage& message) {
  HeaderCursor cursor(to);
  cursor.put_bytes(message.op, kHardwareEthernet);
  cursor.put_bytes(kHardwareLength, message.hops);
  cursor.put32(message.xid);
  cursor.put16(message.secs);
  cursor.put16(message.flags);
  cursor.put32(message.ciaddr.value);
  cursor.put32(message.yiaddr.value);
  cursor.put32(message.siaddr.value);
  cursor.put32(message.giaddr.value);
  cursor.put_mac(message.chaddr);
  HeaderCursor cookie(to + dhcp::kCookie);
  cookie.put32(kMagicCookie);
  return cursor.sum() + cookie.sum();
}

// `size` is that of the IP packet.
void write_ip_header(std::uint8_t* to, const Endpoints& endpoints, std::size_t size) {
  HeaderCursor cursor(to);
  cursor.put16(0x4500);  // version 4, five words
  cursor.put16(static_cast<std::uint16_t>(size));
  cursor.put32(0);  // identification, fragmentation
  cursor.put_bytes(kTimeToLive, kProtocolUdp);
  cursor.put16(0);
  cursor.put32(endpoints.source.value);
  cursor.put32(endpoints.destination.value);
  store16(to + 10, static_cast<std::uint16_t>(~fold(cursor.sum())));
}

// `size` is that of the datagram, `payload_sum` that of what is in it.
void write_udp_header(std::uint8_t* to, const Endpoints& endpoints, std::size_t size, std::uint64_t payload_sum) {
  HeaderCursor cursor(to);
  cursor.put16(endpoints.source_port);
  cursor.put16(endpoints.destination_port);
  cursor.put16(static_cast<std::uint16_t>(size));
  const std::uint64_t pseudo_header =
      std::uint64_t{endpoints.source.value} + endpoints.destination.value + kProtocolUdp + size;
  const auto checksum = static_cast<std::uint16_t>(~fold(pseudo_header + cursor.sum() + payload_sum));
  cursor.put16(checksum == 0 ? 0xFFFF : checksum);  // 0 would say that there is none (RFC 768)
}

}  // namespace

std::size_t write_frame(std::span<std::uint8_t> out, const Endpoints& endpoints, const DhcpMessage& message) {
  if (out.size() < kMinFrame) return 0;
  std::uint8_t* const frame = out.data();
  OptionCursor options(frame + kOptionsAt, frame + std::min(out.size(), kMaxFrame));
  put_options(options, message);
  const std::uint8_t* const end = options.finish();
  if (end == nullptr) return 0;
  const auto used = static_cast<std::size_t>(end - frame);
  const std::size_t size = std::max(used, kMinFrame);
  zero(frame + used, size - used);

  constexpr std::size_t kZerosAt = kDhcpAt + dhcp::kChaddr + sizeof(MacAddress);
  zero(frame + kZerosAt, kDhcpAt + dhcp::kCookie - kZerosAt);
  const std::uint64_t dhcp_sum = write_fixed_part(frame + kDhcpAt, message) + options.sum();
  store_mac(frame, endpoints.destination_mac);
  store_mac(frame + 6, endpoints.source_mac);
  store16(frame + 12, kEtherTypeIpv4);
  write_ip_header(frame + kIpAt, endpoints, size - kIpAt);
  write_udp_header(frame + kUdpAt, endpoints, size - kUdpAt, dhcp_sum);
  return size;
}

}  // namespace unlease::sim
