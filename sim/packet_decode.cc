#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "sim/packet.h"
#include "sim/wire.h"

// Where the RFCs leave a choice we do what servers do:
//   - A missing end option is tolerated (as by Kea, ISC dhcpd and dnsmasq): the field's end ends it.
//   - A client identifier of one byte is accepted (RFC 2132, 9.14 says two; dnsmasq and ISC dhcpd do not mind). An
//     empty one is not, and neither is any option that we read: RFC 2132 gives each a minimum of at least 1.
//   - A UDP datagram may be shorter than the IP packet around it; what follows it is ignored, as in Linux.
//   - A DHCP message may be shorter than BOOTP's 300 bytes, but not than its fixed part and cookie.

namespace unlease::sim {
namespace {

using namespace wire;

constexpr std::uint64_t bit(std::uint8_t code) { return std::uint64_t{1} << code; }

// The options with a meaning here, all below 64.
constexpr std::uint64_t kKnownOptions =
    bit(option::kSubnetMask) | bit(option::kRouters) | bit(option::kDomainNameServers) | bit(option::kHostName) |
    bit(option::kDomainName) | bit(option::kNetbiosNameServers) | bit(option::kNetbiosNodeType) |
    bit(option::kRequestedAddress) | bit(option::kLeaseTime) | bit(option::kOverload) | bit(option::kMessageType) |
    bit(option::kServerId) | bit(option::kParameterRequestList) | bit(option::kMessage) | bit(option::kRenewalTime) |
    bit(option::kRebindingTime) | bit(option::kClientId);

bool read_number(std::uint32_t& to, Bytes data) {
  if (data.size() != 4) return false;
  to = load32(data.data());
  return true;
}

bool read_addresses(Bytes& to, Bytes data) {
  to = data;
  return !data.empty() && data.size() % 4 == 0;
}

bool read_text(Bytes& to, Bytes data) {
  to = data;
  return !data.empty();
}

// Reads the options of one message, over up to three fields. The first piece of each option is taken at once; only
// where an option came in several are the fields walked again, to join it.
class OptionReader {
 public:
  OptionReader(DhcpMessage& message, DecodeScratch& scratch) : message_(message), scratch_(scratch) {}

  // `dhcp` is the whole message.
  std::optional<PacketFault> read(Bytes dhcp) {
    if (!read_field(dhcp.subspan(dhcp::kOptions))) return PacketFault::kBadOption;
    if (message_.options.has(option::kOverload)) {
      if ((bad_ & bit(option::kOverload)) != 0) return PacketFault::kBadOption;
      if ((overload_ & 1U) != 0 && !read_field(dhcp.subspan(dhcp::kFile, dhcp::kCookie - dhcp::kFile))) {
        return PacketFault::kBadOption;
      }
      if ((overload_ & 2U) != 0 && !read_field(dhcp.subspan(dhcp::kSname, dhcp::kFile - dhcp::kSname))) {
        return PacketFault::kBadOption;
      }
    }
    if ((repeated_ & kKnownOptions) != 0) {
      // Never joined: it says which fields there are to join from, and may not be in those itself.
      if ((repeated_ & bit(option::kOverload)) != 0) return PacketFault::kBadOption;
      if (!join_repeated()) return PacketFault::kTooManyOptions;
    }
    if (bad_ != 0) return PacketFault::kBadOption;
    return std::nullopt;
  }

 private:
  bool read_field(Bytes field) {
    fields_[field_count_++] = field;
    // Locals, so that they stay in registers.
    std::uint64_t seen = message_.options.words[0];
    std::uint64_t bad = bad_;
    std::uint64_t repeated = repeated_;
    const bool complete = walk_options(field, [&](std::uint8_t code, Bytes data) {
      if (code >= 64) {
        message_.options.add(code);
      } else if ((seen & bit(code)) != 0) {
        repeated |= bit(code);
      } else {
        seen |= bit(code);
        if (!assign(code, data)) bad |= bit(code);
      }
    });
    message_.options.words[0] = seen;
    bad_ = bad;
    repeated_ = repeated;
    return complete;
  }

  // Takes the value of an option; false where its length, or the value of option 52, is wrong.
  bool assign(std::uint8_t code, Bytes data) {
    switch (code) {
      case option::kSubnetMask:
        return read_number(message_.subnet_mask.value, data);
      case option::kRouters:
        return read_addresses(message_.routers, data);
      case option::kDomainNameServers:
        return read_addresses(message_.domain_name_servers, data);
      case option::kHostName:
        return read_text(message_.host_name, data);
      case option::kDomainName:
        return read_text(message_.domain_name, data);
      case option::kNetbiosNameServers:
        return read_addresses(message_.netbios_name_servers, data);
      case option::kNetbiosNodeType:
        if (data.size() != 1) return false;
        message_.netbios_node_type = data[0];
        return true;
      case option::kRequestedAddress:
        return read_number(message_.requested_address.value, data);
      case option::kLeaseTime:
        return read_number(message_.lease_seconds, data);
      case option::kOverload:
        if (data.size() != 1) return false;
        overload_ = data[0];
        return overload_ >= 1 && overload_ <= 3;
      case option::kMessageType:
        if (data.size() != 1) return false;
        message_.type = static_cast<MessageType>(data[0]);
        return true;
      case option::kServerId:
        return read_number(message_.server_id.value, data);
      case option::kParameterRequestList:
        return read_text(message_.parameter_request_list, data);
      case option::kMessage:
        return read_text(message_.message, data);
      case option::kRenewalTime:
        return read_number(message_.renewal_seconds, data);
      case option::kRebindingTime:
        return read_number(message_.rebinding_seconds, data);
      case option::kClientId:
        return read_text(message_.client_id, data);
      default:
        return true;
    }
  }

  // RFC 3396, 5: the pieces of one option are one value, whichever fields they are in. An option of fixed length that
  // comes twice has a wrong length then. False where the scratch memory is too small.
  bool join_repeated() {
    std::size_t used = 0;
    for (std::uint64_t left = repeated_ & kKnownOptions; left != 0; left &= left - 1) {
      const auto wanted = static_cast<std::uint8_t>(std::countr_zero(left));
      const std::size_t begin = used;
      bool fits = true;
      for (std::size_t i = 0; i < field_count_; ++i) {
        walk_options(fields_[i], [&](std::uint8_t code, Bytes data) {
          if (code != wanted || !fits) return;
          fits = data.size() <= scratch_.bytes.size() - used;
          if (!fits) return;
          std::ranges::copy(data, scratch_.bytes.data() + used);
          used += data.size();
        });
      }
      if (!fits) return false;
      bad_ &= ~bit(wanted);
      if (!assign(wanted, Bytes(scratch_.bytes.data() + begin, used - begin))) bad_ |= bit(wanted);
    }
    return true;
  }

  DhcpMessage& message_;
  DecodeScratch& scratch_;
  std::array<Bytes, 3> fields_;
  std::size_t field_count_ = 0;
  std::uint64_t bad_ = 0;       // options below 64 with a wrong value, to be judged again if repeated
  std::uint64_t repeated_ = 0;  // options below 64
  std::uint8_t overload_ = 0;
};

// Checks the Ethernet and IPv4 headers; gives the IP payload.
std::expected<Bytes, PacketFault> read_ip(Bytes frame, Endpoints& endpoints) {
  if (frame.size() < kEthernetSize) return std::unexpected(PacketFault::kTruncated);
  endpoints.destination_mac = load_mac(frame.data());
  endpoints.source_mac = load_mac(frame.data() + 6);
  if (load16(frame.data() + 12) != kEtherTypeIpv4) return std::unexpected(PacketFault::kNotIpv4);

  const Bytes ip = frame.subspan(kEthernetSize);
  if (ip.size() < kIpSize) return std::unexpected(PacketFault::kTruncated);
  if (ip[0] >> 4U != 4) return std::unexpected(PacketFault::kNotIpv4);
  const std::size_t header_size = (ip[0] & 0xFU) * 4U;
  const std::size_t total_size = load16(ip.data() + 2);
  if (header_size < kIpSize || total_size < header_size) return std::unexpected(PacketFault::kBadIpHeader);
  if (ip.size() < total_size) return std::unexpected(PacketFault::kTruncated);
  if (fold(native_sum(ip.data(), header_size)) != 0xFFFF) return std::unexpected(PacketFault::kBadIpHeader);
  if ((load16(ip.data() + 6) & 0x3FFFU) != 0) return std::unexpected(PacketFault::kFragment);
  if (ip[9] != kProtocolUdp) return std::unexpected(PacketFault::kNotUdp);
  endpoints.source.value = load32(ip.data() + 12);
  endpoints.destination.value = load32(ip.data() + 16);
  return ip.subspan(header_size, total_size - header_size);
}

// Checks the UDP header and checksum; gives the DHCP message, if it is long enough to be one.
std::expected<Bytes, PacketFault> read_udp(Bytes ip_payload, Endpoints& endpoints) {
  if (ip_payload.size() < kUdpSize) return std::unexpected(PacketFault::kBadUdp);
  const std::uint16_t udp_size = load16(ip_payload.data() + 4);
  if (udp_size < kUdpSize || udp_size > ip_payload.size()) return std::unexpected(PacketFault::kBadUdp);
  const Bytes udp = ip_payload.first(udp_size);
  if (load16(udp.data() + 6) != 0) {  // 0: the sender made no checksum (RFC 768)
    const std::uint64_t pseudo_header = std::uint64_t{big_endian(endpoints.source.value)} +
                                        big_endian(endpoints.destination.value) +
                                        big_endian<std::uint16_t>(kProtocolUdp) + big_endian(udp_size);
    if (fold(pseudo_header + native_sum(udp.data(), udp_size)) != 0xFFFF) return std::unexpected(PacketFault::kBadUdp);
  }

  endpoints.source_port = load16(udp.data());
  endpoints.destination_port = load16(udp.data() + 2);
  const auto is_dhcp = [](std::uint16_t port) { return port == kServerPort || port == kClientPort; };
  if (!is_dhcp(endpoints.source_port) && !is_dhcp(endpoints.destination_port)) {
    return std::unexpected(PacketFault::kNotDhcp);
  }
  if (udp_size < kUdpSize + dhcp::kOptions) return std::unexpected(PacketFault::kNotDhcp);
  return udp.subspan(kUdpSize);
}

std::optional<PacketFault> read_dhcp(Bytes dhcp, DhcpMessage& message, DecodeScratch& scratch) {
  const std::uint8_t* const from = dhcp.data();
  if (load32(from + dhcp::kCookie) != kMagicCookie) return PacketFault::kNotDhcp;
  message.op = from[dhcp::kOp];
  if (message.op != 1 && message.op != 2) return PacketFault::kBadHeader;
  if (from[dhcp::kHtype] != kHardwareEthernet || from[dhcp::kHlen] != kHardwareLength) return PacketFault::kBadHeader;
  message.hops = from[dhcp::kHops];
  message.xid = load32(from + dhcp::kXid);
  message.secs = load16(from + dhcp::kSecs);
  message.flags = load16(from + dhcp::kFlags);
  message.ciaddr.value = load32(from + dhcp::kCiaddr);
  message.yiaddr.value = load32(from + dhcp::kYiaddr);
  message.siaddr.value = load32(from + dhcp::kSiaddr);
  message.giaddr.value = load32(from + dhcp::kGiaddr);
  message.chaddr = load_mac(from + dhcp::kChaddr);

  const auto fault = OptionReader(message, scratch).read(dhcp);
  if (fault) return fault;
  if (message.type < MessageType::kDiscover || message.type > MessageType::kInform) {
    return PacketFault::kNoMessageType;  // also where there is none: the type is 0 then
  }
  return std::nullopt;
}

std::optional<PacketFault> decode(Bytes frame, DecodeScratch& scratch, DecodedFrame& decoded) {
  const auto ip_payload = read_ip(frame, decoded.endpoints);
  if (!ip_payload) return ip_payload.error();
  const auto dhcp = read_udp(*ip_payload, decoded.endpoints);
  if (!dhcp) return dhcp.error();
  return read_dhcp(*dhcp, decoded.message, scratch);
}

}  // namespace

std::expected<DecodedFrame, PacketFault> decode_frame(Bytes frame, DecodeScratch& scratch) {
  std::expected<DecodedFrame, PacketFault> decoded;
  if (const auto fault = decode(frame, scratch, *decoded)) decoded = std::unexpected(*fault);
  return decoded;
}

}  // namespace unlease::sim
