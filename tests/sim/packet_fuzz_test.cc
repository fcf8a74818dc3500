// The codec against what nobody wrote by hand: random messages there and back, and valid frames cut and mutated. The
// buffers are exactly as long as the frames, so that AddressSanitizer sees every byte read beyond.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/packet.h"
#include "tests/sim/packet_test_support.h"
#include "tests/sim/random_test_support.h"

namespace unlease::sim {
namespace {

class Random : public TestRandom {
 public:
  using TestRandom::TestRandom;
  std::uint8_t byte() { return static_cast<std::uint8_t>(next()); }
  std::uint32_t word() { return static_cast<std::uint32_t>(next()); }
  ByteVector bytes(std::size_t size) {
    ByteVector bytes(size);
    for (auto& b : bytes) b = byte();
    return bytes;
  }
};

// A message with the memory its views point into.
struct RandomMessage {
  DhcpMessage message;
  std::array<ByteVector, 8> memory;
};

Bytes DhcpMessage::* const kViews[] = {&DhcpMessage::routers,
                                       &DhcpMessage::domain_name_servers,
                                       &DhcpMessage::netbios_name_servers,
                                       &DhcpMessage::host_name,
                                       &DhcpMessage::domain_name,
                                       &DhcpMessage::parameter_request_list,
                                       &DhcpMessage::message,
                                       &DhcpMessage::client_id};
constexpr std::array<std::uint8_t, 16> kCodes{1, 3, 6, 12, 15, 44, 46, 50, 51, 53, 54, 55, 56, 58, 59, 61};

std::unique_ptr<RandomMessage> random_message(Random& random) {
  auto made = std::make_unique<RandomMessage>();
  DhcpMessage& message = made->message;
  message.op = static_cast<std::uint8_t>(1 + random.below(2));
  message.hops = random.byte();
  message.secs = static_cast<std::uint16_t>(random.next());
  message.flags = static_cast<std::uint16_t>(random.next());
  message.xid = random.word();
  for (Ipv4* address : {&message.ciaddr, &message.yiaddr, &message.siaddr, &message.giaddr, &message.subnet_mask,
                        &message.requested_address, &message.server_id}) {
    address->value = random.word();
  }
  for (auto& b : message.chaddr.bytes) b = random.byte();
  message.type = static_cast<MessageType>(1 + random.below(8));
  message.lease_seconds = random.word();
  message.renewal_seconds = random.word();
  message.rebinding_seconds = random.word();
  message.netbios_node_type = random.byte();
  const bool long_ones = random.below(4) == 0;  // some need splitting
  for (std::size_t i = 0; i < made->memory.size(); ++i) {
    const std::size_t size = 1 + random.below(long_ones ? 300 : 20);
    made->memory[i] = random.bytes(i < 3 ? size / 4 * 4 + 4 : size);
    message.*kViews[i] = made->memory[i];
  }
  for (const std::uint8_t code : kCodes) {
    if (random.below(2) == 0) message.options.add(code);
  }
  message.options.add(option::kMessageType);
  return made;
}

Endpoints random_endpoints(Random& random) {
  Endpoints endpoints;
  for (auto& b : endpoints.source_mac.bytes) b = random.byte();
  for (auto& b : endpoints.destination_mac.bytes) b = random.byte();
  endpoints.source.value = random.word();
  endpoints.destination.value = random.word();
  endpoints.source_port = random.below(2) == 0 ? kServerPort : kClientPort;
  endpoints.destination_port = static_cast<std::uint16_t>(random.next());
  return endpoints;
}

void expect_same(const DhcpMessage& left, const DhcpMessage& right) {
  EXPECT_EQ(left.op, right.op);
  EXPECT_EQ(left.hops, right.hops);
  EXPECT_EQ(left.secs, right.secs);
  EXPECT_EQ(left.flags, right.flags);
  EXPECT_EQ(left.xid, right.xid);
  EXPECT_EQ(left.ciaddr, right.ciaddr);
  EXPECT_EQ(left.yiaddr, right.yiaddr);
  EXPECT_EQ(left.siaddr, right.siaddr);
  EXPECT_EQ(left.giaddr, right.giaddr);
  EXPECT_EQ(left.chaddr, right.chaddr);
  EXPECT_EQ(left.type, right.type);
  EXPECT_EQ(left.options, right.options);
  const auto both = [&](std::uint8_t code, auto member) {
    if (left.options.has(code)) {
      EXPECT_EQ(left.*member, right.*member) << static_cast<int>(code);
    }
  };
  both(option::kSubnetMask, &DhcpMessage::subnet_mask);
  both(option::kRequestedAddress, &DhcpMessage::requested_address);
  both(option::kServerId, &DhcpMessage::server_id);
  both(option::kLeaseTime, &DhcpMessage::lease_seconds);
  both(option::kRenewalTime, &DhcpMessage::renewal_seconds);
  both(option::kRebindingTime, &DhcpMessage::rebinding_seconds);
  both(option::kNetbiosNodeType, &DhcpMessage::netbios_node_type);
  const std::array<std::uint8_t, 8> view_codes{3, 6, 44, 12, 15, 55, 56, 61};
  for (std::size_t i = 0; i < view_codes.size(); ++i) {
    if (!left.options.has(view_codes[i])) continue;
    EXPECT_EQ(to_vector(left.*kViews[i]), to_vector(right.*kViews[i])) << static_cast<int>(view_codes[i]);
  }
}

// Memory of exactly `bytes`' size, so that a read behind it is found.
struct ExactCopy {
  explicit ExactCopy(Bytes bytes) : size(bytes.size()), memory(new std::uint8_t[bytes.size()]) {
    std::copy(bytes.begin(), bytes.end(), memory.get());
  }
  Bytes view() const { return {memory.get(), size}; }
  std::size_t size;
  std::unique_ptr<std::uint8_t[]> memory;
};

// Decodes; of what is accepted every view must be readable, and within the frame or the scratch memory.
std::expected<DecodedFrame, PacketFault> decode_and_touch(Bytes frame, DecodeScratch& scratch) {
  auto decoded = decode_frame(frame, scratch);
  if (!decoded) {
    EXPECT_LT(static_cast<int>(decoded.error()), kPacketFaultCount);
    return decoded;
  }
  const auto within = [](Bytes inner, Bytes outer) {
    return inner.data() >= outer.data() && inner.data() + inner.size() <= outer.data() + outer.size();
  };
  for (const auto view : kViews) {
    const Bytes bytes = decoded->message.*view;
    if (bytes.empty()) continue;
    EXPECT_TRUE(within(bytes, frame) || within(bytes, scratch.bytes));
  }
  EXPECT_TRUE(decoded->message.options.has(option::kMessageType));
  return decoded;
}

// Frames with something of everything: plain, overloaded, in pieces, with IP options.
std::vector<ByteVector> valid_frames() {
  const ByteVector end{255};
  const ByteVector ack{53, 1, 5};
  const ByteVector address{10, 0, 0, 1};
  std::vector<ByteVector> frames;
  frames.push_back(
      RawFrame()
          .options(ack + option_bytes(54, address) + option_bytes(51, address) + option_bytes(3, address) + end)
          .frame());
  frames.push_back(RawFrame()
                       .options(option_bytes(52, {3}) + option_bytes(56, {'a'}) + ack + end)
                       .file(option_bytes(56, {'b', 'c'}) + option_bytes(61, address) + end)
                       .sname(option_bytes(56, {'d'}) + option_bytes(6, address) + end)
                       .frame());
  RawFrame with_ip_options;
  with_ip_options.ip_options = ByteVector(8, 1);
  frames.push_back(with_ip_options.options(ack + option_bytes(12, {'x', 'y'}) + option_bytes(12, {'z'})).frame());
  return frames;
}

TEST(PacketFuzz, RandomMessagesComeBackAsTheyWere) {
  const std::uint64_t seed = random_test_seed();
  SCOPED_TRACE(how_to_repeat(seed, "PacketFuzz.RandomMessagesComeBackAsTheyWere"));
  Random random(seed);
  DecodeScratch scratch;
  int written = 0;
  int split = 0;
  for (int round = 0; round < 20000 && !::testing::Test::HasFailure(); ++round) {
    const auto sent = random_message(random);
    const Endpoints endpoints = random_endpoints(random);
    std::array<std::uint8_t, kMaxFrame> buffer{};
    const std::size_t size = write_frame(buffer, endpoints, sent->message);
    if (size == 0) continue;  // too long for a frame
    ++written;
    const ExactCopy frame(Bytes(buffer).first(size));
    const auto received = decode_and_touch(frame.view(), scratch);
    ASSERT_TRUE(received.has_value()) << name(received.error()) << ", round " << round;
    expect_same(sent->message, received->message);
    EXPECT_EQ(received->endpoints.source_mac, endpoints.source_mac);
    EXPECT_EQ(received->endpoints.destination_mac, endpoints.destination_mac);
    EXPECT_EQ(received->endpoints.source, endpoints.source);
    EXPECT_EQ(received->endpoints.destination, endpoints.destination);
    EXPECT_EQ(received->endpoints.source_port, endpoints.source_port);
    EXPECT_EQ(received->endpoints.destination_port, endpoints.destination_port);
    const auto key = peek_key(frame.view());
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->xid, sent->message.xid);
    EXPECT_EQ(key->chaddr, sent->message.chaddr);
    for (const auto& memory : sent->memory) split += memory.size() > 255;
  }
  EXPECT_GT(written, 15000);
  EXPECT_GT(split, 100);
}

TEST(PacketFuzz, AFrameCutAtAnyLengthIsTruncated) {
  DecodeScratch scratch;
  for (const ByteVector& frame : valid_frames()) {
    for (std::size_t size = 0; size < frame.size(); ++size) {
      const ExactCopy cut(Bytes(frame).first(size));
      const auto decoded = decode_frame(cut.view(), scratch);
      ASSERT_FALSE(decoded.has_value()) << size;
      EXPECT_EQ(decoded.error(), PacketFault::kTruncated) << size;
    }
    EXPECT_TRUE(decode_frame(frame, scratch).has_value());
  }
}

// As above, but with headers that agree with the cut, as if the sender had stopped there.
TEST(PacketFuzz, AMessageCutAtAnyLengthIsReadOrRefused) {
  DecodeScratch scratch;
  for (const ByteVector& whole : valid_frames()) {
    const std::size_t udp_at = 14 + (whole[14] & 15U) * 4U;
    for (std::size_t size = udp_at + 8; size < whole.size(); ++size) {
      ByteVector frame(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      put16(frame, 16, size - 14);
      put16(frame, udp_at + 4, size - udp_at);
      RawFrame::repair_checksums(frame);
      const ExactCopy cut(frame);
      const auto decoded = decode_and_touch(cut.view(), scratch);
      if (size < udp_at + 8 + 240) {
        EXPECT_EQ(decoded.error(), PacketFault::kNotDhcp) << size;
      }
    }
  }
}

// The sum detects every error of a single byte, except where a byte has no sum: Ethernet, and the checksum set to 0.
TEST(PacketFuzz, EverySingleByteMutationIsRefusedWhereASumCoversIt) {
  DecodeScratch scratch;
  for (const ByteVector& good : valid_frames()) {
    const std::size_t udp_at = 14 + (good[14] & 15U) * 4U;
    const ExactCopy copy(good);
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (int value = 0; value < 256; ++value) {
        copy.memory[at] = static_cast<std::uint8_t>(value);
        const auto decoded = decode_and_touch(copy.view(), scratch);
        const bool unchanged = value == good[at];
        const bool no_sum = copy.memory[udp_at + 6] == 0 && copy.memory[udp_at + 7] == 0;
        if (at >= 14 && !unchanged && !no_sum) {
          EXPECT_FALSE(decoded.has_value()) << at << " = " << value;
        }
        if (at < 12 || unchanged) {
          EXPECT_TRUE(decoded.has_value()) << at << " = " << value;
        }
      }
      copy.memory[at] = good[at];
    }
  }
}

// The same with checksums repaired, or absent: now the parser itself is met.
TEST(PacketFuzz, EverySingleByteMutationBehindAGoodSumIsReadOrRefusedWithinBounds) {
  DecodeScratch scratch;
  std::array<int, kPacketFaultCount> faults{};
  for (const ByteVector& good : valid_frames()) {
    const std::size_t udp_at = 14 + (good[14] & 15U) * 4U;
    for (std::size_t at = udp_at + 8; at < good.size(); ++at) {
      for (int value = 0; value < 256; ++value) {
        const ExactCopy copy(good);
        copy.memory[at] = static_cast<std::uint8_t>(value);
        copy.memory[udp_at + 6] = 0;
        copy.memory[udp_at + 7] = 0;
        const auto decoded = decode_and_touch(copy.view(), scratch);
        if (!decoded) ++faults[static_cast<std::size_t>(decoded.error())];
      }
    }
  }
  for (const PacketFault fault :
       {PacketFault::kNotDhcp, PacketFault::kBadHeader, PacketFault::kBadOption, PacketFault::kNoMessageType}) {
    EXPECT_GT(faults[static_cast<std::size_t>(fault)], 0) << name(fault);
  }
}

TEST(PacketFuzz, RandomOptionsInAllThreeFieldsAreReadOrRefusedWithinBounds) {
  const std::uint64_t seed = random_test_seed();
  SCOPED_TRACE(how_to_repeat(seed, "PacketFuzz.RandomOptionsInAllThreeFieldsAreReadOrRefusedWithinBounds"));
  Random random(seed);
  DecodeScratch scratch;
  int accepted = 0;
  const auto random_options = [&](std::size_t limit) {
    ByteVector options;
    while (true) {
      const std::uint8_t code = random.below(8) == 0 ? random.byte() : kCodes[random.below(kCodes.size())];
      const ByteVector option = option_bytes(code, random.bytes(random.below(3) == 0 ? random.below(40) : 4));
      if (code == 52 || code == 53 || options.size() + option.size() > limit) return options;
      options = options + option;
      if (random.below(4) == 0) options = options + ByteVector(random.below(3));
    }
  };
  for (int round = 0; round < 30000 && !::testing::Test::HasFailure(); ++round) {
    RawFrame raw;
    raw.options(ByteVector{53, 1, 5, 52, 1, 3} + random_options(1 + random.below(900)));
    raw.file(random_options(120)).sname(random_options(60));
    for (std::size_t bits = random.below(3); bits > 0; --bits) {
      raw.dhcp[44 + random.below(raw.dhcp.size() - 44)] = random.byte();
    }
    const ExactCopy frame(raw.frame());
    accepted += decode_and_touch(frame.view(), scratch).has_value();
  }
  EXPECT_GT(accepted, 100);
}

TEST(PacketFuzz, NoiseIsRefused) {
  const std::uint64_t seed = random_test_seed();
  SCOPED_TRACE(how_to_repeat(seed, "PacketFuzz.NoiseIsRefused"));
  Random random(seed);
  DecodeScratch scratch;
  for (int round = 0; round < 50000; ++round) {
    ByteVector noise = random.bytes(random.below(600));
    if (noise.size() > 14) put16(noise, 12, 0x0800);
    if (noise.size() > 14) noise[14] = static_cast<std::uint8_t>(0x40 + random.below(16));
    const ExactCopy frame(noise);
    EXPECT_FALSE(decode_and_touch(frame.view(), scratch).has_value());
    (void)peek_key(frame.view());
  }
}

}  // namespace
}  // namespace unlease::sim
