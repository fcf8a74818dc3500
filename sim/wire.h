// Internal to the packet builder and decoder: where the fields of a frame lie, big-endian loads and stores, and the
// internet checksum. Nothing but walk_options() checks bounds; the callers do.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "sim/packet.h"

namespace unlease::sim::wire {

inline constexpr std::size_t kEthernetSize = 14;
inline constexpr std::size_t kIpSize = 20;  // without options
inline constexpr std::size_t kUdpSize = 8;
inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint8_t kProtocolUdp = 17;
inline constexpr std::uint8_t kHardwareEthernet = 1;  // htype
inline constexpr std::uint8_t kHardwareLength = 6;    // hlen
inline constexpr std::uint32_t kMagicCookie = 0x63825363;
inline constexpr std::uint8_t kPadOption = 0;
inline constexpr std::uint8_t kEndOption = 255;

// Offsets within a DHCP message, RFC 2131, figure 1.
namespace dhcp {
inline constexpr std::size_t kOp = 0;
inline constexpr std::size_t kHtype = 1;
inline constexpr std::size_t kHlen = 2;
inline constexpr std::size_t kHops = 3;
inline constexpr std::size_t kXid = 4;
inline constexpr std::size_t kSecs = 8;
inline constexpr std::size_t kFlags = 10;
inline constexpr std::size_t kCiaddr = 12;
inline constexpr std::size_t kYiaddr = 16;
inline constexpr std::size_t kSiaddr = 20;
inline constexpr std::size_t kGiaddr = 24;
inline constexpr std::size_t kChaddr = 28;
inline constexpr std::size_t kSname = 44;
inline constexpr std::size_t kFile = 108;
inline constexpr std::size_t kCookie = 236;
inline constexpr std::size_t kOptions = 240;
}  // namespace dhcp

// Where the parts of a frame begin whose IP header has no options, as of all of our own making.
inline constexpr std::size_t kIpAt = kEthernetSize;
inline constexpr std::size_t kUdpAt = kIpAt + kIpSize;
inline constexpr std::size_t kDhcpAt = kUdpAt + kUdpSize;
inline constexpr std::size_t kOptionsAt = kDhcpAt + dhcp::kOptions;

template <typename Word>
inline Word load_native(const std::uint8_t* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

template <typename Word>
constexpr Word big_endian(Word word) {
  if constexpr (std::endian::native == std::endian::little) return std::byteswap(word);
  return word;
}

inline std::uint16_t load16(const std::uint8_t* from) { return big_endian(load_native<std::uint16_t>(from)); }
inline std::uint32_t load32(const std::uint8_t* from) { return big_endian(load_native<std::uint32_t>(from)); }

inline MacAddress load_mac(const std::uint8_t* from) {
  MacAddress address;
  std::memcpy(address.bytes.data(), from, address.bytes.size());
  return address;
}

inline void store16(std::uint8_t* to, std::uint16_t value) {
  value = big_endian(value);
  std::memcpy(to, &value, sizeof value);
}
inline void store32(std::uint8_t* to, std::uint32_t value) {
  value = big_endian(value);
  std::memcpy(to, &value, sizeof value);
}

inline void store_mac(std::uint8_t* to, const MacAddress& address) {
  std::memcpy(to, address.bytes.data(), address.bytes.size());
}

// Out of line: where the size is a constant of more than a few words, GCC 12 would emit `rep stos`, which takes longer
// than all the rest of a header.
void zero(std::uint8_t* from, std::size_t size);

inline bool is_zero(const std::uint8_t* from, std::size_t size) {
  std::uint64_t bits = 0;
  for (; size >= 32; from += 32, size -= 32) {
    for (const std::size_t at : {0U, 8U, 16U, 24U}) bits |= load_native<std::uint64_t>(from + at);
  }
  for (; size > 0; ++from, --size) bits |= *from;
  return bits == 0;
}

// Calls visit(code, data) for every option up to the end option. False where one runs out of the field.
template <typename Visit>
bool walk_options(Bytes field, Visit visit) {
  const std::uint8_t* at = field.data();
  const std::uint8_t* const end = at + field.size();
  while (at != end) {
    const std::uint8_t code = *at++;
    if (code == kPadOption) continue;
    if (code == kEndOption) return true;
    if (at == end || end - at <= *at) return false;
    const std::size_t size = *at++;
    visit(code, Bytes(at, size));
    at += size;
  }
  return true;
}

// The unfolded ones' complement sum of `size` bytes in native byte order (RFC 1071: the order matters only once, at
// the end), an odd last byte padded with zero. Sums of pieces may be added where each but the last has an even size.
// 0 if and only if every byte is 0.
inline std::uint64_t native_sum(const std::uint8_t* from, std::size_t size) {
  // Carries are counted apart (2^64 is 1 modulo 0xFFFF), and two sums made at a time: neither waits for the other.
  std::uint64_t even = 0;
  std::uint64_t odd = 0;
  std::uint64_t even_carries = 0;
  std::uint64_t odd_carries = 0;
  for (; size >= 16; from += 16, size -= 16) {
    const auto first = load_native<std::uint64_t>(from);
    const auto second = load_native<std::uint64_t>(from + 8);
    even += first;
    even_carries += even < first;
    odd += second;
    odd_carries += odd < second;
  }
  std::uint64_t sum = (even & 0xFFFFFFFFU) + (even >> 32U) + even_carries;
  sum += (odd & 0xFFFFFFFFU) + (odd >> 32U) + odd_carries;
  for (; size >= 4; from += 4, size -= 4) sum += load_native<std::uint32_t>(from);
  if (size >= 2) {
    sum += load_native<std::uint16_t>(from);
    from += 2;
    size -= 2;
  }
  if (size != 0) sum += big_endian(static_cast<std::uint16_t>(*from << 8U));
  return sum;
}

// Folds a sum to 16 bits. Of a region that includes a right checksum it is 0xFFFF.
constexpr std::uint16_t fold(std::uint64_t sum) {
  sum = (sum & 0xFFFFFFFFU) + (sum >> 32U);
  sum = (sum & 0xFFFFU) + (sum >> 16U);  // at most 18 bits are left
  sum = (sum & 0xFFFFU) + (sum >> 16U);
  sum = (sum & 0xFFFFU) + (sum >> 16U);
  return static_cast<std::uint16_t>(sum);
}

}  // namespace unlease::sim::wire
