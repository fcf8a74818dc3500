// The order of the future: by instant, and among ties by insertion.
#include "sim/event_queue.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/random_test_support.h"

namespace unlease::sim {
namespace {

Instant at(std::int64_t nanoseconds) { return Instant(Duration(nanoseconds)); }
Event event(Instant due, std::uint32_t subject) { return {due, EventKind::kPacket, subject}; }
Event event(std::int64_t nanoseconds, std::uint32_t subject) { return event(at(nanoseconds), subject); }

std::vector<std::uint32_t> drain(EventQueue& queue) {
  std::vector<std::uint32_t> subjects;
  while (!queue.empty()) subjects.push_back(queue.pop().subject());
  return subjects;
}

TEST(EventQueue, AnEmptyOneHasNoNextInstant) {
  EventQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_EQ(queue.next(), kNever);
}

TEST(EventQueue, EventsComeByInstant) {
  EventQueue queue;
  for (const std::uint32_t nanosecond : {5U, 1U, 1000U, 3U, 2U, 64U, 63U}) queue.push(event(nanosecond, nanosecond));
  EXPECT_EQ(drain(queue), (std::vector<std::uint32_t>{1, 2, 3, 5, 63, 64, 1000}));
}

TEST(EventQueue, TiesComeInTheOrderInWhichTheyWerePushed) {
  EventQueue queue;
  for (std::uint32_t i = 0; i < 100; ++i) queue.push(event(7, i));
  for (std::uint32_t i = 0; i < 100; ++i) ASSERT_EQ(queue.pop().subject(), i);
}

TEST(EventQueue, TiesKeepTheirOrderWhenTheyAreMovedBetweenPushes) {
  EventQueue queue;
  queue.push(event(1'000'000, 1));
  queue.push(event(999'999, 0));  // popping it moves the others closer
  queue.push(event(1'000'000, 2));
  EXPECT_EQ(queue.pop().subject(), 0U);
  queue.push(event(1'000'000, 3));
  EXPECT_EQ(queue.pop().subject(), 1U);
  queue.push(event(1'000'000, 4));  // of the instant that is being popped
  EXPECT_EQ(drain(queue), (std::vector<std::uint32_t>{2, 3, 4}));
}

TEST(EventQueue, LookingAtTheNextInstantLetsEarlierEventsIn) {
  EventQueue queue;
  queue.push(event(10, 10));
  EXPECT_EQ(queue.pop().subject(), 10U);
  queue.push(event(1'000, 1'000));
  EXPECT_EQ(queue.next(), at(1'000));
  queue.push(event(20, 20));
  EXPECT_EQ(queue.next(), at(20));
  queue.push(event(10, 11));  // the instant of the last popped one is not too early
  EXPECT_EQ(queue.next(), at(10));
  EXPECT_EQ(drain(queue), (std::vector<std::uint32_t>{11, 20, 1'000}));
}

TEST(EventQueue, NegativeAndHugeInstantsAreInstantsLikeOthers) {
  EventQueue queue;
  queue.push(event(kNever, 5));
  queue.push(event(0, 3));
  queue.push(event(-1, 2));
  queue.push(event(Instant::min(), 0));
  queue.push(event(Instant::min() + Duration(1), 1));
  queue.push(event(kNever - Duration(1), 4));
  EXPECT_EQ(queue.next(), Instant::min());
  EXPECT_EQ(drain(queue), (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(queue.next(), kNever);
}

TEST(EventQueue, AnEventIsGivenBackAsItWas) {
  EventQueue queue;
  queue.push({at(3), EventKind::kLeaseTimer, 0xFFFFFFFF, Event::kArgumentMask});
  queue.push({at(4), EventKind::kLateEffect, 1, Event::kArgumentMask + 3});
  Event popped = queue.pop();
  EXPECT_EQ(popped.at(), at(3));
  EXPECT_EQ(popped.subject(), 0xFFFFFFFFU);
  EXPECT_EQ(popped.argument(), Event::kArgumentMask);
  EXPECT_EQ(popped.kind(), EventKind::kLeaseTimer);
  popped = queue.pop();
  EXPECT_EQ(popped.argument(), 2U);  // cut: stamps wrap around
  EXPECT_EQ(popped.kind(), EventKind::kLateEffect);
}

// As many as fill several of the queue's blocks.
TEST(EventQueue, AWaveOfOneInstantKeepsItsOrderAlsoWhenMoreJoinIt) {
  EventQueue queue;
  for (std::uint32_t i = 0; i < 1'000; ++i) queue.push(event(5'000, i));
  queue.push(event(7'000, 2'000));
  for (std::uint32_t i = 0; i < 500; ++i) ASSERT_EQ(queue.pop().subject(), i);
  for (std::uint32_t i = 1'000; i < 2'000; ++i) queue.push(event(5'000, i));
  for (std::uint32_t i = 500; i <= 2'000; ++i) ASSERT_EQ(queue.pop().subject(), i);
  EXPECT_TRUE(queue.empty());
}

// Against a multimap, which keeps the order of insertion among equal keys.
TEST(EventQueue, BehavesAsAnOrderedMapWhateverIsPushedAndPopped) {
  const std::uint64_t seed = random_test_seed();
  SCOPED_TRACE(how_to_repeat(seed, "EventQueue.BehavesAsAnOrderedMapWhateverIsPushedAndPopped"));
  TestRandom random(seed);
  for (int round = 0; round < 30; ++round) {
    EventQueue queue;
    std::multimap<Instant, std::uint32_t> reference;
    Instant last = at(-1'000'000);
    std::uint32_t ordinal = 0;
    for (int step = 0; step < 4'000; ++step) {
      // Waves of pushes and waves of pops; spans of all sizes, many of them ties.
      const bool pushing = (step / 200) % 3 != 2;
      if (random.below(10) < (pushing ? 7U : 3U)) {
        const std::uint64_t span = random.next() >> (20 + random.below(44));
        const Instant due = last + Duration(static_cast<std::int64_t>(random.below(3) == 0 ? span & 7U : span));
        queue.push(event(due, ordinal));
        reference.emplace(due, ordinal++);
      } else if (!reference.empty()) {
        const auto first = reference.begin();
        ASSERT_EQ(queue.next(), first->first);
        const Event popped = queue.pop();
        ASSERT_EQ(popped.at(), first->first);
        ASSERT_EQ(popped.subject(), first->second);
        last = popped.at();
        reference.erase(first);
      }
      ASSERT_EQ(queue.size(), reference.size());
      ASSERT_EQ(queue.next(), reference.empty() ? kNever : reference.begin()->first);
    }
    for (const auto& [due, subject] : reference) {
      const Event popped = queue.pop();
      ASSERT_EQ(popped.at(), due);
      ASSERT_EQ(popped.subject(), subject);
    }
    ASSERT_TRUE(queue.empty());
  }
}

}  // namespace
}  // namespace unlease::sim
