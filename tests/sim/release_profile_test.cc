// How servers judge a DHCPRELEASE: every profile over the whole matrix of chaddr, client id, server id and ciaddr.
#include "sim/release_profile.h"

#include <chrono>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "tests/sim/server_test_support.h"

namespace unlease::sim {
namespace {

enum class Chaddr : std::uint8_t { kSame, kDifferent };
enum class ClientId : std::uint8_t { kSame, kDifferent, kAbsent };
enum class ServerId : std::uint8_t { kOurs, kOther, kAbsent };
enum class Ciaddr : std::uint8_t { kLeased, kExpired, kNeverLeased };

struct Case {
  Chaddr chaddr{};
  ClientId client_id{};
  ServerId server_id{};
  Ciaddr ciaddr{};
  bool lease_has_id = true;  // a lease without one: "same" is then the same absence
};

std::string describe(ServerProfile profile, const Case& of) {
  constexpr const char* kProfiles[] = {"strict", "kea", "isc", "dnsmasq", "udhcpd"};
  constexpr const char* kChaddrs[] = {"same", "different"};
  constexpr const char* kClientIds[] = {"same", "different", "absent"};
  constexpr const char* kServerIds[] = {"ours", "other", "absent"};
  constexpr const char* kCiaddrs[] = {"leased", "expired", "never leased"};
  return std::string(kProfiles[static_cast<int>(profile)]) + ": " + kChaddrs[static_cast<int>(of.chaddr)] +
         " chaddr, " + kClientIds[static_cast<int>(of.client_id)] + " client id, " +
         kServerIds[static_cast<int>(of.server_id)] + " server id, " + kCiaddrs[static_cast<int>(of.ciaddr)] +
         " ciaddr, lease " + (of.lease_has_id ? "with" : "without") + " client id";
}

// The table of the design, row by row, in words of the matrix: nothing of the implementation.
bool accepted_by_the_table(ServerProfile profile, const Case& of) {
  const bool bound = of.ciaddr == Ciaddr::kLeased;
  const bool same_chaddr = of.chaddr == Chaddr::kSame;
  const bool packet_has_id = of.lease_has_id ? of.client_id != ClientId::kAbsent : of.client_id == ClientId::kDifferent;
  const bool both_have_ids = of.lease_has_id && packet_has_id;
  const bool equal_ids = both_have_ids && of.client_id == ClientId::kSame;
  const bool ours = of.server_id == ServerId::kOurs;
  switch (profile) {
    case ServerProfile::kStrict:
      return bound && same_chaddr && (equal_ids || (!of.lease_has_id && !packet_has_id)) && ours;
    case ServerProfile::kKea:
      return bound && (both_have_ids ? equal_ids : same_chaddr) && of.server_id != ServerId::kOther;
    case ServerProfile::kIsc:
      return bound && same_chaddr;
    case ServerProfile::kDnsmasq:
      return bound && ours && (both_have_ids ? equal_ids : same_chaddr);
    case ServerProfile::kUdhcpd:
      return bound && ours && same_chaddr;
  }
  return false;
}

class ReleaseProfile : public ServerTest {
 protected:
  ReleaseVerdict judged(ServerProfile profile, const Case& of) {
    make(3, profile);
    now_ = {};
    const Asker owner{1, of.lease_has_id ? ByteVector{1, 1} : ByteVector{}};
    const Ipv4 address = acquire(owner);
    if (of.ciaddr == Ciaddr::kExpired) expire(0);
    Asker sender = owner;
    if (of.chaddr == Chaddr::kDifferent) sender.number = 9;
    if (of.client_id == ClientId::kDifferent) sender.id = {9, 9};
    if (of.client_id == ClientId::kAbsent) sender.id = {};
    DhcpMessage release = message(sender, MessageType::kRelease);
    release.ciaddr = of.ciaddr == Ciaddr::kNeverLeased ? nth(2) : address;
    if (of.server_id != ServerId::kAbsent) {
      name_server(release, of.server_id == ServerId::kOurs ? kAddress : Ipv4{0x0A000002U});
    }
    const std::uint64_t bound = server_->count(LeaseStatus::kBound);
    const Answer answer = ask(release);
    EXPECT_FALSE(answer.any());  // a release has no answer
    const ReleaseVerdict verdict = answer.step.verdict.value_or(ReleaseVerdict::kUnknownLease);
    EXPECT_TRUE(answer.step.verdict);
    const bool freed = server_->count(LeaseStatus::kBound) < bound;
    EXPECT_EQ(freed, verdict == ReleaseVerdict::kAccepted);
    EXPECT_EQ(answer.step.lease, freed ? 0U : ServerStep::kNoLease);
    return verdict;
  }
};

TEST_F(ReleaseProfile, IsThatOfTheTableOverTheWholeMatrix) {
  int accepted = 0;
  for (int row = 0; row < 5; ++row) {
    const auto profile = static_cast<ServerProfile>(row);
    for (int i = 0; i < 2 * 3 * 3 * 3 * 2; ++i) {
      const Case of{.chaddr = static_cast<Chaddr>(i % 2),
                    .client_id = static_cast<ClientId>(i / 2 % 3),
                    .server_id = static_cast<ServerId>(i / 6 % 3),
                    .ciaddr = static_cast<Ciaddr>(i / 18 % 3),
                    .lease_has_id = i / 54 == 0};
      SCOPED_TRACE(describe(profile, of));
      const bool expected = accepted_by_the_table(profile, of);
      EXPECT_EQ(judged(profile, of) == ReleaseVerdict::kAccepted, expected);
      accepted += expected ? 1 : 0;
    }
  }
  EXPECT_EQ(accepted, 3 + 12 + 18 + 6 + 6);
}

TEST_F(ReleaseProfile, VerdictsSayWhatWasWrong) {
  const Case right{};
  EXPECT_EQ(judged(ServerProfile::kStrict, right), ReleaseVerdict::kAccepted);
  Case of = right;
  of.server_id = ServerId::kAbsent;
  EXPECT_EQ(judged(ServerProfile::kStrict, of), ReleaseVerdict::kNoServerId);
  EXPECT_EQ(judged(ServerProfile::kDnsmasq, of), ReleaseVerdict::kNoServerId);
  EXPECT_EQ(judged(ServerProfile::kKea, of), ReleaseVerdict::kAccepted);
  of.server_id = ServerId::kOther;
  EXPECT_EQ(judged(ServerProfile::kKea, of), ReleaseVerdict::kWrongServerId);
  EXPECT_EQ(judged(ServerProfile::kIsc, of), ReleaseVerdict::kAccepted);
  of = right;
  of.chaddr = Chaddr::kDifferent;
  EXPECT_EQ(judged(ServerProfile::kStrict, of), ReleaseVerdict::kWrongClient);
  of = right;
  of.ciaddr = Ciaddr::kExpired;
  EXPECT_EQ(judged(ServerProfile::kIsc, of), ReleaseVerdict::kUnknownLease);
}

// The sender has the hardware address of the first client, whose lease has no client id, and the id of the second.
TEST_F(ReleaseProfile, AClientIdThatHasAnotherLeaseIsInTheWayAtDnsmasqOnly) {
  const Asker first{1, {}};
  const Asker second{2, {2, 2}};
  const Asker mixed{1, {2, 2}};
  for (const ServerProfile profile : {ServerProfile::kKea, ServerProfile::kIsc, ServerProfile::kUdhcpd}) {
    make(3, profile);
    acquire(first);
    acquire(second);
    EXPECT_EQ(release(mixed, nth(0)).verdict, ReleaseVerdict::kAccepted);
  }
  make(3, ServerProfile::kDnsmasq);
  acquire(first);
  acquire(second);
  EXPECT_EQ(release(mixed, nth(0)).verdict, ReleaseVerdict::kWrongClient);
  EXPECT_EQ(status(0), LeaseStatus::kBound);
}

TEST_F(ReleaseProfile, AClientIdWhoseLeaseWasReleasedIsInNobodysWay) {
  make(3, ServerProfile::kDnsmasq);
  acquire({1, {}});
  acquire({2, {2, 2}});
  EXPECT_EQ(release({2, {2, 2}}, nth(1)).verdict, ReleaseVerdict::kAccepted);
  EXPECT_EQ(release({1, {2, 2}}, nth(0)).verdict, ReleaseVerdict::kAccepted);
}

// It takes ciaddr for 0 then, as dnsmasq 2.90 does.
TEST_F(ReleaseProfile, OnlyDnsmasqMindsOption50) {
  for (int row = 0; row < 5; ++row) {
    const auto profile = static_cast<ServerProfile>(row);
    make(3, profile);
    const Asker owner{1, {1, 1}};
    DhcpMessage release = message(owner, MessageType::kRelease);
    release.ciaddr = acquire(owner);
    name_server(release, kAddress);
    name_address(release, release.ciaddr);
    EXPECT_EQ(ask(release).step.verdict,
              profile == ServerProfile::kDnsmasq ? ReleaseVerdict::kUnknownLease : ReleaseVerdict::kAccepted)
        << row;
  }
}

TEST_F(ReleaseProfile, ASecondReleaseOfTheSameLeaseIsOfNoLease) {
  for (int row = 0; row < 5; ++row) {
    make(3, static_cast<ServerProfile>(row));
    acquire({1, {1, 1}});
    EXPECT_EQ(release({1, {1, 1}}, nth(0)).verdict, ReleaseVerdict::kAccepted);
    EXPECT_EQ(release({1, {1, 1}}, nth(0)).verdict, ReleaseVerdict::kUnknownLease);
  }
}

TEST(ReleaseVerdict, EachHasAName) {
  EXPECT_EQ(name(ReleaseVerdict::kAccepted), "accepted");
  EXPECT_EQ(name(ReleaseVerdict::kWrongServerId), "wrong_server_id");
}

}  // namespace
}  // namespace unlease::sim
