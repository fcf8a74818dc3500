// Frames made byte by byte, for the tests of the codec: nothing of the codec is used to make them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/packet.h"

namespace unlease::sim {

using ByteVector = std::vector<std::uint8_t>;

inline ByteVector operator+(ByteVector left, const ByteVector& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline ByteVector to_vector(Bytes bytes) { return {bytes.begin(), bytes.end()}; }
inline std::string to_text(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

// An option as on the wire. Precondition: at most 255 bytes.
inline ByteVector option_bytes(std::uint8_t code, const ByteVector& data) {
  return ByteVector{code, static_cast<std::uint8_t>(data.size())} + data;
}

// Options as on the wire: the message type DHCPACK, and the end.
inline const ByteVector kAckOption{53, 1, 5};
inline const ByteVector kEndOption{255};

// RFC 1071 as written there: 16-bit words, most significant byte first.
inline std::uint16_t plain_checksum(const ByteVector& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += std::uint32_t{bytes[i]} << (i % 2 == 0 ? 8U : 0U);
  while (sum > 0xFFFF) sum = (sum & 0xFFFFU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

inline void put16(ByteVector& bytes, std::size_t at, std::size_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8U);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

// A frame from the inside out. Whatever a test wants to be wrong it changes in `dhcp` before frame(), or in what
// frame() gave, and repairs the checksums that are not its subject.
struct RawFrame {
  ByteVector dhcp = ByteVector(240);  // the fixed part with cookie; options are appended
  ByteVector ip_options;              // a multiple of 4 bytes
  std::uint16_t source_port = 67;
  std::uint16_t destination_port = 68;

  RawFrame() {
    dhcp[0] = 2;  // BOOTREPLY
    dhcp[1] = 1;
    dhcp[2] = 6;
    const ByteVector cookie{99, 130, 83, 99};
    std::copy(cookie.begin(), cookie.end(), dhcp.begin() + 236);
  }

  RawFrame& options(const ByteVector& bytes) {
    dhcp = dhcp + bytes;
    return *this;
  }
  RawFrame& sname(const ByteVector& bytes) {
    std::copy(bytes.begin(), bytes.end(), dhcp.begin() + 44);
    return *this;
  }
  RawFrame& file(const ByteVector& bytes) {
    std::copy(bytes.begin(), bytes.end(), dhcp.begin() + 108);
    return *this;
  }

  // The offset of the UDP header.
  std::size_t udp_at() const { return 34 + ip_options.size(); }

  ByteVector frame() const {
    ByteVector bytes(14);
    put16(bytes, 12, 0x0800);
    ByteVector ip{0, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};
    ip[0] = static_cast<std::uint8_t>(0x45 + ip_options.size() / 4);
    put16(ip, 2, 20 + ip_options.size() + 8 + dhcp.size());
    bytes = bytes + ip + ip_options + ByteVector(8) + dhcp;
    put16(bytes, udp_at(), source_port);
    put16(bytes, udp_at() + 2, destination_port);
    put16(bytes, udp_at() + 4, 8 + dhcp.size());
    repair_checksums(bytes);
    return bytes;
  }

  // Sets both checksums, for the lengths that the headers state.
  static void repair_checksums(ByteVector& bytes) {
    const auto at = [&](std::size_t i) { return bytes.begin() + static_cast<std::ptrdiff_t>(i); };
    const auto get16 = [&](std::size_t i) { return std::size_t{bytes[i]} << 8U | bytes[i + 1]; };
    const std::size_t udp_at = 14 + (bytes[14] & 15U) * 4U;
    const std::size_t udp_size = get16(udp_at + 4);
    put16(bytes, 24, 0);
    put16(bytes, 24, plain_checksum(ByteVector(at(14), at(udp_at))));
    put16(bytes, udp_at + 6, 0);
    const ByteVector pseudo_header =
        ByteVector(at(26), at(34)) + ByteVector{0, 17} + ByteVector(at(udp_at + 4), at(udp_at + 6));
    const std::uint16_t sum = plain_checksum(pseudo_header + ByteVector(at(udp_at), at(udp_at + udp_size)));
    put16(bytes, udp_at + 6, sum == 0 ? 0xFFFF : sum);
  }
};

// What decoding gave, with the scratch memory its views may point into.
struct Decoded {
  explicit Decoded(const ByteVector& bytes) : frame(bytes), result(decode_frame(frame, *scratch)) {}
  explicit Decoded(const RawFrame& raw) : Decoded(raw.frame()) {}
  Decoded(const Decoded&) = delete;

  bool ok() const { return result.has_value(); }
  std::optional<PacketFault> fault() const { return ok() ? std::nullopt : std::optional<PacketFault>(result.error()); }
  const DhcpMessage& message() const { return result.value().message; }

  ByteVector frame;
  std::unique_ptr<DecodeScratch> scratch = std::make_unique<DecodeScratch>();
  std::expected<DecodedFrame, PacketFault> result;
};

}  // namespace unlease::sim
