// The rules of engine/hal.h, over every HAL. CheckedHal looks at each call; here is what has to be called for that, and
// what only a sequence of calls shows.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/method.h"
#include "tests/contract/harness.h"

namespace unlease::contract {
namespace {

using test::CheckedHal;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAreArray;
using namespace std::chrono_literals;

constexpr Error kBusy = win32_error(Origin::kApi, win32::kBusy);

// Machines whose adapters have been listed.
class Rules : public Subject {
 public:
  Rules(const Harness* harness, const std::vector<Situation>& adapters) : Subject(*harness, adapters) {
    EXPECT_TRUE(hal().adapters());
    machine().change();
  }

  OperationId release(std::uint32_t adapter) { return hal().begin(Operation::kRelease, AdapterHandle{adapter}); }
  std::vector<OperationId> release_range(std::uint32_t begin, std::uint32_t end) {
    std::vector<OperationId> ids;
    for (std::uint32_t adapter = begin; adapter < end; ++adapter) ids.push_back(release(adapter));
    return ids;
  }
  // What completes next: at least `count`, which must come.
  std::vector<Completion> take(std::size_t count) {
    std::vector<Completion> all;
    while (all.size() < count) {
      const auto batch = hal().wait(kNever);
      all.insert(all.end(), batch.begin(), batch.end());
    }
    return all;
  }
  // What has completed by now.
  std::span<const Completion> poll() { return hal().wait(hal().now()); }
};

std::vector<OperationId> ids_of(std::span<const Completion> completions) {
  std::vector<OperationId> ids;
  for (const Completion& completion : completions) ids.push_back(completion.id);
  return ids;
}

std::vector<Situation> times(std::size_t count, Situation situation) { return std::vector(count, situation); }

#define REQUIRE_HELD_OPERATIONS() \
  if (!GetParam()->can(Situation::kHeld)) GTEST_SKIP() << "this HAL cannot hold an operation"

TEST_P(HalTest, EveryOperationCompletesOnceAndNothingElseDoes) {
  Rules rules(GetParam(), times(30, Situation::kBound));
  const std::vector<OperationId> ids = rules.release_range(0, 30);
  EXPECT_THAT(ids_of(rules.take(30)), UnorderedElementsAreArray(ids));
  EXPECT_THAT(rules.hal().wait(rules.hal().now() + 1ms), IsEmpty());
}

TEST_P(HalTest, OperationsCompleteInTheOrderInWhichTheyEndNotInThatOfBegin) {
  REQUIRE_HELD_OPERATIONS();
  std::vector<Situation> adapters = times(5, Situation::kHeld);
  adapters.resize(10, Situation::kBound);
  Rules rules(GetParam(), adapters);
  const std::vector<OperationId> held = rules.release_range(0, 5);
  const std::vector<OperationId> free = rules.release_range(5, 10);
  EXPECT_THAT(ids_of(rules.take(5)), UnorderedElementsAreArray(free));
  rules.machine().let_go();
  EXPECT_THAT(ids_of(rules.take(5)), UnorderedElementsAreArray(held));
}

TEST_P(HalTest, AnOperationOnABusyAdapterCompletesAtOnceWithBusyAndTheEarlierOneGoesOn) {
  REQUIRE_HELD_OPERATIONS();
  Rules rules(GetParam(), {Situation::kHeld, Situation::kBound});
  const OperationId first = rules.release(0);
  for (const Operation operation : {Operation::kRelease, Operation::kRenew}) {
    const OperationId second = rules.hal().begin(operation, AdapterHandle{0});
    const auto batch = rules.poll();
    EXPECT_THAT(ids_of(batch), ElementsAre(second));
    EXPECT_THAT(batch, Each(testing::Field(&Completion::error, kBusy)));
  }
  rules.machine().let_go();
  EXPECT_THAT(ids_of(rules.take(1)), ElementsAre(first));
}

TEST_P(HalTest, AnAdapterIsNotBusyOnceItsOperationHasCompleted) {
  Rules rules(GetParam(), {Situation::kBound});
  for (int round = 0; round < 3; ++round) {
    rules.release(0);
    EXPECT_NE(rules.take(1).at(0).error, kBusy);
  }
}

TEST_P(HalTest, ASnapshotAffectsNothingInFlight) {
  REQUIRE_HELD_OPERATIONS();
  Rules rules(GetParam(), {Situation::kHeld, Situation::kBound});
  const OperationId first = rules.release(0);
  ASSERT_THAT(*rules.hal().adapters(), SizeIs(2));
  const OperationId second = rules.release(0);
  EXPECT_THAT(ids_of(rules.poll()), ElementsAre(second)) << "the adapter is still busy";
  ASSERT_THAT(*rules.hal().adapters(), SizeIs(2));
  rules.machine().let_go();
  EXPECT_THAT(ids_of(rules.take(1)), ElementsAre(first));
}

TEST_P(HalTest, GuidsAreDistinctAndThoseOfTheNextSnapshot) {
  Rules rules(GetParam(), times(20, Situation::kBound));
  const auto guids = [&] {
    const auto snapshot = rules.hal().adapters();
    std::vector<Guid> all;
    for (const Adapter& adapter : *snapshot) all.push_back(adapter.guid);
    return all;
  };
  const std::vector<Guid> first = guids();
  EXPECT_THAT(std::set<Guid>(first.begin(), first.end()), SizeIs(20));
  EXPECT_EQ(guids(), first);
}

TEST_P(HalTest, AWaitWithNothingInFlightEndsAtItsDeadline) {
  Rules rules(GetParam(), {Situation::kBound});
  const Instant deadline = rules.hal().now() + 1ms;
  EXPECT_THAT(rules.hal().wait(deadline), IsEmpty());
  EXPECT_GE(rules.hal().now(), deadline);
}

TEST_P(HalTest, AWaitForWhatDoesNotCompleteEndsAtItsDeadline) {
  REQUIRE_HELD_OPERATIONS();
  Rules rules(GetParam(), {Situation::kHeld});
  rules.release(0);
  EXPECT_THAT(rules.hal().wait(rules.hal().now() + 1ms), IsEmpty());
}

TEST_P(HalTest, ADeadlineThatHasPassedEndsAWaitAndLeavesTheClock) {
  REQUIRE_HELD_OPERATIONS();
  Rules rules(GetParam(), {Situation::kHeld});
  rules.release(0);
  EXPECT_THAT(rules.hal().wait(rules.hal().now() - 1h), IsEmpty());
  EXPECT_THAT(rules.hal().wait(rules.hal().now()), IsEmpty());
}

TEST_P(HalTest, ACompletionWinsOverADeadlineThatHasCome) {
  REQUIRE_HELD_OPERATIONS();
  Rules rules(GetParam(), {Situation::kHeld});
  rules.release(0);
  const OperationId busy = rules.release(0);
  EXPECT_THAT(rules.hal().wait(rules.hal().now() + 1ms), SizeIs(1));
  const OperationId again = rules.release(0);
  EXPECT_LT(busy, again);
  EXPECT_THAT(ids_of(rules.hal().wait(rules.hal().now())), ElementsAre(again));
}

TEST_P(HalTest, AHalEndsWithOperationsInFlight) {
  REQUIRE_HELD_OPERATIONS();
  Rules rules(GetParam(), {Situation::kHeld, Situation::kHeld, Situation::kBound});
  rules.release_range(0, 2);
  rules.poll();
  rules.release(2);
}

TEST_P(HalTest, TheMethodHasOneOutcomeForEachAdapterAndDropsNothing) {
  Subject subject(*GetParam(), times(30, Situation::kBound));
  const Report report = release_dhcp_lease_all(subject.hal(), {.max_in_flight = 7, .assume_dhcp = true});
  EXPECT_THAT(report.outcomes, SizeIs(30));
  EXPECT_THAT(report.outcomes, Each(testing::Field(&Outcome::decision, Decision::kCompleted)));
  EXPECT_EQ(report.late_completions + report.unknown_completions + report.repeated_completions, 0U);
}

// Random calls on a few adapters, some of which hold what is begun on them.
void play_at_random(const Harness* harness, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); };
  std::vector<Situation> adapters;
  for (int i = 0; i < 6; ++i) {
    adapters.push_back(below(2) == 0 && harness->can(Situation::kHeld) ? Situation::kHeld : Situation::kBound);
  }
  Rules rules(harness, adapters);
  for (std::uint32_t steps = below(40); steps > 0; --steps) {
    switch (below(8)) {
      case 0:
        EXPECT_TRUE(rules.hal().adapters());
        break;
      case 1:
        rules.hal().wait(rules.hal().now() - 1ms);
        break;
      case 2:
        rules.hal().wait(rules.hal().now() + std::chrono::microseconds(below(100)));
        break;
      default:
        rules.hal().begin(below(2) == 0 ? Operation::kRelease : Operation::kRenew, AdapterHandle{below(6)});
    }
  }
  rules.machine().let_go();
  while (rules.hal().in_flight() > 0) rules.hal().wait(kNever);
}

TEST_P(HalTest, TheRulesHoldWhateverIsCalled) {
  std::uint64_t first = 1;
  std::uint64_t last = 30;
  if (const char* wanted = std::getenv("UNLEASE_TEST_SEED")) first = last = std::stoull(wanted);
  for (std::uint64_t seed = first; seed <= last && !HasFailure(); ++seed) {
    SCOPED_TRACE("repeat with: UNLEASE_TEST_SEED=" + std::to_string(seed) +
                 " contract_tests --gtest_filter=*TheRulesHoldWhateverIsCalled*");
    play_at_random(GetParam(), seed);
  }
}

}  // namespace
}  // namespace unlease::contract
