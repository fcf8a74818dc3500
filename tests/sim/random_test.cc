// Chance as a hash of what it is for.
#include "sim/random.h"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace unlease::sim {
namespace {

constexpr std::uint64_t kSeed = 7;
constexpr std::uint64_t kMost = ~std::uint64_t{0};

TEST(Draw, DependsOnAllOfItsArguments) {
  const std::uint64_t who = identity("Ethernet");
  const std::set<std::uint64_t> draws{draw(1, Concern::kLoss, who, 0), draw(2, Concern::kLoss, who, 0),
                                      draw(1, Concern::kJitter, who, 0), draw(1, Concern::kLoss, identity("Wi-Fi"), 0),
                                      draw(1, Concern::kLoss, who, 1)};
  EXPECT_EQ(draws.size(), 5U);
}

TEST(Draw, DoesNotDependOnWhatWasDrawnBefore) {
  std::vector<std::uint64_t> forwards;
  for (std::uint64_t i = 0; i < 100; ++i) forwards.push_back(draw(kSeed, Concern::kJitter, identity("a"), i));
  for (std::uint64_t i = 100; i-- > 0;) {
    EXPECT_EQ(draw(kSeed, Concern::kJitter, identity("a"), i), forwards[i]);
    static_cast<void>(draw(kSeed, Concern::kLoss, identity("b"), i));
  }
}

TEST(Draw, SmallSeedsAndCountersGiveNoEqualBits) {
  std::set<std::uint64_t> draws;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (std::uint64_t counter = 0; counter < 200; ++counter) draws.insert(draw(seed, Concern::kXid, 0, counter));
  }
  EXPECT_EQ(draws.size(), 10'000U);
}

// The values are part of every fingerprint: a change of them is a change of format.
TEST(Draw, IsTheSameOnEveryMachine) {
  static_assert(draw(1, Concern::kLoss, 2, 3) == draw(1, Concern::kLoss, 2, 3));
  EXPECT_EQ(detail::mix(1), 0x5692161D100B05E5U);                    // the finalizer of SplitMix64
  EXPECT_EQ(detail::mix(0x9E3779B97F4A7C15U), 0xE220A8397B1DCDAFU);  // its first output for seed 0
}

TEST(Identity, TellsNamesAndOrdinalsApart) {
  std::set<std::uint64_t> identities{identity(""), identity("a"), identity("b"), identity("ab"), identity("ba")};
  for (std::uint32_t ordinal = 1; ordinal <= 1'000; ++ordinal) identities.insert(identity("a", ordinal));
  EXPECT_EQ(identities.size(), 1'005U);
}

TEST(Happens, NeverWithZeroAndAlwaysWithCertainty) {
  for (const std::uint64_t bits : {std::uint64_t{0}, std::uint64_t{1}, kMost / 2, kMost - 1, kMost}) {
    EXPECT_FALSE(happens(Probability{0}, bits));
    EXPECT_TRUE(happens(kCertain, bits));
  }
}

TEST(Happens, TheLeastProbabilityIsNotNothingAndTheMostButOneIsNotCertain) {
  EXPECT_TRUE(happens(Probability{1}, 0));
  EXPECT_FALSE(happens(Probability{1}, kMost));
  EXPECT_TRUE(happens(Probability{999'999'999}, 0));
  EXPECT_FALSE(happens(Probability{999'999'999}, kMost));
}

TEST(Happens, MoreProbableThingsHappenWheneverLessProbableOnesDo) {
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    const std::uint64_t bits = draw(kSeed, Concern::kLoss, 1, i);
    if (happens(Probability{200'000'000}, bits)) {
      EXPECT_TRUE(happens(Probability{300'000'000}, bits));
    }
  }
}

// With a fixed seed, so that 5 sigma is a bound and not a bet.
TEST(Happens, IsAsFrequentAsItsProbability) {
  constexpr std::uint64_t kDraws = 200'000;
  for (const std::uint32_t ppb : {1'000'000U, 50'000'000U, 500'000'000U, 900'000'000U}) {
    for (const Concern concern : {Concern::kLoss, Concern::kDuplicate, Concern::kFault}) {
      std::uint64_t hits = 0;
      for (std::uint64_t i = 0; i < kDraws; ++i) {
        if (happens(Probability{ppb}, draw(kSeed, concern, identity("Ethernet"), i))) ++hits;
      }
      const double probability = ppb / 1e9;
      const double expected = probability * kDraws;
      const double sigma = std::sqrt(expected * (1 - probability));
      EXPECT_NEAR(static_cast<double>(hits), expected, 5 * sigma) << ppb;
    }
  }
}

// The same adapter, one decision each, over many seeds: what a sweep sees.
TEST(Happens, IsAsFrequentOverSeedsAsOverCounters) {
  constexpr std::uint64_t kSeeds = 100'000;
  std::uint64_t hits = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    if (happens(Probability{100'000'000}, draw(seed, Concern::kLoss, identity("Ethernet"), 0))) ++hits;
  }
  EXPECT_NEAR(static_cast<double>(hits), kSeeds / 10.0, 5 * std::sqrt(kSeeds * 0.09));
}

TEST(Uniform, StaysWithinItsBounds) {
  EXPECT_EQ(uniform(Duration(0), kMost), Duration(0));
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const Duration drawn = uniform(Duration(10), draw(kSeed, Concern::kJitter, 1, i));
    EXPECT_GE(drawn, Duration(0));
    EXPECT_LE(drawn, Duration(10));
  }
  EXPECT_GE(uniform(Duration::max(), kMost), Duration(0));
}

TEST(Uniform, ReachesBothBoundsAndAllBetweenEquallyOften) {
  constexpr std::uint64_t kDraws = 110'000;
  std::array<std::uint64_t, 11> counts{};
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    ++counts[static_cast<std::size_t>(uniform(Duration(10), draw(kSeed, Concern::kJitter, 1, i)).count())];
  }
  for (const std::uint64_t count : counts) {
    EXPECT_NEAR(static_cast<double>(count), 10'000.0, 5 * std::sqrt(10'000.0 * 10 / 11));
  }
}

}  // namespace
}  // namespace unlease::sim
