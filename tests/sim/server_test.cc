// The DHCP server alone, by RFC 2131, 4.3: what it answers, and what becomes of its pool.
#include "sim/server.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/random_test_support.h"
#include "tests/sim/server_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::seconds;

TEST_F(ServerTest, OffersAddressesInPoolOrder) {
  for (std::uint8_t i = 0; i < 3; ++i) {
    const Answer offer = discover({i});
    EXPECT_EQ(offer.message.type, MessageType::kOffer);
    EXPECT_EQ(offer.message.yiaddr, nth(i));
    EXPECT_EQ(offer.message.server_id, kAddress);
    EXPECT_EQ(offer.message.lease_seconds, 3'600U);
    EXPECT_EQ(offer.message.subnet_mask, (Ipv4{0xFFFFFFF0U}));  // the smallest that holds .1 and .10 to .12
  }
}

TEST_F(ServerTest, OffersAgainWhatItHoldsForAClient) {
  discover({1});
  EXPECT_EQ(discover({1}).message.yiaddr, nth(0));
  EXPECT_EQ(server_->count(LeaseStatus::kHeld), 1U);
}

TEST_F(ServerTest, AnOfferIsHeldForAMinuteAndThenFree) {
  const Answer offer = discover({1});
  EXPECT_EQ(offer.step.lease, 0U);
  EXPECT_EQ(status(0), LeaseStatus::kHeld);
  EXPECT_EQ(server_->lease(0).expires, now_ + seconds(60));
  const ServerStep step = expire(0);
  EXPECT_EQ(step.lease, 0U);
  EXPECT_EQ(step.before, LeaseStatus::kHeld);
  EXPECT_EQ(status(0), LeaseStatus::kFree);
}

TEST_F(ServerTest, AnAckBindsForTheTimeOfTheLease) {
  discover({1});
  now_ += seconds(5);
  const Answer ack = select({1}, nth(0));
  EXPECT_EQ(ack.message.type, MessageType::kAck);
  EXPECT_EQ(ack.message.yiaddr, nth(0));
  EXPECT_EQ(ack.step.before, LeaseStatus::kHeld);
  EXPECT_EQ(status(0), LeaseStatus::kBound);
  EXPECT_EQ(server_->lease(0).expires, now_ + kLease);
  EXPECT_EQ(ack.endpoints.source, kAddress);
  EXPECT_EQ(ack.endpoints.destination, nth(0));
  EXPECT_EQ(ack.endpoints.destination_mac, (Asker{1}.mac()));
}

TEST_F(ServerTest, AnswersGoToCiaddrWhereThereIsOneAndByBroadcastWhereAskedFor) {
  acquire({1});
  EXPECT_EQ(extend({1}, nth(0)).endpoints.destination, nth(0));
  DhcpMessage wanted = message({2}, MessageType::kDiscover);
  wanted.flags = 0x8000;
  const Answer offer = ask(wanted);
  EXPECT_EQ(offer.endpoints.destination, kBroadcastIp);
  EXPECT_EQ(offer.endpoints.destination_mac, kBroadcastMac);
  EXPECT_EQ(offer.message.flags, 0x8000);
}

TEST_F(ServerTest, AnOfferThatAnotherServerWonIsFreeAtOnce) {
  discover({1});
  const Answer answer = select({1}, Ipv4{0x0A000099U}, Ipv4{0x0A000002U});
  EXPECT_FALSE(answer.any());
  EXPECT_EQ(status(0), LeaseStatus::kFree);
}

TEST_F(ServerTest, ALeaseOutlivesTheClientsTalkWithAnotherServer) {
  acquire({1});
  EXPECT_FALSE(select({1}, Ipv4{0x0A000099U}, Ipv4{0x0A000002U}).any());
  EXPECT_EQ(status(0), LeaseStatus::kBound);
}

TEST_F(ServerTest, RefusesAnAddressThatIsNotTheClients) {
  acquire({1});
  discover({2});
  const Answer nak = select({2}, nth(0));
  EXPECT_EQ(nak.message.type, MessageType::kNak);
  EXPECT_EQ(nak.endpoints.destination, kBroadcastIp);
  EXPECT_TRUE(nak.message.yiaddr.is_none());
  EXPECT_FALSE(nak.message.options.has(option::kLeaseTime));
  EXPECT_EQ(status(0), LeaseStatus::kBound);
}

TEST_F(ServerTest, ConfirmsARebootingClientsAddressAndRefusesAnother) {
  acquire({1});
  EXPECT_EQ(reboot({1}, nth(0)).message.type, MessageType::kAck);
  EXPECT_EQ(reboot({1}, nth(1)).message.type, MessageType::kNak);
}

TEST_F(ServerTest, ExtendsALeaseThatIsRenewed) {
  acquire({1});
  now_ += seconds(1'800);
  const Answer ack = extend({1}, nth(0));
  EXPECT_EQ(ack.message.type, MessageType::kAck);
  EXPECT_EQ(ack.message.ciaddr, nth(0));
  EXPECT_EQ(ack.step.before, LeaseStatus::kBound);
  EXPECT_EQ(server_->lease(0).expires, now_ + kLease);
}

TEST_F(ServerTest, ATimerOfALeaseThatWasExtendedAsksForAnother) {
  acquire({1});
  const std::uint16_t stamp = server_->lease(0).stamp;
  now_ += seconds(1'800);
  extend({1}, nth(0));
  now_ += seconds(1'800);
  const ServerStep step = server_->expire(0, stamp, now_);
  EXPECT_EQ(step.lease, ServerStep::kNoLease);
  EXPECT_EQ(step.timer, 0U);
  EXPECT_EQ(status(0), LeaseStatus::kBound);
  EXPECT_EQ(expire(0).lease, 0U);
  EXPECT_EQ(status(0), LeaseStatus::kFree);
}

TEST_F(ServerTest, AnOvertakenTimerChangesNothing) {
  acquire({1});
  const std::uint16_t stamp = server_->lease(0).stamp;
  release({1}, nth(0));
  acquire({1});
  now_ = server_->lease(0).expires;
  const ServerStep step = server_->expire(0, stamp, now_);
  EXPECT_EQ(step.lease, ServerStep::kNoLease);
  EXPECT_EQ(step.timer, ServerStep::kNoLease);
  EXPECT_EQ(status(0), LeaseStatus::kBound);
}

TEST_F(ServerTest, IsSilentAboutWhatIsNotItsOwn) {
  const Ipv4 elsewhere{0xC0A80005U};
  EXPECT_FALSE(reboot({1}, elsewhere).any());
  EXPECT_FALSE(reboot({1}, nth(2)).any());  // RFC 2131, 4.3.2: no record of this client
  EXPECT_FALSE(extend({1}, elsewhere).any());
  EXPECT_FALSE(select({1}, elsewhere, Ipv4{0xC0A80001U}).any());
  EXPECT_FALSE(ask(message({1}, MessageType::kInform)).any());
  DhcpMessage reply = message({1}, MessageType::kDiscover);
  reply.op = 2;
  EXPECT_FALSE(ask(reply).any());
  EXPECT_EQ(server_->count(LeaseStatus::kFree), 3U);
}

TEST_F(ServerTest, HearsNothingWhileItIsDownButTimePasses) {
  acquire({1});
  server_->set_state(ServerState::kDown);
  EXPECT_FALSE(discover({2}).any());
  EXPECT_EQ(release({1}, nth(0)).verdict, std::nullopt);
  EXPECT_EQ(expire(0).lease, 0U);
  EXPECT_EQ(status(0), LeaseStatus::kFree);
}

TEST_F(ServerTest, AReturningClientGetsItsOldAddress) {
  acquire({1});
  acquire({2});
  release({2}, nth(1));
  release({1}, nth(0));
  EXPECT_EQ(discover({2}).message.yiaddr, nth(1));
  EXPECT_EQ(discover({1}).message.yiaddr, nth(0));
}

TEST_F(ServerTest, AClientIsKnownByItsClientIdentifierAndElseByItsAddress) {
  const ByteVector id{1, 2, 3};
  acquire({1, id});
  EXPECT_EQ(discover({7, id}).message.yiaddr, nth(0));  // the same id from other hardware
  EXPECT_EQ(discover({1}).message.yiaddr, nth(1));      // the same hardware without it
  EXPECT_EQ(discover({1, {9}}).message.yiaddr, nth(2));
}

TEST_F(ServerTest, AnExhaustedPoolOffersNothing) {
  for (std::uint8_t i = 0; i < 3; ++i) acquire({i});
  EXPECT_FALSE(discover({9}).any());
  EXPECT_EQ(server_->count(LeaseStatus::kFree), 0U);
  EXPECT_TRUE(discover({0}).any());  // its own client's address is not new
}

TEST_F(ServerTest, UnusedAddressesComeBeforeUsedOnes) {
  acquire({1});
  release({1}, nth(0));
  EXPECT_EQ(acquire({2}), nth(1));
  EXPECT_EQ(acquire({3}), nth(2));
  EXPECT_EQ(acquire({4}), nth(0));
}

TEST_F(ServerTest, TheLongestFreedAddressIsGivenFirst) {
  for (std::uint8_t i = 0; i < 3; ++i) acquire({i});
  for (const std::uint8_t i : std::array<std::uint8_t, 3>{2, 0, 1}) release({i}, nth(i));
  EXPECT_EQ(acquire({10}), nth(2));
  EXPECT_EQ(acquire({11}), nth(0));
  EXPECT_EQ(acquire({12}), nth(1));
}

TEST_F(ServerTest, HowLongAnAddressIsFreeCountsFromItsLastRelease) {
  for (std::uint8_t i = 0; i < 3; ++i) acquire({i});
  for (const std::uint8_t i : std::array<std::uint8_t, 3>{0, 1, 2}) release({i}, nth(i));
  acquire({0});  // comes back, and goes again
  release({0}, nth(0));
  EXPECT_EQ(acquire({10}), nth(1));
  EXPECT_EQ(acquire({11}), nth(2));
  EXPECT_EQ(acquire({12}), nth(0));
}

TEST_F(ServerTest, AddressesThatWereSkippedAreStillInPoolOrder) {
  make(5);
  server_->grant(nth(3), Asker{7}.mac(), {}, now_ + kLease, now_);
  EXPECT_EQ(server_->grant(std::nullopt, Asker{8}.mac(), {}, now_ + kLease, now_).lease, 0U);
  for (const std::uint8_t expected : std::array<std::uint8_t, 3>{1, 2, 4})
    EXPECT_EQ(acquire({expected}), nth(expected));
  EXPECT_FALSE(discover({9}).any());
}

TEST_F(ServerTest, AGrantThatIsOverLeavesAFreeAddressThatRemembersItsClient) {
  server_->grant(std::nullopt, Asker{1}.mac(), {}, now_ - seconds(1), now_);
  EXPECT_EQ(server_->count(LeaseStatus::kFree), 3U);
  EXPECT_EQ(discover({2}).message.yiaddr, nth(1));
  EXPECT_EQ(discover({1}).message.yiaddr, nth(0));
}

TEST_F(ServerTest, ADeclinedAddressIsGivenToNobody) {
  make(1);
  acquire({1});
  DhcpMessage decline = message({1}, MessageType::kDecline);
  name_address(decline, nth(0));
  name_server(decline, kAddress);
  EXPECT_EQ(ask(decline).step.lease, 0U);
  EXPECT_EQ(server_->count(LeaseStatus::kDeclined), 1U);
  EXPECT_FALSE(discover({1}).any());
  EXPECT_FALSE(discover({2}).any());
}

TEST_F(ServerTest, WhoDeclinedAnAddressGetsAnother) {
  acquire({1});
  DhcpMessage decline = message({1}, MessageType::kDecline);
  name_address(decline, nth(0));
  name_server(decline, kAddress);
  ask(decline);
  EXPECT_EQ(acquire({1}), nth(1));
  EXPECT_EQ(extend({1}, nth(1)).message.type, MessageType::kAck);
}

TEST_F(ServerTest, AnOfferThatWasNotTakenIsNoRecordOfALease) {
  discover({1});
  EXPECT_FALSE(reboot({1}, nth(0)).any());
  now_ += seconds(60);
  expire(0);
  EXPECT_FALSE(reboot({1}, nth(0)).any());
  EXPECT_EQ(status(0), LeaseStatus::kFree);
  EXPECT_EQ(discover({1}).message.yiaddr, nth(0));
}

TEST_F(ServerTest, GivesTheAddressThatIsAskedForIfItIsFree) {
  const auto wishing = [this](std::uint8_t who, Ipv4 address) {
    DhcpMessage wish = message({who}, MessageType::kDiscover);
    name_address(wish, address);
    return ask(wish).message.yiaddr;
  };
  EXPECT_EQ(wishing(1, nth(2)), nth(2));
  EXPECT_EQ(wishing(2, nth(2)), nth(0));
  EXPECT_EQ(wishing(3, nth(3)), nth(1)) << "outside the pool";
  make(1'000'000);
  EXPECT_EQ(wishing(1, nth(999'999)), nth(0)) << "so far off that memory would be wasted on it";
}

TEST_F(ServerTest, SaysAWrongAddressOnPurpose) {
  const Ipv4 wrong{0xE0000005U};
  server_->set_offer_address(wrong);
  EXPECT_EQ(discover({1}).message.yiaddr, wrong);
  EXPECT_EQ(select({1}, wrong).message.type, MessageType::kAck);
  EXPECT_EQ(status(0), LeaseStatus::kBound);
}

TEST_F(ServerTest, GoesByTheIdentifierThatItSays) {
  DhcpOptionsSpec options;
  options.server_id = Ipv4{0x0A000063U};
  const Ipv4 address = server_->identifier();
  server_->set_options(options);
  const DhcpMessage offer = discover({1}).message;
  EXPECT_EQ(offer.server_id, *options.server_id);
  EXPECT_FALSE(select({1}, offer.yiaddr, address).any()) << "that is another server's";
  EXPECT_EQ(discover({1}).message.yiaddr, offer.yiaddr);
  EXPECT_EQ(select({1}, offer.yiaddr, *options.server_id).message.type, MessageType::kAck);
  EXPECT_TRUE(server_->was_called(address));
  EXPECT_TRUE(server_->was_called(*options.server_id));
  EXPECT_FALSE(server_->was_called(offer.yiaddr));
}

TEST_F(ServerTest, OptionsAreSentAsTheyWereSaid) {
  DhcpOptionsSpec options;
  options.subnet_mask = Ipv4{0xFF00FF00U};
  options.routers = {Ipv4{0x0A000001U}, Ipv4{0x0A000002U}};
  options.domain_name = "corp.example";
  options.netbios_node_type = NodeType::kPeer;
  options.renewal_time = seconds(10);
  options.rebinding_time = seconds(20);
  server_->set_options(options);
  const ServerStep step = server_->receive(message({1}, MessageType::kDiscover), {}, now_, out_);
  EXPECT_LE(step.frame_size, server_->reply_capacity());
  const auto offer = decode_frame(Bytes(out_).first(step.frame_size), *scratch_);
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->message.subnet_mask, (Ipv4{0xFF00FF00U}));
  EXPECT_EQ(to_vector(offer->message.routers), (ByteVector{10, 0, 0, 1, 10, 0, 0, 2}));
  EXPECT_EQ(to_text(offer->message.domain_name), "corp.example");
  EXPECT_EQ(offer->message.netbios_node_type, 2);
  EXPECT_EQ(offer->message.renewal_seconds, 10U);
  EXPECT_EQ(offer->message.rebinding_seconds, 20U);
}

TEST_F(ServerTest, CountsAlwaysAddUpToThePoolWhateverClientsDo) {
  const std::uint64_t seed = random_test_seed();
  SCOPED_TRACE(how_to_repeat(seed, "ServerTest.CountsAlwaysAddUpToThePoolWhateverClientsDo"));
  TestRandom random(seed);
  for (int round = 0; round < 10; ++round) {
    const std::uint32_t size = 1 + random.small(12);
    make(size, static_cast<ServerProfile>(random.below(5)));
    now_ = {};
    for (int step = 0; step < 3'000; ++step) {
      const Asker asker{static_cast<std::uint8_t>(random.below(20)),
                        random.below(2) == 0 ? ByteVector{} : ByteVector{static_cast<std::uint8_t>(random.below(4))}};
      const Ipv4 address = nth(random.small(size + 1));
      constexpr MessageType kTypes[] = {MessageType::kDiscover, MessageType::kRequest, MessageType::kRequest,
                                        MessageType::kRelease, MessageType::kDecline};
      DhcpMessage message = ServerTest::message(asker, kTypes[random.below(random.below(20) == 0 ? 5 : 4)]);
      if (random.below(2) == 0) message.ciaddr = address;
      if (random.below(2) == 0) name_address(message, address);
      if (random.below(2) == 0) name_server(message, random.below(4) == 0 ? address : kAddress);
      now_ += Duration(static_cast<std::int64_t>(random.below(100'000'000'000)));
      for (std::uint32_t offset = 0; offset < server_->touched(); ++offset) {
        const Lease& lease = server_->lease(offset);
        const bool runs = lease.status == LeaseStatus::kHeld || lease.status == LeaseStatus::kBound;
        if (runs && lease.expires <= now_) server_->expire(offset, lease.stamp, now_);
      }
      ask(message);
      std::vector<std::uint64_t> counts(kLeaseStatusCount);
      counts[0] = size - server_->touched();
      for (std::uint32_t offset = 0; offset < server_->touched(); ++offset) {
        ++counts[static_cast<std::size_t>(status(offset))];
      }
      for (int i = 0; i < kLeaseStatusCount; ++i) {
        ASSERT_EQ(server_->count(static_cast<LeaseStatus>(i)), counts[static_cast<std::size_t>(i)]) << "step " << step;
      }
    }
    // Whatever is free can still be had: no address is lost.
    const std::uint64_t free = server_->count(LeaseStatus::kFree);
    for (std::uint64_t i = 0; i < free; ++i) {
      const Asker fresh{static_cast<std::uint8_t>(100 + i), {7, 7, static_cast<std::uint8_t>(i)}};
      ASSERT_TRUE(discover(fresh).any()) << i << " of " << free;
    }
    ASSERT_FALSE(discover({200, {7}}).any() && server_->count(LeaseStatus::kFree) == 0);
  }
}

}  // namespace
}  // namespace unlease::sim
