// The index of leases by client against std::map.
#include "sim/lease_index.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/random_test_support.h"

namespace unlease::sim {
namespace {

// Hashes differ in their high half: the index looks at no other bits.
constexpr std::uint64_t hash_of(std::uint32_t tag) { return std::uint64_t{tag} << 32U; }

std::set<std::uint32_t> all_under(const LeaseIndex& index, std::uint64_t hash) {
  std::set<std::uint32_t> found;
  while (const auto offset = index.find(hash, [&](std::uint32_t candidate) { return !found.contains(candidate); })) {
    found.insert(*offset);
  }
  return found;
}

TEST(LeaseIndex, AnEmptyOneFindsNothingAndErasesNothing) {
  LeaseIndex index;
  index.erase(hash_of(1), 1);
  EXPECT_EQ(index.find(hash_of(1), [](std::uint32_t) { return true; }), std::nullopt);
}

TEST(LeaseIndex, OffersEveryOffsetUnderAHashToThePredicate) {
  LeaseIndex index;
  for (const std::uint32_t offset : {4U, 9U, 0U}) index.insert(hash_of(5), offset);
  index.insert(hash_of(6), 7);
  EXPECT_EQ(all_under(index, hash_of(5)), (std::set<std::uint32_t>{0, 4, 9}));
  EXPECT_EQ(all_under(index, hash_of(6)), (std::set<std::uint32_t>{7}));
}

// 16 slots, of which a tag's first four bits choose one: these want the last two and the first ones.
TEST(LeaseIndex, AChainThatWrapsAroundSurvivesErasingItsParts) {
  const std::vector<std::uint32_t> tags{0xE0000000, 0xE0000001, 0xF0000000, 0xE0000002, 0, 0xF0000001, 1};
  for (std::size_t first = 0; first < tags.size(); ++first) {
    for (std::size_t second = 0; second < tags.size(); ++second) {
      LeaseIndex index;
      for (std::uint32_t i = 0; i < tags.size(); ++i) index.insert(hash_of(tags[i]), i);
      index.erase(hash_of(tags[first]), static_cast<std::uint32_t>(first));
      index.erase(hash_of(tags[second]), static_cast<std::uint32_t>(second));
      for (std::uint32_t i = 0; i < tags.size(); ++i) {
        const bool gone = i == first || i == second;
        EXPECT_EQ(all_under(index, hash_of(tags[i])), gone ? std::set<std::uint32_t>{} : std::set<std::uint32_t>{i})
            << first << ' ' << second << ' ' << i;
      }
    }
  }
}

TEST(LeaseIndex, ErasingUnderAnotherHashDoesNothing) {
  LeaseIndex index;
  index.insert(hash_of(1), 10);
  index.erase(hash_of(1), 11);
  index.erase(hash_of(2), 10);
  EXPECT_EQ(all_under(index, hash_of(1)), (std::set<std::uint32_t>{10}));
}

TEST(LeaseIndex, BehavesAsAMultimapWhateverIsInsertedAndErased) {
  const std::uint64_t seed = random_test_seed();
  SCOPED_TRACE(how_to_repeat(seed, "LeaseIndex.BehavesAsAMultimapWhateverIsInsertedAndErased"));
  TestRandom random(seed);
  for (int round = 0; round < 20; ++round) {
    LeaseIndex index;
    std::map<std::uint64_t, std::set<std::uint32_t>> reference;
    // Few distinct hashes near each other, so that chains are long and run into each other.
    const std::uint32_t tags = 1 + random.small(200);
    const std::uint32_t offsets = 1 + random.small(400);
    for (int step = 0; step < 2'000; ++step) {
      const std::uint64_t hash = hash_of(random.small(tags) * (round % 3 == 0 ? 16 : 1));
      const std::uint32_t offset = random.small(offsets);
      std::set<std::uint32_t>& known = reference[hash];
      if (!known.contains(offset) && random.below(5) < (step % 500 < 300 ? 4U : 1U)) {
        index.insert(hash, offset);
        known.insert(offset);
      } else {
        index.erase(hash, offset);
        known.erase(offset);
      }
      ASSERT_EQ(all_under(index, hash), known) << "step " << step;
    }
    for (const auto& [hash, known] : reference) ASSERT_EQ(all_under(index, hash), known);
  }
}

}  // namespace
}  // namespace unlease::sim
