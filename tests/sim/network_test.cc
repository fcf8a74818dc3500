// The wire: what it does to a packet, and when a mark has settled.
#include "sim/network.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/random.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kSeed = 7;
constexpr Probability kHalf{500'000'000};

// A wire with one thing about it.
template <class Member>
SegmentSpec wire(Member SegmentSpec::* member, Member value, SegmentSpec segment = {}) {
  segment.*member = value;
  return segment;
}

WireVerdict judge(const SegmentSpec& segment, std::uint32_t sent) { return judge_packet(segment, kSeed, 42, sent); }

TEST(JudgePacket, AHealthyWireDelaysByItsLatency) {
  const WireVerdict verdict = judge(wire<Duration>(&SegmentSpec::latency, milliseconds(3)), 0);
  EXPECT_EQ(verdict.drop, DropReason::kNone);
  EXPECT_EQ(verdict.delay, milliseconds(3));
  EXPECT_FALSE(verdict.duplicate);
}

TEST(JudgePacket, IsAFunctionOfItsArguments) {
  SegmentSpec segment;
  segment.jitter = milliseconds(5);
  segment.loss = segment.duplicate = segment.reorder = kHalf;
  for (std::uint32_t i = 0; i < 200; ++i) {
    const WireVerdict first = judge(segment, i);
    judge(segment, i + 7);
    const WireVerdict second = judge(segment, i);
    EXPECT_EQ(first.drop, second.drop);
    EXPECT_EQ(first.delay, second.delay);
    EXPECT_EQ(first.duplicate, second.duplicate);
  }
}

TEST(JudgePacket, LosesNothingOrEverythingAtTheEnds) {
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    EXPECT_EQ(judge(wire(&SegmentSpec::loss, Probability{0}), i).drop, DropReason::kNone);
    EXPECT_EQ(judge(wire(&SegmentSpec::loss, kCertain), i).drop, DropReason::kLost);
  }
}

TEST(JudgePacket, JitterOnlyAddsAndStaysWithinItsBounds) {
  SegmentSpec segment;
  segment.latency = milliseconds(10);
  segment.jitter = milliseconds(5);
  bool varies = false;
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    const Duration delay = judge(segment, i).delay;
    EXPECT_GE(delay, milliseconds(10));
    EXPECT_LE(delay, milliseconds(15));
    varies = varies || delay != judge(segment, 0).delay;
  }
  EXPECT_TRUE(varies);
}

TEST(JudgePacket, ADuplicateComesOneLatencyAfterItsOriginal) {
  const WireVerdict verdict =
      judge(wire<Duration>(&SegmentSpec::latency, milliseconds(2), wire(&SegmentSpec::duplicate, kCertain)), 0);
  EXPECT_EQ(verdict.delay, milliseconds(2));
  EXPECT_EQ(verdict.duplicate, milliseconds(4));
}

TEST(JudgePacket, AReorderedPacketIsHeldBackByThreeLatencies) {
  EXPECT_EQ(
      judge(wire<Duration>(&SegmentSpec::latency, milliseconds(2), wire(&SegmentSpec::reorder, kCertain)), 0).delay,
      milliseconds(8));
}

TEST(JudgePacket, NothingCrossesAPartition) {
  const WireVerdict verdict = judge(wire(&SegmentSpec::duplicate, kCertain, wire(&SegmentSpec::partitioned, true)), 0);
  EXPECT_EQ(verdict.drop, DropReason::kPartitioned);
  EXPECT_FALSE(verdict.duplicate);
}

// Deleting one fault of the wire must not change the luck of the others.
TEST(JudgePacket, EachConcernHasItsOwnLuck) {
  for (std::uint32_t i = 0; i < 200; ++i) {
    const SegmentSpec without = wire(&SegmentSpec::duplicate, kHalf);
    const SegmentSpec with = wire(&SegmentSpec::reorder, kHalf, without);
    EXPECT_EQ(judge(with, i).duplicate.has_value(), judge(without, i).duplicate.has_value());
  }
}

TEST(DropReason, EachHasAName) {
  EXPECT_EQ(name(DropReason::kLost), "lost");
  EXPECT_EQ(name(DropReason::kMalformed), "malformed");
}

// --- marks --------------------------------------------------------------------------------------------------------

// A context with a network and nobody on it: packets arrive when the test says so.
class NetworkTest : public ::testing::Test {
 protected:
  PacketId send(std::uint32_t segment = 0) {
    const PacketId packet = network_.pool().allocate(kMinFrame);
    network_.accept(packet, {.sender = adapter_node(0),
                             .segment = static_cast<std::uint16_t>(segment),
                             .size = kMinFrame,
                             .type = MessageType::kDiscover});
    last_drop_ = network_.transmit(packet, 42, sent_++);
    return packet;
  }
  // The next arrival.
  void arrive() {
    const Event event = context_.queue.pop();
    network_.finish(PacketId{subject_of(event)});
  }
  template <class E>
  static std::uint32_t subject_of(const E& event) {
    if constexpr (requires { event.subject(); }) {
      return event.subject();
    } else {
      return event.subject;
    }
  }

  std::unique_ptr<Scenario> scenario_ = scenario_of(join(kServer, kBound));
  AdapterTable adapters_{scenario_->adapters};
  Context context_{.scenario = *scenario_,
                   .adapters = adapters_,
                   .seed = kSeed,
                   .now = Instant{},
                   .queue = EventQueue(),
                   .recorder = Recorder(*scenario_, adapters_, true, false)};
  Network network_{context_};
  std::uint32_t sent_ = 0;
  DropReason last_drop_{};
};

TEST_F(NetworkTest, AMarkOfNothingHasSettled) { EXPECT_TRUE(network_.settled(network_.mark())); }

TEST_F(NetworkTest, AMarkSettlesWhenItsLastPacketIsDoneAndLaterOnesDoNotCount) {
  send();
  send();
  const std::uint32_t mark = network_.mark();
  send();
  EXPECT_FALSE(network_.settled(mark));
  arrive();
  EXPECT_FALSE(network_.settled(mark));
  arrive();
  EXPECT_TRUE(network_.settled(mark));
  const std::uint32_t later = network_.mark();
  EXPECT_FALSE(network_.settled(later));
  arrive();
  EXPECT_TRUE(network_.settled(later));
}

TEST_F(NetworkTest, ALaterMarkWaitsForTheEarlierPacketsToo) {
  send();
  const std::uint32_t first = network_.mark();
  const std::uint32_t second = network_.mark();
  EXPECT_FALSE(network_.settled(first));
  EXPECT_FALSE(network_.settled(second));
  arrive();
  EXPECT_TRUE(network_.settled(first));
  EXPECT_TRUE(network_.settled(second));
}

TEST_F(NetworkTest, ADuplicateIsPartOfItsOriginalsFlight) {
  network_.segment(0).duplicate = kCertain;
  send();
  const std::uint32_t mark = network_.mark();
  arrive();
  EXPECT_FALSE(network_.settled(mark));
  arrive();
  EXPECT_TRUE(network_.settled(mark));
}

TEST_F(NetworkTest, WhatIsDroppedIsNotInFlight) {
  network_.segment(0).loss = kCertain;
  send();
  EXPECT_EQ(last_drop_, DropReason::kLost);
  EXPECT_TRUE(network_.settled(network_.mark()));
  EXPECT_TRUE(context_.queue.empty());
  EXPECT_EQ(network_.sent(MessageType::kDiscover), 1U);
}

TEST_F(NetworkTest, ResolutionNeedsBothWays) {
  EXPECT_TRUE(network_.resolves(0, 42, 0, 0));
  network_.segment(0).loss = kCertain;
  EXPECT_FALSE(network_.resolves(0, 42, 0, 0));
  network_.segment(0).loss = Probability{0};
  network_.segment(0).partitioned = true;
  EXPECT_FALSE(network_.resolves(0, 42, 0, 0));
  // With half of the packets lost, a quarter of the exchanges succeed.
  network_.segment(0).partitioned = false;
  network_.segment(0).loss = kHalf;
  int resolved = 0;
  for (std::uint32_t i = 0; i < 4'000; ++i) resolved += network_.resolves(0, 42, i, 0) ? 1 : 0;
  EXPECT_NEAR(resolved, 1'000, 5 * 28);
}

}  // namespace
}  // namespace unlease::sim
