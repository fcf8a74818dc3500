// The DHCP client's clock in unusual weather: leases of a second, times in no sensible order, links that come back,
// and leases that it is given instead of acquiring.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/client_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::seconds;

class ClientTimesTest : public ::testing::Test {
 protected:
  ClientTimesTest() {
    identity_.mac = kMac;
    identity_.seed = 7;
  }

  void seed(LeaseTimes times, Duration elapsed) {
    client_ = {};
    seed_lease(client_, identity_,
               {.address = kAddress,
                .server_id = kServerAddress,
                .next_hop = {},
                .lease_start = kStart - elapsed,
                .times = effective_times(times),
                .settings = {}},
               kStart);
  }
  void fire_now() { fire(client_, identity_, now_ = client_.timer, out_); }
  void ack(LeaseTimes times) {
    DhcpMessage message;
    message.op = 2;
    message.type = MessageType::kAck;
    message.xid = client_.xid;
    message.chaddr = kMac;
    message.yiaddr = kAddress;
    message.lease_seconds = times.lease;
    message.renewal_seconds = times.renewal;
    message.rebinding_seconds = times.rebinding;
    for (const std::uint8_t code : {option::kLeaseTime, option::kRenewalTime, option::kRebindingTime}) {
      message.options.add(code);
    }
    receive(client_, identity_, message, {}, now_, out_);
  }

  ClientIdentity identity_;
  Client client_;
  Instant now_ = kStart;
  std::array<std::uint8_t, kMaxFrame> out_{};
};

TEST_F(ClientTimesTest, DefaultsAreHalfAndSevenEighths) {
  const LeaseTimes times = effective_times({.lease = 800});
  EXPECT_EQ(times.renewal, 400U);
  EXPECT_EQ(times.rebinding, 700U);
}

TEST_F(ClientTimesTest, TimesAreAtLeastASecondAndNothingOverflows) {
  EXPECT_EQ(effective_times({.lease = 1}).renewal, 1U);
  EXPECT_EQ(effective_times({.lease = 1}).rebinding, 1U);
  EXPECT_EQ(effective_times({.lease = 0xFFFFFFFFU}).rebinding, 0xDFFFFFFFU);
}

// However short a lease is and whatever T1 and T2 are said to be, time passes between REQUESTs.
TEST_F(ClientTimesTest, RenewalsNeverFollowEachOtherWithoutTimePassing) {
  for (const std::uint32_t lease : {1U, 2U, 3U, 60U}) {
    for (const std::uint32_t renewal : {0U, 1U, 59U, 100U}) {
      for (const std::uint32_t rebinding : {0U, 1U, 59U, 200U}) {
        const LeaseTimes times{.lease = lease, .renewal = renewal, .rebinding = rebinding};
        seed(times, seconds(0));
        now_ = kStart;
        for (int i = 0; i < 20; ++i) {
          const Instant before = now_;
          fire_now();
          ASSERT_GE(now_ - before, seconds(1)) << lease << ' ' << renewal << ' ' << rebinding;
          ack(times);  // ignored where it discovers by now
        }
      }
    }
  }
}

// Nor does a client keep an address beyond its lease, or ask for a timer in the past.
TEST_F(ClientTimesTest, WithoutAnswersTheAddressIsGoneExactlyAtTheEnd) {
  for (const std::uint32_t lease : {1U, 2U, 100U, 3600U}) {
    for (const std::uint32_t renewal : {0U, 1U, 50U, 5000U}) {
      for (const std::uint32_t rebinding : {0U, 1U, 40U, 200U, 6000U}) {
        seed({.lease = lease, .renewal = renewal, .rebinding = rebinding}, seconds(0));
        now_ = kStart;
        while (!client_.address.is_none()) {
          ASSERT_GE(client_.timer, now_);
          ASSERT_LE(client_.timer, kStart + seconds(lease)) << renewal << ' ' << rebinding;
          fire_now();
        }
        ASSERT_EQ(now_, kStart + seconds(lease)) << renewal << ' ' << rebinding;
      }
    }
  }
}

TEST_F(ClientTimesTest, ASeededLeaseIsInTheStateOfItsAge) {
  const struct {
    Duration elapsed;
    ClientState state;
    Duration timer;
  } ages[] = {{seconds(0), ClientState::kBound, seconds(1'800)},
              {seconds(1'799), ClientState::kBound, seconds(1)},
              // Half of the 1,350 s from T1 to T2 after T1, a second of which has passed.
              {seconds(1'801), ClientState::kRenewing, seconds(674)},
              {seconds(3'151), ClientState::kRebinding, seconds(224)},
              {seconds(3'599), ClientState::kRebinding, seconds(1)}};
  for (const auto& age : ages) {
    seed({.lease = 3'600}, age.elapsed);
    EXPECT_EQ(client_.state, age.state) << age.elapsed.count();
    EXPECT_EQ(client_.timer - kStart, age.timer) << age.elapsed.count();
    EXPECT_EQ(client_.address, kAddress);
    EXPECT_EQ(client_.server_id, kServerAddress);
  }
}

TEST_F(ClientTimesTest, ASeededLeaseThatIsOverDiscovers) {
  seed({.lease = 3'600}, seconds(3'601));
  EXPECT_EQ(client_.state, ClientState::kSelecting);
  EXPECT_TRUE(client_.address.is_none());
  EXPECT_GE(client_.timer, kStart);
  EXPECT_LE(client_.timer, kStart + seconds(4));
}

TEST_F(ClientTimesTest, ALinkThatComesBackConfirmsItsLease) {
  seed({.lease = 3'600}, seconds(0));
  ASSERT_GT(link_up(client_, identity_, kStart + seconds(10), out_), 0U);
  DecodeScratch scratch;
  const auto sent = decode_frame(Bytes(out_), scratch);
  ASSERT_TRUE(sent);
  // RFC 2131, 4.3.2, INIT-REBOOT: the address in option 50, no server identifier, ciaddr zero, by broadcast.
  EXPECT_EQ(sent->message.type, MessageType::kRequest);
  EXPECT_EQ(sent->message.requested_address, kAddress);
  EXPECT_FALSE(sent->message.options.has(option::kServerId));
  EXPECT_TRUE(sent->message.ciaddr.is_none());
  EXPECT_EQ(sent->endpoints.destination, kBroadcastIp);
  EXPECT_EQ(client_.state, ClientState::kRebooting);
  EXPECT_EQ(client_.address, kAddress);
}

TEST_F(ClientTimesTest, ARebootThatNobodyAnswersUsesWhatRemainsOfTheLease) {
  seed({.lease = 3'600}, seconds(0));
  link_up(client_, identity_, kStart + seconds(10), out_);
  for (int i = 0; i < 5; ++i) fire_now();
  EXPECT_EQ(client_.state, ClientState::kBound);
  EXPECT_EQ(client_.timer, kStart + seconds(1'800));
  EXPECT_EQ(client_.address, kAddress);
}

TEST_F(ClientTimesTest, ARebootingClientGivesTheAddressUpWhenTheLeaseEnds) {
  seed({.lease = 60}, seconds(0));
  link_up(client_, identity_, kStart + seconds(55), out_);
  while (client_.state == ClientState::kRebooting) fire_now();
  EXPECT_EQ(now_, kStart + seconds(60));
  EXPECT_EQ(client_.state, ClientState::kSelecting);
  EXPECT_TRUE(client_.address.is_none());
}

TEST_F(ClientTimesTest, ALinkThatComesBackAfterTheEndDiscovers) {
  seed({.lease = 60}, seconds(0));
  link_up(client_, identity_, kStart + seconds(60), out_);
  EXPECT_EQ(client_.state, ClientState::kSelecting);
  EXPECT_TRUE(client_.address.is_none());
}

TEST_F(ClientTimesTest, RenewingByHandAsksAsAtT1OrT2OrDiscovers) {
  seed({.lease = 3'600}, seconds(0));
  renew(client_, identity_, kStart + seconds(5), out_);
  EXPECT_EQ(client_.state, ClientState::kRenewing);
  EXPECT_EQ(out_[0] & 1U, 0U);
  seed({.lease = 3'600}, seconds(3'500));
  renew(client_, identity_, kStart + seconds(5), out_);
  EXPECT_EQ(client_.state, ClientState::kRebinding);
  EXPECT_EQ(out_[0] & 1U, 1U);
  client_ = {};
  renew(client_, identity_, kStart, out_);
  EXPECT_EQ(client_.state, ClientState::kSelecting);
  // A lease that is over: its timers were dead while the adapter was disabled.
  seed({.lease = 3'600}, seconds(0));
  renew(client_, identity_, kStart + seconds(4'000), out_);
  EXPECT_EQ(client_.state, ClientState::kSelecting);
  EXPECT_GE(client_.timer, kStart + seconds(4'000));
}

}  // namespace
}  // namespace unlease::sim
