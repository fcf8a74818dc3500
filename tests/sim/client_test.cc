// The DHCP client alone, by RFC 2131: bytes and times in, bytes and a timer out.
#include "sim/client.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/client_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MacAddress kServerMac{{2, 1, 0, 0, 0, 1}};
constexpr std::uint32_t kLease = 28'800;

// What a client sent, decoded; `type` is none where it sent nothing.
struct Sent {
  bool any = false;
  Endpoints endpoints;
  DhcpMessage message;  // without its views
  MessageType type{};

  bool has(std::uint8_t code) const { return message.options.has(code); }
};

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    identity_.mac = kMac;
    identity_.client_id = client_id_;
    identity_.seed = 7;
    identity_.who = 42;
  }

  Sent read(std::size_t size) {
    Sent sent;
    if (size == 0) return sent;
    const auto decoded = decode_frame(Bytes(out_).first(size), *scratch_);
    if (!decoded) {
      ADD_FAILURE() << name(decoded.error());
      return sent;
    }
    sent = {.any = true, .endpoints = decoded->endpoints, .message = decoded->message, .type = decoded->message.type};
    sent_client_id_ = to_vector(decoded->message.client_id);
    return sent;
  }

  Sent started(Instant now = kStart) { return read(start(client_, identity_, now, out_)); }
  // The timer's own time.
  Sent fired() {
    now_ = client_.timer;
    return read(fire(client_, identity_, now_, out_));
  }
  Sent received(const DhcpMessage& message, Instant now) {
    return read(receive(client_, identity_, message, kServerMac, now, out_));
  }
  Sent released(ReleaseFlaws flaws = {}) { return read(release(client_, identity_, flaws, out_)); }

  DhcpMessage reply(MessageType type) const {
    DhcpMessage message;
    message.op = 2;
    message.type = type;
    message.xid = client_.xid;
    message.chaddr = kMac;
    message.server_id = kServerAddress;
    message.options.add(option::kServerId);
    if (type == MessageType::kNak) return message;
    message.yiaddr = kAddress;
    message.lease_seconds = kLease;
    message.options.add(option::kLeaseTime);
    return message;
  }

  void bind(Instant now = kStart) {
    started(now);
    received(reply(MessageType::kOffer), now);
    received(reply(MessageType::kAck), now);
    ASSERT_EQ(client_.state, ClientState::kBound);
  }

  std::vector<std::uint8_t> client_id_{1, 2, 0, 0, 0, 0, 1};
  ByteVector sent_client_id_;
  ClientIdentity identity_;
  Client client_;
  Instant now_;
  std::array<std::uint8_t, kMaxFrame> out_{};
  std::unique_ptr<DecodeScratch> scratch_ = std::make_unique<DecodeScratch>();
};

TEST_F(ClientTest, StartingBroadcastsADiscoverFromNoAddress) {
  const Sent discover = started();
  EXPECT_EQ(discover.type, MessageType::kDiscover);
  EXPECT_EQ(discover.endpoints.destination, kBroadcastIp);
  EXPECT_EQ(discover.endpoints.destination_mac, kBroadcastMac);
  EXPECT_TRUE(discover.endpoints.source.is_none());
  EXPECT_EQ(discover.endpoints.source_port, kClientPort);
  EXPECT_EQ(discover.endpoints.destination_port, kServerPort);
  EXPECT_EQ(discover.message.chaddr, kMac);
  EXPECT_TRUE(discover.message.ciaddr.is_none());
  EXPECT_FALSE(discover.has(option::kServerId));
  EXPECT_EQ(sent_client_id_, client_id_);
  EXPECT_EQ(client_.state, ClientState::kSelecting);
}

TEST_F(ClientTest, AHostNameIsTold) {
  const ByteVector host_name{'p', 'c', '1'};
  identity_.host_name = host_name;
  std::ranges::fill(out_, std::uint8_t{0});
  ASSERT_TRUE(started().has(option::kHostName));
  EXPECT_NE(std::ranges::search(out_, option_bytes(option::kHostName, host_name)).begin(), out_.end());
}

TEST_F(ClientTest, TheFourMessagesBindAnAddress) {
  const Sent discover = started();
  const Sent request = received(reply(MessageType::kOffer), kStart + milliseconds(2));
  EXPECT_EQ(request.type, MessageType::kRequest);
  EXPECT_EQ(request.endpoints.destination, kBroadcastIp);
  EXPECT_EQ(request.message.xid, discover.message.xid);
  EXPECT_EQ(request.message.requested_address, kAddress);
  EXPECT_EQ(request.message.server_id, kServerAddress);
  EXPECT_TRUE(request.message.ciaddr.is_none());
  EXPECT_EQ(client_.state, ClientState::kRequesting);
  EXPECT_TRUE(client_.address.is_none());

  EXPECT_FALSE(received(reply(MessageType::kAck), kStart + milliseconds(4)).any);
  EXPECT_EQ(client_.state, ClientState::kBound);
  EXPECT_EQ(client_.address, kAddress);
  EXPECT_EQ(client_.server_id, kServerAddress);
  EXPECT_EQ(client_.next_hop, kServerMac);
  // RFC 2131, 4.4.1: the lease runs from when the REQUEST was sent.
  EXPECT_EQ(client_.lease_start, kStart + milliseconds(2));
  EXPECT_EQ(renewal_time(client_), client_.lease_start + seconds(kLease / 2));
  EXPECT_EQ(rebinding_time(client_), client_.lease_start + seconds(kLease / 8 * 7));
  EXPECT_EQ(expiry_time(client_), client_.lease_start + seconds(kLease));
  EXPECT_EQ(client_.timer, renewal_time(client_));
}

TEST_F(ClientTest, ServersTimesWinOverTheDefaults) {
  started();
  received(reply(MessageType::kOffer), kStart);
  DhcpMessage ack = reply(MessageType::kAck);
  ack.renewal_seconds = 100;
  ack.rebinding_seconds = 200;
  ack.options.add(option::kRenewalTime);
  ack.options.add(option::kRebindingTime);
  received(ack, kStart);
  EXPECT_EQ(renewal_time(client_), kStart + seconds(100));
  EXPECT_EQ(rebinding_time(client_), kStart + seconds(200));
}

TEST_F(ClientTest, DiscoversAreRepeatedAfter4To64SecondsGiveOrTakeOne) {
  started();
  const std::uint32_t xid = client_.xid;
  Instant before = kStart;
  for (const int expected : {4, 8, 16, 32, 64, 64, 64}) {
    EXPECT_GE(client_.timer - before, seconds(expected - 1)) << expected;
    EXPECT_LE(client_.timer - before, seconds(expected + 1)) << expected;
    before = client_.timer;
    EXPECT_EQ(fired().type, MessageType::kDiscover);
    EXPECT_EQ(client_.xid, xid);
  }
  for (int i = 0; i < 300; ++i) EXPECT_EQ(fired().type, MessageType::kDiscover);  // for ever
}

TEST_F(ClientTest, RetransmissionsAreShaken) {
  std::vector<Duration> first;
  for (std::uint64_t who = 0; who < 20; ++who) {
    identity_.who = who;
    client_ = {};
    started();
    first.push_back(client_.timer - kStart);
  }
  std::ranges::sort(first);
  EXPECT_EQ(std::ranges::unique(first).size(), 0U);
}

TEST_F(ClientTest, ARequestIsGivenUpAfterFourRetransmissionsAndDiscoveryBeginsAnew) {
  started();
  const std::uint32_t xid = client_.xid;
  const Instant asked = kStart + seconds(1);
  received(reply(MessageType::kOffer), asked);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(fired().type, MessageType::kRequest) << i;
  // RFC 2131, 3.1: "e.g. four times, for a total delay of 60 seconds" before it restarts.
  EXPECT_GE(now_ - asked, seconds(56));
  EXPECT_LE(now_ - asked, seconds(64));
  EXPECT_EQ(fired().type, MessageType::kDiscover);
  EXPECT_EQ(client_.state, ClientState::kSelecting);
  EXPECT_NE(client_.xid, xid);
}

TEST_F(ClientTest, T1AsksItsServerByUnicastWithCiaddrAlone) {
  bind();
  const std::uint32_t xid = client_.xid;
  const Sent request = fired();
  EXPECT_EQ(now_, kStart + seconds(kLease / 2));
  EXPECT_EQ(request.type, MessageType::kRequest);
  EXPECT_EQ(client_.state, ClientState::kRenewing);
  EXPECT_EQ(request.endpoints.source, kAddress);
  EXPECT_EQ(request.endpoints.destination, kServerAddress);
  EXPECT_EQ(request.endpoints.destination_mac, kServerMac);
  EXPECT_EQ(request.message.ciaddr, kAddress);
  EXPECT_FALSE(request.has(option::kRequestedAddress));
  EXPECT_FALSE(request.has(option::kServerId));
  EXPECT_NE(request.message.xid, xid);
}

TEST_F(ClientTest, AnExtensionRunsFromItsOwnRequest) {
  bind();
  fired();
  received(reply(MessageType::kAck), now_ + seconds(1));
  EXPECT_EQ(client_.state, ClientState::kBound);
  EXPECT_EQ(client_.lease_start, kStart + seconds(kLease / 2));
  EXPECT_EQ(client_.timer, renewal_time(client_));
}

TEST_F(ClientTest, RenewingRepeatsAtHalfOfWhatRemainsUntilT2ButNotWithinAMinute) {
  bind();
  fired();
  const Instant t2 = rebinding_time(client_);
  Instant before = now_;
  int repeated = 0;
  while (client_.timer < t2) {
    const Duration remaining = t2 - before;
    EXPECT_EQ(client_.timer - before, std::max<Duration>(seconds(60), remaining / 2));
    before = client_.timer;
    EXPECT_EQ(fired().type, MessageType::kRequest);
    EXPECT_EQ(client_.state, ClientState::kRenewing);
    ++repeated;
  }
  EXPECT_EQ(client_.timer, t2);
  EXPECT_EQ(repeated, 8);
}

TEST_F(ClientTest, T2AsksAnyServerByBroadcastAndTheEndOfTheLeaseTakesTheAddress) {
  bind();
  const Instant t2 = rebinding_time(client_);
  const Instant end = expiry_time(client_);
  Sent sent = fired();
  while (client_.state == ClientState::kRenewing) sent = fired();
  EXPECT_EQ(now_, t2);
  EXPECT_EQ(client_.state, ClientState::kRebinding);
  EXPECT_EQ(sent.endpoints.destination, kBroadcastIp);
  EXPECT_EQ(sent.endpoints.destination_mac, kBroadcastMac);
  EXPECT_EQ(sent.endpoints.source, kAddress);
  EXPECT_EQ(sent.message.ciaddr, kAddress);
  EXPECT_FALSE(sent.has(option::kRequestedAddress));
  EXPECT_FALSE(sent.has(option::kServerId));
  EXPECT_EQ(client_.timer, t2 + (end - t2) / 2);

  while (client_.state == ClientState::kRebinding) sent = fired();
  EXPECT_EQ(now_, end);
  EXPECT_EQ(sent.type, MessageType::kDiscover);
  EXPECT_EQ(client_.state, ClientState::kSelecting);
  EXPECT_TRUE(client_.address.is_none());
  EXPECT_EQ(sent.message.requested_address, kAddress);  // RFC 2131, 3.5: the one it had
}

TEST_F(ClientTest, RebindingAcceptsAnotherServer) {
  bind();
  fired();
  while (client_.state == ClientState::kRenewing) fired();
  DhcpMessage ack = reply(MessageType::kAck);
  ack.server_id = Ipv4{0x0A000002U};
  received(ack, now_);
  EXPECT_EQ(client_.state, ClientState::kBound);
  EXPECT_EQ(client_.server_id, Ipv4{0x0A000002U});
}

TEST_F(ClientTest, ANakTakesTheAddressAndStartsOver) {
  bind();
  fired();
  const Sent sent = received(reply(MessageType::kNak), now_);
  EXPECT_EQ(sent.type, MessageType::kDiscover);
  EXPECT_TRUE(client_.address.is_none());
  EXPECT_FALSE(sent.has(option::kRequestedAddress));
}

TEST_F(ClientTest, ASecondNakInARowMakesItPause) {
  started();
  received(reply(MessageType::kOffer), kStart);
  EXPECT_EQ(received(reply(MessageType::kNak), kStart).type, MessageType::kDiscover);
  received(reply(MessageType::kOffer), kStart);
  EXPECT_FALSE(received(reply(MessageType::kNak), kStart).any);
  EXPECT_EQ(client_.timer, kStart + seconds(10));
  EXPECT_EQ(fired().type, MessageType::kDiscover);
}

TEST_F(ClientTest, WhatIsNotForItOrNotForNowIsIgnored) {
  started();
  const auto unchanged = [&](DhcpMessage message, const char* what) {
    const Client before = client_;
    EXPECT_FALSE(received(message, kStart).any) << what;
    EXPECT_EQ(client_.state, before.state) << what;
    EXPECT_EQ(client_.timer, before.timer) << what;
    EXPECT_EQ(client_.address, before.address) << what;
  };
  DhcpMessage message = reply(MessageType::kOffer);
  message.xid ^= 1U;
  unchanged(message, "another xid");
  message = reply(MessageType::kOffer);
  message.chaddr = kServerMac;
  unchanged(message, "another chaddr");
  message = reply(MessageType::kOffer);
  message.op = 1;
  unchanged(message, "a request");
  message = reply(MessageType::kOffer);
  message.options = {};
  unchanged(message, "an offer of nobody");
  message = reply(MessageType::kOffer);
  message.yiaddr = {};
  unchanged(message, "an offer of nothing");
  unchanged(reply(MessageType::kAck), "an ACK of nothing");
  unchanged(reply(MessageType::kNak), "a NAK of nothing");

  received(reply(MessageType::kOffer), kStart);
  unchanged(reply(MessageType::kOffer), "a second offer");
  message = reply(MessageType::kAck);
  message.lease_seconds = 0;
  unchanged(message, "a lease of no time");
  received(reply(MessageType::kAck), kStart);
  unchanged(reply(MessageType::kAck), "a second ACK");
  unchanged(reply(MessageType::kNak), "a NAK of what is bound");
}

// RFC 2131, table 5.
TEST_F(ClientTest, AReleaseIsAsInTable5) {
  bind();
  const std::uint32_t xid = client_.xid;
  const Sent sent = released();
  const DhcpMessage& message = sent.message;
  EXPECT_EQ(sent.type, MessageType::kRelease);
  EXPECT_EQ(message.op, 1);
  EXPECT_EQ(message.hops, 0);
  EXPECT_EQ(message.secs, 0);
  EXPECT_EQ(message.flags, 0);
  EXPECT_NE(message.xid, xid);
  EXPECT_EQ(message.ciaddr, kAddress);
  EXPECT_TRUE(message.yiaddr.is_none() && message.siaddr.is_none() && message.giaddr.is_none());
  EXPECT_EQ(message.chaddr, kMac);
  EXPECT_EQ(message.server_id, kServerAddress);
  EXPECT_EQ(sent_client_id_, client_id_);
  OptionSet allowed;
  for (const std::uint8_t code : {option::kMessageType, option::kServerId, option::kClientId}) allowed.add(code);
  EXPECT_EQ(message.options, allowed);
  EXPECT_EQ(sent.endpoints.source, kAddress);
  EXPECT_EQ(sent.endpoints.destination, kServerAddress);
  EXPECT_EQ(sent.endpoints.source_mac, kMac);
  EXPECT_EQ(sent.endpoints.destination_mac, kServerMac);
  EXPECT_EQ(sent.endpoints.source_port, kClientPort);
  EXPECT_EQ(sent.endpoints.destination_port, kServerPort);
}

TEST_F(ClientTest, AReleaseEndsTheLeaseAndTheTimersButTheAddressStaysForThePacket) {
  bind();
  released();
  EXPECT_EQ(client_.state, ClientState::kIdle);
  EXPECT_EQ(client_.timer, kNever);
  EXPECT_EQ(client_.address, kAddress);
  remove_address(client_);
  EXPECT_TRUE(client_.address.is_none());
  EXPECT_FALSE(received(reply(MessageType::kAck), kStart).any);  // a late ACK brings nothing back
  EXPECT_TRUE(client_.address.is_none());
}

TEST_F(ClientTest, WithoutAClientIdentifierNoneIsSent) {
  identity_.client_id = {};
  EXPECT_FALSE(started().has(option::kClientId));
  client_ = {};
  bind();
  EXPECT_FALSE(released().has(option::kClientId));
}

TEST_F(ClientTest, FlawsOfAReleaseAreWhatTheyAreCalled) {
  bind();
  const Client bound = client_;
  EXPECT_EQ(released({.option_50 = true}).message.requested_address, kAddress);
  client_ = bound;
  EXPECT_TRUE(released({.ciaddr = Ipv4{}}).message.ciaddr.is_none());
  client_ = bound;
  const Sent of_another = released({.ciaddr = Ipv4{kAddress.value + 1}});
  EXPECT_EQ(of_another.message.ciaddr, Ipv4{kAddress.value + 1});
  EXPECT_EQ(of_another.endpoints.source, kAddress);
  client_ = bound;
  EXPECT_TRUE(released({.source_zero = true}).endpoints.source.is_none());
  client_ = bound;
  const Sent sent = released({.wrong_server_id = true});
  EXPECT_NE(sent.message.server_id, kServerAddress);
  EXPECT_EQ(sent.endpoints.destination, kServerAddress);
}

TEST_F(ClientTest, StoppingEndsDiscoveryWithoutAWord) {
  started();
  stop(client_);
  EXPECT_EQ(client_.state, ClientState::kIdle);
  EXPECT_EQ(client_.timer, kNever);
  EXPECT_FALSE(received(reply(MessageType::kOffer), kStart).any);
}

}  // namespace
}  // namespace unlease::sim
