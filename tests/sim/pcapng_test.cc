// The blocks of a capture, byte by byte, and what the comments say. That Wireshark reads it is pcap_test.py's to show.
#include "sim/pcapng.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

constexpr std::string_view kLan = "\n[[segment]]\nname = \"lan\"\n";
constexpr std::string_view kRelayed = R"(
[[segment]]
name = "servers"
[[segment]]
name = "floor 2"
relay = { server = "dhcp1", address = "10.0.2.1" }
[[server]]
name = "dhcp1"
segment = "servers"
address = "10.0.0.1"
pool = "10.0.2.10-10.0.2.99"
[[adapter]]
name = "Ethernet"
segment = "floor 2"
lease = { acquire = true }
[[step]]
at = "3s"
call = "ReleaseDHCPLeaseAll"
)";

struct Captured {
  explicit Captured(const std::string& text) : scenario(scenario_of(text)) {
    result = play(*scenario, {.seed = {}, .keep_trace = true, .keep_frames = true});
  }

  std::vector<std::vector<std::string>> comments() const {
    return frame_comments(*scenario, result.frames, result.trace);
  }
  std::string file() const {
    std::ostringstream out;
    write_pcapng(out, *scenario, result.frames, result.trace);
    return out.str();
  }

  std::unique_ptr<Scenario> scenario;
  PlayResult result;
};

std::uint32_t number_at(std::string_view text, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t byte = 4; byte-- > 0;) number = number << 8U | static_cast<unsigned char>(text.at(at + byte));
  return number;
}

struct Block {
  std::uint32_t type;
  std::string body;
};

// Checks the length at both ends of each.
std::vector<Block> blocks_of(std::string_view file) {
  std::vector<Block> blocks;
  while (!file.empty()) {
    const std::uint32_t length = number_at(file, 4);
    EXPECT_EQ(length % 4, 0U);
    EXPECT_EQ(number_at(file, length - 4), length);
    blocks.push_back({number_at(file, 0), std::string(file.substr(8, length - 12))});
    file.remove_prefix(length);
  }
  return blocks;
}

TEST(Pcapng, HasASectionAnInterfaceASegmentAndABlockAFrame) {
  const Captured captured(join(kLan, "[[segment]]\nname = \"other\"\n", kServer, kBound));
  const std::vector<Block> blocks = blocks_of(captured.file());
  ASSERT_EQ(blocks.size(), 4U);
  EXPECT_EQ(blocks[0].type, 0x0A0D0D0AU);
  EXPECT_EQ(number_at(blocks[0].body, 0), 0x1A2B3C4DU);
  EXPECT_EQ(blocks[1].type, 1U);
  EXPECT_THAT(blocks[1].body, testing::HasSubstr("lan"));
  EXPECT_THAT(blocks[2].body, testing::HasSubstr("other"));
  EXPECT_EQ(blocks[3].type, 6U);
}

TEST(Pcapng, AFrameHasItsInterfaceItsTimeInNanosecondsItsLengthAndItsBytes) {
  const Captured captured(join("\n[[segment]]\nname = \"other\"\n", kLan, R"(
[[server]]
name = "dhcp1"
segment = "lan"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.19"
[[adapter]]
name = "Ethernet"
segment = "lan"
lease = { server = "dhcp1", state = "bound" }
[[step]]
at = "5s"
call = "ReleaseDHCPLeaseAll"
)"));
  const std::string body = blocks_of(captured.file()).back().body;
  EXPECT_EQ(number_at(body, 0), 1U);
  EXPECT_EQ(std::uint64_t{number_at(body, 4)} << 32U | number_at(body, 8), 5'000'000'000U);
  EXPECT_EQ(number_at(body, 12), 342U);
  EXPECT_EQ(number_at(body, 16), 342U);
  ASSERT_EQ(captured.result.frames.frames().size(), 1U);
  const Bytes frame = captured.result.frames.bytes(captured.result.frames.frames()[0]);
  EXPECT_EQ(body.substr(20, 342), std::string(frame.begin(), frame.end()));
  EXPECT_EQ(body.substr(362, 2), std::string(2, '\0')) << "padded to whole words";
}

TEST(Pcapng, CommentsSayWhoGotAFrame) {
  EXPECT_THAT(Captured(join(kServer, kBound)).comments(), ElementsAre(ElementsAre("delivered to 'dhcp1' at 1ms")));
}

TEST(Pcapng, CommentsSayByWhichRuleAFrameWasDropped) {
  EXPECT_THAT(Captured(join(kLan, "loss = 1.0\n", kServer, kBound)).comments(),
              ElementsAre(ElementsAre("dropped at 0s: lost")));
  EXPECT_THAT(Captured(join(kServer, "state = \"down\"\n", kBound)).comments(),
              ElementsAre(ElementsAre("dropped at 1ms: server_down")));
}

TEST(Pcapng, CommentsSayThatAFrameCameTwice) {
  EXPECT_THAT(Captured(join(kLan, "duplicate = 1.0\n", kServer, kBound)).comments(),
              ElementsAre(ElementsAre("delivered to 'dhcp1' at 1ms", "duplicate delivered to 'dhcp1' at 2ms")));
}

// Strangers are on real wires alone: what leaves there has come to one, and what comes from one may be anything.
TEST(Pcapng, CommentsSayWhatLeftAndWhatWasRefused) {
  Captured captured(join(kServer, kBound));
  const auto delivered = std::ranges::find(captured.result.trace, TraceKind::kPacketDelivered, &TraceRecord::kind);
  ASSERT_NE(delivered, captured.result.trace.end());
  delivered->y = static_cast<std::uint32_t>(kStranger);
  EXPECT_THAT(captured.comments(), ElementsAre(ElementsAre("left at 1ms")));
  delivered->kind = TraceKind::kPacketRefused;
  delivered->extra = static_cast<std::uint16_t>(PacketFault::kBadUdp);
  EXPECT_THAT(captured.comments(), ElementsAre(ElementsAre("refused at 1ms: bad UDP")));
}

TEST(Pcapng, WhatARelayTakesIsAFrameOnEachOfItsSegments) {
  const Captured captured{std::string(kRelayed)};
  const auto frames = captured.result.frames.frames();
  const auto comments = captured.comments();
  ASSERT_EQ(frames.size(), 10U) << "DISCOVER, OFFER, REQUEST, ACK and RELEASE, twice each";
  for (std::size_t index = 0; index < frames.size(); index += 2) {
    EXPECT_EQ(frames[index].ordinal, frames[index + 1].ordinal);
    EXPECT_NE(frames[index].segment, frames[index + 1].segment);
    EXPECT_THAT(comments[index], ElementsAre(StartsWith("relayed at ")));
    EXPECT_THAT(comments[index + 1], ElementsAre(StartsWith("delivered to '")));
  }
}

TEST(Pcapng, AFrameStillOnItsWayAtTheEndIsSaidToBe) {
  const Captured captured(join(kLan, "latency = \"10s\"\n", kServer, R"(
[[adapter]]
name = "Ethernet"
lease = { acquire = true }
[[step]]
at = "0s"
call = "ReleaseDHCPLeaseAll"
)",
                               "[run]\ndeadline = \"5s\"\n"));
  const auto comments = captured.comments();
  ASSERT_FALSE(comments.empty());
  EXPECT_THAT(comments.back(), ElementsAre(EndsWith("under way when the run ended")));
}

TEST(Pcapng, WithoutCaptureNoFrameIsKept) { EXPECT_TRUE(play_text(join(kServer, kBound)).frames.frames().empty()); }

}  // namespace
}  // namespace unlease::sim
