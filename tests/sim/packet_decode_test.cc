#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "sim/packet.h"
#include "tests/sim/packet_test_support.h"

namespace unlease::sim {
namespace {

TEST(PacketDecode, ReadsEveryFieldOfAFrame) {
  RawFrame raw;
  const ByteVector fixed{2,    1,    6,    3,    0x06, 0x07, 0x08, 0x09, 0x04, 0x05, 0x80, 0x00,
                         0x0B, 0x0C, 0x0D, 0x0E, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,
                         0x19, 0x1A, 0x1B, 0x1C, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07};
  std::copy(fixed.begin(), fixed.end(), raw.dhcp.begin());
  ByteVector frame = raw.options(kAckOption + kEndOption).frame();
  const ByteVector macs{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  std::copy(macs.begin(), macs.end(), frame.begin());
  const Decoded decoded(frame);
  ASSERT_TRUE(decoded.ok());
  const Endpoints& endpoints = decoded.result->endpoints;
  EXPECT_EQ(to_string(endpoints.destination_mac), "01:02:03:04:05:06");
  EXPECT_EQ(to_string(endpoints.source_mac), "07:08:09:0a:0b:0c");
  EXPECT_EQ(endpoints.source.value, 0x0A000001U);
  EXPECT_EQ(endpoints.destination.value, 0x0A000002U);
  EXPECT_EQ(endpoints.source_port, 67);
  EXPECT_EQ(endpoints.destination_port, 68);
  const DhcpMessage& message = decoded.message();
  EXPECT_EQ(message.op, 2);
  EXPECT_EQ(message.hops, 3);
  EXPECT_EQ(message.xid, 0x06070809U);
  EXPECT_EQ(message.secs, 0x0405);
  EXPECT_EQ(message.flags, 0x8000);
  EXPECT_EQ(message.ciaddr.value, 0x0B0C0D0EU);
  EXPECT_EQ(message.yiaddr.value, 0x11121314U);
  EXPECT_EQ(message.siaddr.value, 0x15161718U);
  EXPECT_EQ(message.giaddr.value, 0x191A1B1CU);
  EXPECT_EQ(to_string(message.chaddr), "02:03:04:05:06:07");
  EXPECT_EQ(message.type, MessageType::kAck);
}

TEST(PacketDecode, RefusesOtherEtherTypesAndVersions) {
  ByteVector frame = RawFrame().options(kAckOption + kEndOption).frame();
  for (const int ether_type : {0x0806, 0x86DD, 0x8100, 0x0000}) {
    put16(frame, 12, static_cast<std::size_t>(ether_type));
    EXPECT_EQ(Decoded(frame).fault(), PacketFault::kNotIpv4);
  }
  put16(frame, 12, 0x0800);
  frame[14] = 0x65;
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kNotIpv4);
}

TEST(PacketDecode, RefusesABadIpHeader) {
  const ByteVector good = RawFrame().options(kAckOption + kEndOption).frame();
  ByteVector frame = good;
  frame[14] = 0x44;
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kBadIpHeader) << "header length";
  frame = good;
  put16(frame, 16, 19);
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kBadIpHeader) << "total length";
  frame = good;
  frame[25] ^= 1U;
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kBadIpHeader) << "checksum";
}

TEST(PacketDecode, AcceptsAnIpHeaderWithOptions) {
  RawFrame raw;
  raw.ip_options = ByteVector(40, 1);
  raw.options(kAckOption + kEndOption);
  const Decoded decoded(raw);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded.message().type, MessageType::kAck);
  ByteVector frame = raw.frame();
  put16(frame, 16, 59);
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kBadIpHeader);
}

TEST(PacketDecode, RefusesFragmentsButNotTheDontFragmentBit) {
  ByteVector frame = RawFrame().options(kAckOption + kEndOption).frame();
  for (const std::size_t flags : {0x2000U, 0x0001U, 0x1FFFU, 0x2001U}) {
    put16(frame, 20, flags);
    RawFrame::repair_checksums(frame);
    EXPECT_EQ(Decoded(frame).fault(), PacketFault::kFragment) << flags;
  }
  put16(frame, 20, 0x4000);
  RawFrame::repair_checksums(frame);
  EXPECT_TRUE(Decoded(frame).ok());
}

TEST(PacketDecode, RefusesOtherProtocols) {
  ByteVector frame = RawFrame().options(kAckOption + kEndOption).frame();
  frame[23] = 6;
  RawFrame::repair_checksums(frame);
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kNotUdp);
}

TEST(PacketDecode, RefusesABadUdpLengthOrChecksum) {
  const ByteVector good = RawFrame().options(kAckOption + kEndOption).frame();
  ByteVector frame = good;
  put16(frame, 38, 7);
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kBadUdp) << "shorter than its header";
  frame = good;
  put16(frame, 38, good.size() - 34 + 1);
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kBadUdp) << "longer than the IP payload";
  frame = good + ByteVector(10);
  put16(frame, 38, good.size() - 34 + 1);
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kBadUdp) << "longer than the IP payload, though not than the frame";
  frame = good;
  frame[41] ^= 1U;
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kBadUdp) << "checksum";
  frame = good;
  put16(frame, 16, 27);
  put16(frame, 24, 0);
  put16(frame, 24, plain_checksum(ByteVector(frame.begin() + 14, frame.begin() + 34)));
  EXPECT_EQ(Decoded(frame).fault(), PacketFault::kBadUdp) << "IP has no room for its header";
}

TEST(PacketDecode, AcceptsAZeroUdpChecksumAsNone) {
  ByteVector frame = RawFrame().options(kAckOption + kEndOption).frame();
  put16(frame, 40, 0);
  EXPECT_TRUE(Decoded(frame).ok());
  frame[60] ^= 1U;  // nobody would notice
  EXPECT_TRUE(Decoded(frame).ok());
}

TEST(PacketDecode, IgnoresWhatFollowsTheUdpDatagramInTheIpPacketAndTheIpPacketInTheFrame) {
  RawFrame raw;
  raw.options(kAckOption + ByteVector(57));
  ByteVector frame = raw.frame();
  put16(frame, 38, 8 + 243);  // the datagram ends behind option 53
  frame[282 + 3] = 54;        // what follows would be a bad option
  RawFrame::repair_checksums(frame);
  EXPECT_TRUE(Decoded(frame).ok());
  EXPECT_TRUE(Decoded(RawFrame().options(kAckOption + kEndOption).frame() + ByteVector(60, 0xAA)).ok());
}

TEST(PacketDecode, WantsADhcpPortOnEitherSide) {
  RawFrame raw;
  raw.options(kAckOption + kEndOption);
  raw.source_port = 67;
  raw.destination_port = 1067;
  EXPECT_TRUE(Decoded(raw).ok());
  raw.source_port = 40000;
  raw.destination_port = 68;
  EXPECT_TRUE(Decoded(raw).ok());
  raw.destination_port = 69;
  EXPECT_EQ(Decoded(raw).fault(), PacketFault::kNotDhcp);
  raw.source_port = 66;
  EXPECT_EQ(Decoded(raw).fault(), PacketFault::kNotDhcp);
}

TEST(PacketDecode, WantsTheFixedPartAndTheMagicCookie) {
  RawFrame raw;
  raw.dhcp[239] = 98;
  EXPECT_EQ(Decoded(raw.options(kAckOption + kEndOption)).fault(), PacketFault::kNotDhcp);
  RawFrame shorter;
  shorter.dhcp.resize(239);
  EXPECT_EQ(Decoded(shorter).fault(), PacketFault::kNotDhcp);
  shorter.dhcp.clear();
  EXPECT_EQ(Decoded(shorter).fault(), PacketFault::kNotDhcp);
}

TEST(PacketDecode, RefusesAnotherOpHardwareTypeOrLength) {
  struct Case {
    std::size_t at;
    std::uint8_t value;
  };
  for (const Case& wrong : {Case{0, 0}, Case{0, 3}, Case{1, 6}, Case{1, 0}, Case{2, 16}, Case{2, 0}}) {
    RawFrame raw;
    raw.dhcp[wrong.at] = wrong.value;
    EXPECT_EQ(Decoded(raw.options(kAckOption + kEndOption)).fault(), PacketFault::kBadHeader) << wrong.at;
  }
}

TEST(PacketPeek, FindsXidAndChaddrAlsoBehindIpOptions) {
  for (const std::size_t ip_options : {0U, 4U, 40U}) {
    RawFrame raw;
    raw.ip_options = ByteVector(ip_options, 1);
    const ByteVector xid{1, 2, 3, 4};
    const ByteVector chaddr{2, 3, 4, 5, 6, 7};
    std::copy(xid.begin(), xid.end(), raw.dhcp.begin() + 4);
    std::copy(chaddr.begin(), chaddr.end(), raw.dhcp.begin() + 28);
    const ByteVector frame = raw.frame();
    const auto key = peek_key(frame);
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->xid, 0x01020304U);
    EXPECT_EQ(to_string(key->chaddr), "02:03:04:05:06:07");
    for (std::size_t size = 0; size < frame.size(); ++size) {
      const ByteVector shorter(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(peek_key(shorter).error(), PacketFault::kTruncated) << size;
    }
  }
}

TEST(PacketPeek, RefusesWhatHasNoPlaceForThem) {
  ByteVector frame = RawFrame().options(kAckOption).frame();
  frame[14] = 0x44;
  EXPECT_EQ(peek_key(frame).error(), PacketFault::kBadIpHeader);
  frame[14] = 0x65;
  EXPECT_EQ(peek_key(frame).error(), PacketFault::kNotIpv4);
  frame[12] = 0x86;
  EXPECT_EQ(peek_key(frame).error(), PacketFault::kNotIpv4);
}

}  // namespace
}  // namespace unlease::sim
