// DHCP messages as bytes: RFC 2131 and 2132 in UDP, IPv4 and Ethernet. Builders write into the caller's memory, the
// decoder returns views into it; neither allocates. Everything decoded is bounded and checked: packets come from
// outside.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "engine/hal.h"

namespace unlease::sim {

using Bytes = std::span<const std::uint8_t>;

struct MacAddress {
  std::array<std::uint8_t, 6> bytes{};

  // In one piece: byte by byte it would be a call.
  friend bool operator==(const MacAddress& one, const MacAddress& other) { return one.number() == other.number(); }
  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;

 private:
  std::uint64_t number() const {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), bytes.size());
    return number;
  }
};
inline constexpr MacAddress kBroadcastMac{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
std::string to_string(MacAddress address);  // "02:00:00:00:00:01"

inline constexpr Ipv4 kBroadcastIp{0xFFFFFFFF};
inline constexpr std::uint16_t kServerPort = 67;
inline constexpr std::uint16_t kClientPort = 68;

// Option 53, RFC 2132, 9.6.
enum class MessageType : std::uint8_t {
  kDiscover = 1,
  kOffer = 2,
  kRequest = 3,
  kDecline = 4,
  kAck = 5,
  kNak = 6,
  kRelease = 7,
  kInform = 8,
};
inline constexpr int kMessageTypeCount = 9;  // for arrays indexed by type
std::string_view name(MessageType type);     // "discover", ...

// Option codes of RFC 2132 that we read or write.
namespace option {
inline constexpr std::uint8_t kSubnetMask = 1;
inline constexpr std::uint8_t kRouters = 3;
inline constexpr std::uint8_t kDomainNameServers = 6;
inline constexpr std::uint8_t kHostName = 12;
inline constexpr std::uint8_t kDomainName = 15;
inline constexpr std::uint8_t kNetbiosNameServers = 44;
inline constexpr std::uint8_t kNetbiosNodeType = 46;
inline constexpr std::uint8_t kRequestedAddress = 50;
inline constexpr std::uint8_t kLeaseTime = 51;
inline constexpr std::uint8_t kOverload = 52;
inline constexpr std::uint8_t kMessageType = 53;
inline constexpr std::uint8_t kServerId = 54;
inline constexpr std::uint8_t kParameterRequestList = 55;
inline constexpr std::uint8_t kMessage = 56;
inline constexpr std::uint8_t kRenewalTime = 58;
inline constexpr std::uint8_t kRebindingTime = 59;
inline constexpr std::uint8_t kClientId = 61;
}  // namespace option

// A set of option codes.
struct OptionSet {
  std::array<std::uint64_t, 4> words{};

  constexpr bool has(std::uint8_t code) const { return ((words[code >> 6U] >> (code & 63U)) & 1U) != 0; }
  constexpr void add(std::uint8_t code) { words[code >> 6U] |= std::uint64_t{1} << (code & 63U); }
  friend constexpr bool operator==(const OptionSet&, const OptionSet&) = default;
};

// A DHCP message as values, for building and decoding alike. A member of an option has a meaning only where `options`
// has its code; the builder writes exactly those options, message type first, the rest by ascending code, and adds
// nothing (kMessageType is always written); codes without a member, overload among them, are left out. Views point into
// the caller's memory or, decoded, into packet or scratch.
struct DhcpMessage {
  std::uint8_t op = 1;  // 1 BOOTREQUEST, 2 BOOTREPLY
  std::uint8_t hops = 0;
  std::uint16_t secs = 0;
  std::uint16_t flags = 0;  // bit 15: answer by broadcast
  std::uint32_t xid = 0;
  Ipv4 ciaddr;
  Ipv4 yiaddr;
  Ipv4 siaddr;
  Ipv4 giaddr;
  MacAddress chaddr;

  MessageType type{};                   // 53
  OptionSet options;                    // which options are there; 53 may be left out for building
  Ipv4 subnet_mask;                     // 1
  Ipv4 requested_address;               // 50
  Ipv4 server_id;                       // 54
  std::uint32_t lease_seconds = 0;      // 51
  std::uint32_t renewal_seconds = 0;    // 58
  std::uint32_t rebinding_seconds = 0;  // 59
  std::uint8_t netbios_node_type = 0;   // 46
  Bytes routers;                        // 3: whole addresses, big-endian, as on the wire
  Bytes domain_name_servers;            // 6, likewise
  Bytes netbios_name_servers;           // 44, likewise
  Bytes host_name;                      // 12
  Bytes domain_name;                    // 15
  Bytes parameter_request_list;         // 55
  Bytes message;                        // 56
  Bytes client_id;                      // 61, type byte included
};

// Where a frame comes from and goes to.
struct Endpoints {
  MacAddress source_mac;
  MacAddress destination_mac;
  Ipv4 source;
  Ipv4 destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
};

// An Ethernet frame without FCS never exceeds this here (MTU 1500).
inline constexpr std::size_t kMaxFrame = 1514;
// Ethernet 14, IPv4 20, UDP 8, and a DHCP message padded to BOOTP's 300 bytes.
inline constexpr std::size_t kMinFrame = 342;

// Writes the frame and returns its size; 0 where it does not fit into `out` or kMaxFrame. The DHCP part is padded with
// zeros to 300 bytes; options longer than 255 bytes are split (RFC 3396); IP and UDP checksums are set; the IP header
// is the plain one: TTL 128, no fragments, identification 0.
std::size_t write_frame(std::span<std::uint8_t> out, const Endpoints& endpoints, const DhcpMessage& message);

// Why a frame was refused.
enum class PacketFault : std::uint8_t {
  kTruncated,      // shorter than its headers say
  kNotIpv4,        // another EtherType or version
  kBadIpHeader,    // header length, total length or header checksum
  kFragment,       // a fragment, or more to come
  kNotUdp,         // another protocol
  kBadUdp,         // length or checksum (a zero checksum is allowed)
  kNotDhcp,        // neither port is 67 or 68, or no DHCP magic cookie
  kBadHeader,      // op is not 1 or 2, htype not 1 or hlen not 6
  kBadOption,      // an option runs out of its field, has a wrong length, or overload is not 1-3 or comes in sname/file
  kNoMessageType,  // option 53 is missing or not 1-8
  kTooManyOptions,  // the joined options exceed the scratch memory
};
inline constexpr int kPacketFaultCount = 11;
std::string_view name(PacketFault fault);  // "truncated", ...

// Memory for options that came in pieces and had to be joined (RFC 3396). 1.5 KB, best kept and used again.
struct DecodeScratch {
  std::array<std::uint8_t, kMaxFrame> bytes;
};

struct DecodedFrame {
  // Not defaulted: value initialization, as in std::expected, would clear all of it and then construct it again.
  DecodedFrame() noexcept {}  // NOLINT(modernize-use-equals-default)

  Endpoints endpoints;
  DhcpMessage message;
};

// Decodes a frame. Options in sname and file are read where option 52 says so, in the order options, file, sname
// (RFC 2131, 4.1; RFC 3396, 5); pieces of one option are joined. Unknown options are recorded in the set and skipped.
// Trailing bytes after the IP packet (Ethernet padding) or the UDP datagram are ignored. A missing end option, a client
// identifier of one byte and a message shorter than 300 bytes are tolerated, as by real servers; empty options that
// have a member are not. The views in the result live as long as `frame` and `scratch` stay unchanged.
std::expected<DecodedFrame, PacketFault> decode_frame(Bytes frame, DecodeScratch& scratch);

// The xid and chaddr of something that has the shape of a DHCP frame, without checking the rest: how the network
// finds the one client that a broadcast is for. The broadcast bit and length are the caller's to judge.
// None where the frame is shorter than kMinFrame - 60.
struct FrameKey {
  std::uint32_t xid = 0;
  MacAddress chaddr;
};
std::expected<FrameKey, PacketFault> peek_key(Bytes frame);

}  // namespace unlease::sim
