#include <array>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "sim/packet.h"
#include "tests/sim/packet_test_support.h"

namespace unlease::sim {
namespace {

constexpr MacAddress kClientMac{{0x02, 0x00, 0x00, 0x00, 0x00, 0x2A}};
constexpr MacAddress kServerMac{{0x02, 0x00, 0x00, 0x01, 0x00, 0x01}};
const ByteVector kClientId{1, 2, 0, 0, 0, 0, 0x2A};

Endpoints release_endpoints() {
  return {kClientMac, kServerMac, Ipv4{0x0A000064}, Ipv4{0x0A000001}, kClientPort, kServerPort};
}

DhcpMessage release_message() {
  DhcpMessage message;
  message.type = MessageType::kRelease;
  message.xid = 0x3903F326;
  message.ciaddr = Ipv4{0x0A000064};
  message.chaddr = kClientMac;
  message.server_id = Ipv4{0x0A000001};
  message.client_id = kClientId;
  message.options.add(option::kServerId);
  message.options.add(option::kClientId);
  return message;
}

// Writes `message` into a buffer of `capacity` bytes; empty where it does not fit.
ByteVector written(const DhcpMessage& message, std::size_t capacity = kMaxFrame,
                   const Endpoints& endpoints = release_endpoints()) {
  ByteVector bytes(capacity, 0xEE);
  bytes.resize(write_frame(bytes, endpoints, message));
  return bytes;
}

// The option bytes of a frame, up to and with the end option and without what pads it.
ByteVector options_of(const ByteVector& frame, std::size_t size) {
  return {frame.begin() + 282, frame.begin() + 282 + static_cast<std::ptrdiff_t>(size)};
}

// RFC 2131, table 5: hops, secs, flags, yiaddr, siaddr and giaddr are 0, sname and file unused, ciaddr is the
// client's address. Options 53, 54 and 61, as RFC 2132, 9.6, 9.7 and 9.14 write them.
TEST(PacketWrite, DhcpReleaseIsByteForByteWhatRfc2131Table5Says) {
  ByteVector expected = {
      0x02, 0x00, 0x00, 0x01, 0x00, 0x01,  // Ethernet: to the server
      0x02, 0x00, 0x00, 0x00, 0x00, 0x2A,  // from the client
      0x08, 0x00,                          // IPv4
      0x45, 0x00, 0x01, 0x48,              // IP: version 4, 5 words; total length 328
      0x00, 0x00, 0x00, 0x00,              // identification 0, no fragment
      0x80, 0x11, 0x25, 0x41,              // TTL 128, UDP; checksum: 4500+0148+8011+0A00+0064+0A00+0001 = DABE
      0x0A, 0x00, 0x00, 0x64,              // 10.0.0.100
      0x0A, 0x00, 0x00, 0x01,              // 10.0.0.1
      0x00, 0x44, 0x00, 0x43,              // UDP: 68 to 67
      0x01, 0x34, 0x00, 0x00,              // length 308; checksum, filled in below
      0x01, 0x01, 0x06, 0x00,              // BOOTREQUEST, Ethernet, 6 bytes, hops 0
      0x39, 0x03, 0xF3, 0x26,              // xid
      0x00, 0x00, 0x00, 0x00,              // secs 0, flags 0
      0x0A, 0x00, 0x00, 0x64,              // ciaddr
      0x00, 0x00, 0x00, 0x00,              // yiaddr
      0x00, 0x00, 0x00, 0x00,              // siaddr
      0x00, 0x00, 0x00, 0x00,              // giaddr
      0x02, 0x00, 0x00, 0x00, 0x00, 0x2A,  // chaddr
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
  };
  expected = expected + ByteVector(64 + 128)  // sname and file
             + ByteVector{
                   0x63, 0x82, 0x53, 0x63,                                // magic cookie
                   0x35, 0x01, 0x07,                                      // 53: DHCPRELEASE
                   0x36, 0x04, 0x0A, 0x00, 0x00, 0x01,                    // 54: server identifier
                   0x3D, 0x07, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x2A,  // 61: client identifier
                   0xFF,                                                  // end
               };
  expected.resize(kMinFrame);  // BOOTP's 300 bytes, RFC 1542, 2.1
  const ByteVector frame = written(release_message());
  ASSERT_EQ(frame.size(), kMinFrame);

  // The IP checksum is in the table; the UDP checksum is made by other code than ours.
  ByteVector repaired = expected;
  RawFrame::repair_checksums(repaired);
  EXPECT_EQ(repaired[24], expected[24]);
  EXPECT_EQ(repaired[25], expected[25]);
  expected[40] = repaired[40];
  expected[41] = repaired[41];
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(static_cast<int>(frame[i]), static_cast<int>(expected[i])) << "byte " << i;
  }
}

TEST(PacketWrite, EveryFieldOfTheHeaderIsAtItsPlace) {
  DhcpMessage message = release_message();
  message.op = 2;
  message.hops = 3;
  message.secs = 0x0405;
  message.flags = 0x8000;
  message.xid = 0x06070809;
  message.ciaddr = Ipv4{0x0B0C0D0E};
  message.yiaddr = Ipv4{0x11121314};
  message.siaddr = Ipv4{0x15161718};
  message.giaddr = Ipv4{0x191A1B1C};
  const ByteVector frame = written(message);
  const ByteVector fixed(frame.begin() + 42, frame.begin() + 42 + 28);
  const ByteVector expected{2,    1,    6,    3,    0x06, 0x07, 0x08, 0x09, 0x04, 0x05, 0x80, 0x00, 0x0B, 0x0C,
                            0x0D, 0x0E, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C};
  EXPECT_EQ(fixed, expected);
}

TEST(PacketWrite, MessageTypeComesFirstAndTheRestByAscendingCode) {
  DhcpMessage message = release_message();
  message.type = MessageType::kAck;
  const ByteVector addresses{10, 0, 0, 2};
  message.routers = addresses;
  message.netbios_node_type = 8;
  message.subnet_mask = Ipv4{0xFFFFFF00};
  message.options.add(option::kNetbiosNodeType);
  message.options.add(option::kSubnetMask);
  message.options.add(option::kRouters);
  message.options.add(option::kMessageType);
  const ByteVector expected{53, 1,  5, 1,  4, 255, 255, 255, 0, 3, 4, 10, 0, 0, 2, 46, 1,
                            8,  54, 4, 10, 0, 0,   1,   61,  7, 1, 2, 0,  0, 0, 0, 42, 255};
  EXPECT_EQ(options_of(written(message), expected.size()), expected);
}

TEST(PacketWrite, NothingButTheMessageTypeIsAddedByItself) {
  DhcpMessage message = release_message();
  message.options = {};
  const ByteVector expected{53, 1, 7, 255, 0, 0};
  EXPECT_EQ(options_of(written(message), expected.size()), expected);
}

TEST(PacketWrite, OptionsWithoutAMemberAreLeftOut) {
  DhcpMessage message = release_message();
  const ByteVector plain = written(message);
  for (const int code : {0, 52, 63, 80, 82, 254, 255}) message.options.add(static_cast<std::uint8_t>(code));
  EXPECT_EQ(written(message), plain);
}

TEST(PacketWrite, AnEmptyOptionIsWrittenAsOneOfNoLength) {
  DhcpMessage message = release_message();
  message.options = {};
  message.options.add(option::kHostName);
  const ByteVector expected{53, 1, 7, 12, 0, 255};
  EXPECT_EQ(options_of(written(message), expected.size()), expected);
}

TEST(PacketWrite, AnOptionOf255BytesIsWholeAndOneOf256IsSplit) {
  const ByteVector text(256, 'x');
  DhcpMessage message = release_message();
  message.options = {};
  message.options.add(option::kMessage);
  message.message = Bytes(text).first(255);
  const ByteVector whole = ByteVector{53, 1, 7} + option_bytes(56, ByteVector(255, 'x')) + ByteVector{255};
  EXPECT_EQ(options_of(written(message), whole.size()), whole);
  message.message = text;
  const ByteVector split =
      ByteVector{53, 1, 7} + option_bytes(56, ByteVector(255, 'x')) + option_bytes(56, {'x'}) + ByteVector{255};
  EXPECT_EQ(options_of(written(message), split.size()), split);
}

TEST(PacketWrite, WritesNothingBehindTheSizeItReturnsAndPadsWithZeros) {
  ByteVector bytes(kMaxFrame, 0xEE);
  const std::size_t size = write_frame(bytes, release_endpoints(), release_message());
  ASSERT_EQ(size, kMinFrame);
  for (std::size_t i = 282 + 19; i < kMinFrame; ++i) EXPECT_EQ(bytes[i], 0) << i;
  for (std::size_t i = kMinFrame; i < bytes.size(); ++i) EXPECT_EQ(bytes[i], 0xEE) << i;
}

TEST(PacketWrite, AnOutputOfExactlyTheFramesSizeIsEnoughAndOneByteLessIsNot) {
  EXPECT_EQ(written(release_message(), kMinFrame).size(), kMinFrame);
  for (std::size_t capacity = 0; capacity < kMinFrame; ++capacity) {
    EXPECT_TRUE(written(release_message(), capacity).empty()) << capacity;
  }

  const ByteVector text(300, 't');
  DhcpMessage message = release_message();
  message.options.add(option::kMessage);
  message.message = text;
  const std::size_t size = written(message).size();
  EXPECT_EQ(size, 282 + 3 + 6 + (2 + 255) + (2 + 45) + 9 + 1U);
  EXPECT_EQ(written(message, size).size(), size);
  for (std::size_t capacity = 0; capacity < size; ++capacity) EXPECT_TRUE(written(message, capacity).empty());
}

TEST(PacketWrite, AFrameNeverExceedsTheMtuHoweverMuchMemoryThereIs) {
  // 1514 - 282 - 3 - 1 bytes are left, of which five options take 2 bytes each.
  const ByteVector text(2000, 't');
  DhcpMessage message = release_message();
  message.options = {};
  message.options.add(option::kMessage);
  message.message = Bytes(text).first(1218);
  EXPECT_EQ(written(message, 4096).size(), kMaxFrame);
  message.message = Bytes(text).first(1219);
  EXPECT_EQ(written(message, 4096).size(), 0U);
  message.message = text;
  EXPECT_EQ(written(message, 4096).size(), 0U);
}

TEST(PacketWrite, ChecksumsAreThoseOfRfc1071ForEvenAndOddSizes) {
  const ByteVector text(200, 0xA5);
  for (std::size_t size = 1; size <= text.size(); ++size) {
    DhcpMessage message = release_message();
    message.options.add(option::kMessage);
    message.message = Bytes(text).first(size);
    const ByteVector frame = written(message);
    ByteVector repaired = frame;
    RawFrame::repair_checksums(repaired);
    EXPECT_EQ(frame, repaired) << size;
  }
}

// RFC 768: a sum of 0 is sent as its other form, because 0 says "none". About one in 65,535 messages has it; every
// value of 16 free bits has it once.
TEST(PacketWrite, AUdpChecksumOfZeroIsSentAsAllOnes) {
  int all_ones = 0;
  DhcpMessage message = release_message();
  std::array<std::uint8_t, kMaxFrame> bytes{};
  for (std::uint32_t secs = 0; secs <= 0xFFFF; ++secs) {
    message.secs = static_cast<std::uint16_t>(secs);
    write_frame(bytes, release_endpoints(), message);
    ASSERT_FALSE(bytes[40] == 0 && bytes[41] == 0);
    all_ones += bytes[40] == 0xFF && bytes[41] == 0xFF;
  }
  EXPECT_GE(all_ones, 1);
}

TEST(PacketNames, EveryMessageTypeAndFaultHasItsOwnName) {
  EXPECT_EQ(name(MessageType::kRelease), "release");
  EXPECT_EQ(name(PacketFault::kTruncated), "truncated");
  for (int i = 1; i < kMessageTypeCount; ++i) {
    EXPECT_NE(name(static_cast<MessageType>(i)), "unknown") << i;
    for (int j = 1; j < i; ++j) EXPECT_NE(name(static_cast<MessageType>(i)), name(static_cast<MessageType>(j)));
  }
  for (int i = 0; i < kPacketFaultCount; ++i) {
    EXPECT_NE(name(static_cast<PacketFault>(i)), "unknown") << i;
    for (int j = 0; j < i; ++j) EXPECT_NE(name(static_cast<PacketFault>(i)), name(static_cast<PacketFault>(j)));
  }
  EXPECT_EQ(name(static_cast<MessageType>(kMessageTypeCount)), "unknown");
  EXPECT_EQ(name(static_cast<PacketFault>(kPacketFaultCount)), "unknown");
  EXPECT_EQ(to_string(MacAddress{{2, 0, 0, 0, 0xAB, 1}}), "02:00:00:00:ab:01");
}

}  // namespace
}  // namespace unlease::sim
