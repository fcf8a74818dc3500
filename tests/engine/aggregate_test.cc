// From the outcomes of many adapters to one number.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/mapping.h"
#include "engine/return_code.h"

namespace unlease {
namespace {

// The rule, told another way than the class tells it: over the whole multiset at once.
ReturnCode expected_aggregate(const std::vector<ReturnCode>& codes, const Policies& policies) {
  if (codes.empty()) return policies.no_dhcp_adapters;
  const std::set<ReturnCode> distinct(codes.begin(), codes.end());
  const bool all_succeeded = *distinct.rbegin() <= ReturnCode::kSuccessRebootRequired;
  if (all_succeeded || distinct.size() == 1) return *distinct.rbegin();
  return ReturnCode::kPartial;
}

ReturnCode aggregate(const std::vector<ReturnCode>& codes, const Policies& policies = {}) {
  Aggregate all;
  for (const ReturnCode code : codes) all.add(code);
  return all.result(policies);
}

std::string numbers(const std::vector<ReturnCode>& codes) {
  std::string text;
  for (const ReturnCode code : codes) text += std::to_string(value(code)) + " ";
  return text;
}

TEST(Aggregate, NoTargetFollowsThePolicy) {
  EXPECT_EQ(aggregate({}), ReturnCode::kSuccess);
  Policies policies;
  policies.no_dhcp_adapters = ReturnCode::kDhcpNotEnabled;
  EXPECT_EQ(aggregate({}, policies), ReturnCode::kDhcpNotEnabled);
  EXPECT_EQ(aggregate({ReturnCode::kSuccess}, policies), ReturnCode::kSuccess);
}

TEST(Aggregate, AllSucceededIs0Or1WhereAnyNeedsAReboot) {
  const ReturnCode ok = ReturnCode::kSuccess;
  const ReturnCode reboot = ReturnCode::kSuccessRebootRequired;
  EXPECT_EQ(aggregate({ok, ok}), ok);
  EXPECT_EQ(aggregate({ok, reboot, ok}), reboot);
}

TEST(Aggregate, AllFailedAlikeIsThatCode) {
  EXPECT_EQ(aggregate({ReturnCode::kAccessDenied, ReturnCode::kAccessDenied}), ReturnCode::kAccessDenied);
  EXPECT_EQ(aggregate({ReturnCode{0x8004A024}, ReturnCode{0x8004A024}}), ReturnCode{0x8004A024});
}

TEST(Aggregate, DifferentFailuresOrASuccessAmongFailuresIs98) {
  EXPECT_EQ(aggregate({ReturnCode::kAccessDenied, ReturnCode::kOutOfMemory}), ReturnCode::kPartial);
  EXPECT_EQ(aggregate({ReturnCode::kAccessDenied, ReturnCode::kOutOfMemory, ReturnCode::kAccessDenied}),
            ReturnCode::kPartial);
  EXPECT_EQ(aggregate({ReturnCode::kSuccess, ReturnCode::kAccessDenied}), ReturnCode::kPartial);
  EXPECT_EQ(aggregate({ReturnCode::kSuccessRebootRequired, ReturnCode::kAccessDenied}), ReturnCode::kPartial);
}

TEST(Aggregate, EverySequenceOfUpToFiveOutcomesFollowsTheRule) {
  constexpr std::array kCodes = {ReturnCode::kSuccess, ReturnCode::kSuccessRebootRequired, ReturnCode::kUnableToRelease,
                                 ReturnCode::kIpNotEnabled, ReturnCode{0x8004A024}};
  constexpr std::size_t kLongest = 5;
  for (const ReturnCode nothing : {ReturnCode::kSuccess, ReturnCode::kDhcpNotEnabled}) {
    const Policies policies{.no_dhcp_adapters = nothing, .no_lease = {}, .skip_ip_disabled = false};
    std::size_t count = 1;
    for (std::size_t length = 0; length <= kLongest; ++length, count *= kCodes.size()) {
      for (std::size_t number = 0; number < count; ++number) {
        std::vector<ReturnCode> codes;
        for (std::size_t digits = number; codes.size() < length; digits /= kCodes.size()) {
          codes.push_back(kCodes[digits % kCodes.size()]);
        }
        ASSERT_EQ(value(aggregate(codes, policies)), value(expected_aggregate(codes, policies))) << numbers(codes);
      }
    }
  }
}

// By hand, because what std::shuffle does with a seed is for each standard library to choose.
void shuffle(std::vector<ReturnCode>& codes, std::mt19937& random) {
  for (std::size_t left = codes.size(); left > 1; --left) std::swap(codes[left - 1], codes[random() % left]);
}

TEST(Aggregate, TheOrderOfOutcomesDoesNotMatter) {
  constexpr std::array kCodes = {ReturnCode::kSuccess, ReturnCode::kSuccessRebootRequired, ReturnCode::kUnableToRelease,
                                 ReturnCode::kAccessDenied, ReturnCode{1229}};
  std::uint32_t first = 1;
  std::uint32_t last = 500;
  if (const char* wanted = std::getenv("UNLEASE_TEST_SEED")) {
    first = last = static_cast<std::uint32_t>(std::stoul(wanted));
  }
  for (std::uint32_t seed = first; seed <= last && !HasFailure(); ++seed) {
    SCOPED_TRACE("repeat with: UNLEASE_TEST_SEED=" + std::to_string(seed) +
                 " engine_tests --gtest_filter=Aggregate.TheOrderOfOutcomesDoesNotMatter");
    std::mt19937 random(seed);
    // Few different codes a round, or nearly all rounds would give 98.
    const std::size_t different = 1 + random() % 3;
    const std::size_t offset = random() % kCodes.size();
    std::vector<ReturnCode> codes(random() % 40);
    for (ReturnCode& code : codes) code = kCodes[(offset + random() % different) % kCodes.size()];
    const ReturnCode expected = expected_aggregate(codes, {});
    for (int round = 0; round < 5; ++round) {
      shuffle(codes, random);
      EXPECT_EQ(value(aggregate(codes)), value(expected)) << numbers(codes);
    }
  }
}

}  // namespace
}  // namespace unlease
