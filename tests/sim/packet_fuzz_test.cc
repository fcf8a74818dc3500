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
#include "tests/sim/random_message.h"
#include "tests/sim/random_test_support.h"

namespace unlease::sim {
namespace {

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
  RandomBytes random(seed);
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
    expect_same(endpoints, received->endpoints);
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
  RandomBytes random(seed);
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
  RandomBytes random(seed);
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
