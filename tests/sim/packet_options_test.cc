// What the decoder makes of options: those in the options field, in file and sname, and those in pieces.
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "sim/packet.h"
#include "tests/sim/packet_test_support.h"

namespace unlease::sim {
namespace {

Decoded decode_options(const ByteVector& options) { return Decoded(RawFrame().options(options)); }

TEST(PacketDecode, ReadsEveryOptionWithAMember) {
  const Decoded decoded =
      decode_options(option_bytes(1, {255, 255, 255, 0}) + option_bytes(3, {10, 0, 0, 1, 10, 0, 0, 2}) +
                     option_bytes(6, {8, 8, 8, 8}) + option_bytes(12, {'p', 'c'}) + option_bytes(15, {'l', 'a', 'n'}) +
                     option_bytes(44, {10, 0, 0, 3}) + option_bytes(46, {8}) + option_bytes(50, {10, 0, 0, 50}) +
                     option_bytes(51, {0, 0, 0x70, 0x80}) + option_bytes(53, {5}) + option_bytes(54, {10, 0, 0, 1}) +
                     option_bytes(55, {1, 3, 6}) + option_bytes(56, {'n', 'o'}) + option_bytes(58, {0, 0, 0x38, 0x40}) +
                     option_bytes(59, {0, 0, 0x62, 0x70}) + option_bytes(61, {1, 2, 3}) + kEndOption);
  ASSERT_TRUE(decoded.ok());
  const DhcpMessage& message = decoded.message();
  EXPECT_EQ(message.subnet_mask.value, 0xFFFFFF00U);
  EXPECT_EQ(to_vector(message.routers), (ByteVector{10, 0, 0, 1, 10, 0, 0, 2}));
  EXPECT_EQ(to_vector(message.domain_name_servers), (ByteVector{8, 8, 8, 8}));
  EXPECT_EQ(to_text(message.host_name), "pc");
  EXPECT_EQ(to_text(message.domain_name), "lan");
  EXPECT_EQ(to_vector(message.netbios_name_servers), (ByteVector{10, 0, 0, 3}));
  EXPECT_EQ(message.netbios_node_type, 8);
  EXPECT_EQ(message.requested_address.value, 0x0A000032U);
  EXPECT_EQ(message.lease_seconds, 28800U);
  EXPECT_EQ(message.server_id.value, 0x0A000001U);
  EXPECT_EQ(to_vector(message.parameter_request_list), (ByteVector{1, 3, 6}));
  EXPECT_EQ(to_text(message.message), "no");
  EXPECT_EQ(message.renewal_seconds, 14400U);
  EXPECT_EQ(message.rebinding_seconds, 25200U);
  EXPECT_EQ(to_vector(message.client_id), (ByteVector{1, 2, 3}));
  OptionSet expected;
  for (const int code : {1, 3, 6, 12, 15, 44, 46, 50, 51, 53, 54, 55, 56, 58, 59, 61}) {
    expected.add(static_cast<std::uint8_t>(code));
  }
  EXPECT_EQ(message.options, expected);
}

TEST(PacketDecode, RecordsUnknownOptionsAndSkipsThemWhateverTheirLength) {
  const Decoded decoded = decode_options(option_bytes(80, {}) + kAckOption + option_bytes(254, ByteVector(255)) +
                                         option_bytes(82, {1, 0}) + option_bytes(82, {}) + kEndOption);
  ASSERT_TRUE(decoded.ok());
  for (const int code : {53, 80, 82, 254}) EXPECT_TRUE(decoded.message().options.has(static_cast<std::uint8_t>(code)));
  EXPECT_FALSE(decoded.message().options.has(0));
  EXPECT_FALSE(decoded.message().options.has(255));
}

TEST(PacketDecode, SkipsPaddingAndIgnoresWhatFollowsTheEndOption) {
  const Decoded decoded = decode_options(ByteVector{0, 0} + kAckOption + ByteVector{0, 255, 54, 200, 1});
  ASSERT_TRUE(decoded.ok());
  EXPECT_FALSE(decoded.message().options.has(54));
}

TEST(PacketDecode, ToleratesAMissingEndOption) {
  EXPECT_TRUE(decode_options(kAckOption).ok());
  EXPECT_TRUE(decode_options(kAckOption + ByteVector{0, 0}).ok());
}

TEST(PacketDecode, RefusesAnOptionThatRunsOutOfItsField) {
  EXPECT_EQ(decode_options(kAckOption + ByteVector{54}).fault(), PacketFault::kBadOption);
  EXPECT_EQ(decode_options(kAckOption + ByteVector{54, 4}).fault(), PacketFault::kBadOption);
  EXPECT_EQ(decode_options(kAckOption + ByteVector{54, 4, 10, 0, 0}).fault(), PacketFault::kBadOption);
  EXPECT_EQ(decode_options(kAckOption + ByteVector{200, 255, 1}).fault(), PacketFault::kBadOption);
}

TEST(PacketDecode, RefusesOptionsOfTheWrongLength) {
  for (const int code : {1, 50, 51, 54, 58, 59}) {
    for (const std::size_t size : {0U, 1U, 3U, 5U, 8U, 255U}) {
      const auto option = option_bytes(static_cast<std::uint8_t>(code), ByteVector(size));
      EXPECT_EQ(decode_options(kAckOption + option + kEndOption).fault(), PacketFault::kBadOption)
          << code << ", " << size;
    }
  }
  for (const int code : {3, 6, 44}) {
    for (const std::size_t size : {0U, 1U, 3U, 5U, 254U}) {
      const auto option = option_bytes(static_cast<std::uint8_t>(code), ByteVector(size));
      EXPECT_EQ(decode_options(kAckOption + option + kEndOption).fault(), PacketFault::kBadOption)
          << code << ", " << size;
    }
  }
  for (const int code : {12, 15, 55, 56, 61, 46, 52}) {
    const auto option = option_bytes(static_cast<std::uint8_t>(code), {});
    EXPECT_EQ(decode_options(kAckOption + option + kEndOption).fault(), PacketFault::kBadOption) << code;
  }
  EXPECT_EQ(decode_options(kAckOption + option_bytes(46, {1, 2}) + kEndOption).fault(), PacketFault::kBadOption);
  EXPECT_EQ(decode_options(option_bytes(53, {5, 5}) + kEndOption).fault(), PacketFault::kBadOption);
  EXPECT_EQ(decode_options(option_bytes(53, {}) + kEndOption).fault(), PacketFault::kBadOption);
}

TEST(PacketDecode, AcceptsAClientIdentifierOfOneByteAsServersDo) {
  const Decoded decoded = decode_options(kAckOption + option_bytes(61, {7}) + kEndOption);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(to_vector(decoded.message().client_id), ByteVector{7});
}

TEST(PacketDecode, RefusesAMessageWithoutAKnownType) {
  EXPECT_EQ(decode_options(kEndOption).fault(), PacketFault::kNoMessageType);
  EXPECT_EQ(decode_options({}).fault(), PacketFault::kNoMessageType);
  EXPECT_EQ(decode_options(option_bytes(53, {0}) + kEndOption).fault(), PacketFault::kNoMessageType);
  EXPECT_EQ(decode_options(option_bytes(53, {9}) + kEndOption).fault(), PacketFault::kNoMessageType);
  EXPECT_EQ(decode_options(option_bytes(53, {255}) + kEndOption).fault(), PacketFault::kNoMessageType);
}

TEST(PacketDecode, ReadsOptionsFromFileAndSnameWhereOption52SaysSo) {
  const ByteVector in_file = option_bytes(54, {10, 0, 0, 9}) + kEndOption;
  const ByteVector in_sname = option_bytes(51, {0, 0, 1, 0}) + kEndOption;
  for (const int overload : {1, 2, 3}) {
    const ByteVector option = option_bytes(52, {static_cast<std::uint8_t>(overload)});
    const Decoded decoded(RawFrame().options(option + kAckOption + kEndOption).file(in_file).sname(in_sname));
    ASSERT_TRUE(decoded.ok()) << overload;
    EXPECT_EQ(decoded.message().options.has(54), (overload & 1) != 0) << overload;
    EXPECT_EQ(decoded.message().options.has(51), (overload & 2) != 0) << overload;
  }
  const Decoded plain(RawFrame().options(kAckOption + kEndOption).file(in_file).sname(in_sname));
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE(plain.message().options.has(54) || plain.message().options.has(51));
}

TEST(PacketDecode, FindsTheMessageTypeInSnameToo) {
  const Decoded decoded(RawFrame().options(option_bytes(52, {2}) + kEndOption).sname(kAckOption + kEndOption));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded.message().type, MessageType::kAck);
}

TEST(PacketDecode, RefusesAnOverloadThatIsWrongTwiceThereOrWithinAnOverloadedField) {
  for (const int value : {0, 4, 255}) {
    const ByteVector option = option_bytes(52, {static_cast<std::uint8_t>(value)});
    EXPECT_EQ(decode_options(kAckOption + option + kEndOption).fault(), PacketFault::kBadOption) << value;
  }
  EXPECT_EQ(decode_options(kAckOption + option_bytes(52, {1, 1}) + kEndOption).fault(), PacketFault::kBadOption);
  const ByteVector overload = option_bytes(52, {3});
  EXPECT_EQ(decode_options(kAckOption + overload + overload + kEndOption).fault(), PacketFault::kBadOption);
  EXPECT_EQ(decode_options(kAckOption + overload + option_bytes(52, {}) + kEndOption).fault(), PacketFault::kBadOption);
  const ByteVector options = kAckOption + overload + kEndOption;
  EXPECT_EQ(Decoded(RawFrame().options(options).sname(overload)).fault(), PacketFault::kBadOption);
  EXPECT_EQ(Decoded(RawFrame().options(options).file(overload)).fault(), PacketFault::kBadOption);
  EXPECT_EQ(Decoded(RawFrame().options(options).file(option_bytes(52, {}))).fault(), PacketFault::kBadOption);
}

TEST(PacketDecode, RefusesAnOptionThatRunsFromSnameIntoFileOrFromFileIntoTheCookie) {
  ByteVector sname = ByteVector(62);
  const ByteVector running_out = sname + ByteVector{54, 1};
  EXPECT_EQ(Decoded(RawFrame().options(kAckOption + option_bytes(52, {2}) + kEndOption).sname(running_out)).fault(),
            PacketFault::kBadOption);
  const ByteVector file = ByteVector(127) + ByteVector{12};
  EXPECT_EQ(Decoded(RawFrame().options(kAckOption + option_bytes(52, {1}) + kEndOption).file(file)).fault(),
            PacketFault::kBadOption);
  const ByteVector fitting = ByteVector(61) + option_bytes(12, {'x'});
  EXPECT_TRUE(Decoded(RawFrame().options(kAckOption + option_bytes(52, {2}) + kEndOption).sname(fitting)).ok());
}

TEST(PacketDecode, JoinsThePiecesOfAnOptionInTheOrderOptionsFileSname) {
  const Decoded decoded(RawFrame()
                            .options(option_bytes(56, {'a', 'b'}) + kAckOption + option_bytes(56, {}) +
                                     option_bytes(56, {'c'}) + option_bytes(52, {3}) + kEndOption)
                            .sname(option_bytes(56, {'f'}) + kEndOption)
                            .file(option_bytes(56, {'d'}) + option_bytes(56, {'e'}) + kEndOption));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(to_text(decoded.message().message), "abcdef");
}

TEST(PacketDecode, AnAddressListMayBeCutInTheMiddleOfAnAddress) {
  const Decoded decoded = decode_options(option_bytes(3, {10, 0, 0}) + kAckOption + option_bytes(3, {1}) +
                                         option_bytes(6, {8, 8}) + option_bytes(6, {4, 4}) + kEndOption);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(to_vector(decoded.message().routers), (ByteVector{10, 0, 0, 1}));
  EXPECT_EQ(to_vector(decoded.message().domain_name_servers), (ByteVector{8, 8, 4, 4}));
}

// RFC 3396 knows no "the last one wins": two server identifiers are one of eight bytes.
TEST(PacketDecode, AScalarOptionThatComesTwiceHasAWrongLength) {
  const ByteVector server_id = option_bytes(54, {10, 0, 0, 1});
  EXPECT_EQ(decode_options(kAckOption + server_id + server_id + kEndOption).fault(), PacketFault::kBadOption);
  EXPECT_EQ(decode_options(kAckOption + kAckOption + kEndOption).fault(), PacketFault::kBadOption);
  const Decoded halves = decode_options(kAckOption + option_bytes(54, {10, 0}) + option_bytes(54, {0, 1}) + kEndOption);
  ASSERT_TRUE(halves.ok());
  EXPECT_EQ(halves.message().server_id.value, 0x0A000001U);
}

TEST(PacketDecode, ViewsPointIntoTheFrameUnlessTheOptionWasInPieces) {
  const Decoded decoded = decode_options(kAckOption + option_bytes(12, {'p', 'c'}) + option_bytes(56, {'a'}) +
                                         option_bytes(56, {'b'}) + kEndOption);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded.message().host_name.data(), decoded.frame.data() + 282 + 5);
  EXPECT_EQ(decoded.message().message.data(), decoded.scratch->bytes.data());
}

TEST(PacketDecode, TwoHundredFiftyFiveOptionsAreRead) {
  ByteVector options = kAckOption;
  for (int i = 0; i < 255; ++i) options = options + option_bytes(56, {static_cast<std::uint8_t>(i)});
  const Decoded decoded = decode_options(options + kEndOption);
  ASSERT_TRUE(decoded.ok());
  ASSERT_EQ(decoded.message().message.size(), 255U);
  for (std::size_t i = 0; i < 255; ++i) EXPECT_EQ(decoded.message().message[i], i);
}

TEST(PacketDecode, EveryCodeAtOnceIsReadOrRefusedButNeverMisread) {
  ByteVector options = kAckOption;
  for (int code = 1; code < 255; ++code) {
    if (code == 52 || code == 53 || code == 46) continue;
    options = options + option_bytes(static_cast<std::uint8_t>(code), {10, 0, 0, 1});
  }
  const Decoded decoded = decode_options(options + kEndOption);
  ASSERT_TRUE(decoded.ok());
  for (int code = 1; code < 255; ++code) {
    EXPECT_EQ(decoded.message().options.has(static_cast<std::uint8_t>(code)), code != 52 && code != 46) << code;
  }
}

// The scratch memory holds as much as a frame of our own, so only a jumbo frame can exceed it.
TEST(PacketDecode, RefusesJoinedOptionsThatExceedTheScratchMemory) {
  const auto pieces = [](std::size_t size) {
    ByteVector options = kAckOption;
    for (; size > 200; size -= 200) options = options + option_bytes(56, ByteVector(200, 'x'));
    return options + option_bytes(56, ByteVector(size, 'x'));
  };
  const Decoded fits = decode_options(pieces(kMaxFrame) + kEndOption);
  ASSERT_TRUE(fits.ok());
  EXPECT_EQ(fits.message().message.size(), kMaxFrame);
  EXPECT_EQ(decode_options(pieces(kMaxFrame + 1) + kEndOption).fault(), PacketFault::kTooManyOptions);
  const ByteVector another = option_bytes(12, {'y'});
  EXPECT_EQ(decode_options(pieces(kMaxFrame - 1) + another + another + kEndOption).fault(),
            PacketFault::kTooManyOptions);
  const ByteVector unknown = option_bytes(200, ByteVector(255));
  ByteVector many = kAckOption;
  for (int i = 0; i < 20; ++i) many = many + unknown;
  EXPECT_TRUE(decode_options(many + kEndOption).ok());
}

}  // namespace
}  // namespace unlease::sim
