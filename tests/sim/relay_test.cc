// A relay between a segment of clients and that of their server: what it rewrites, what it only routes, and what
// becomes of leases behind it.
#include "sim/relay.h"

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/sim/packet_test_support.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr RelayEnds kEnds{.mac = relay_mac(1),
                          .address = Ipv4{0x0A000201U},
                          .server_mac = server_mac(0),
                          .server_address = Ipv4{0x0A000001U}};
constexpr Ipv4 kClientAddress{0x0A00020AU};
constexpr std::size_t kTimeToLiveOffset = 22;

Endpoints endpoints_of(MacAddress to, Ipv4 source, Ipv4 destination, std::uint16_t from_port, std::uint16_t to_port) {
  return {.source_mac = adapter_mac(0),
          .destination_mac = to,
          .source = source,
          .destination = destination,
          .source_port = from_port,
          .destination_port = to_port};
}

DhcpMessage message_of(MessageType type, std::uint8_t op) {
  DhcpMessage message;
  message.type = type;
  message.op = op;
  message.xid = 0x12345678;
  message.chaddr = adapter_mac(0);
  return message;
}

ByteVector frame_of(const Endpoints& endpoints, const DhcpMessage& message) {
  ByteVector frame(kMaxFrame);
  frame.resize(write_frame(frame, endpoints, message));
  return frame;
}

using Carry = bool (*)(const RelayEnds&, const DecodedFrame&, std::span<std::uint8_t>);

// The frame as it leaves the relay; an empty one where it takes none. Decoding it again checks its checksums.
ByteVector carried(Carry carry, const Endpoints& endpoints, const DhcpMessage& message) {
  ByteVector frame = frame_of(endpoints, message);
  const ByteVector before = frame;
  const Decoded decoded(frame);
  if (carry(kEnds, decoded.result.value(), frame)) return frame;
  EXPECT_EQ(frame, before) << "what it does not take it does not touch";
  return {};
}

const Endpoints kBroadcast = endpoints_of(kBroadcastMac, {}, kBroadcastIp, kClientPort, kServerPort);

TEST(Relay, ABroadcastGoesToTheServerWithItsAddressAndOneHopMore) {
  const ByteVector frame = carried(carry_to_server, kBroadcast, message_of(MessageType::kDiscover, 1));
  const Decoded out(frame);
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out.message().giaddr, kEnds.address);
  EXPECT_EQ(out.message().hops, 1U);
  EXPECT_EQ(out.message().xid, 0x12345678U);
  const Endpoints& endpoints = out.result->endpoints;
  EXPECT_EQ(endpoints.source, kEnds.address);
  EXPECT_EQ(endpoints.destination, kEnds.server_address);
  EXPECT_EQ(endpoints.source_port, kServerPort);
  EXPECT_EQ(endpoints.destination_port, kServerPort);
  EXPECT_EQ(endpoints.source_mac, kEnds.mac);
  EXPECT_EQ(endpoints.destination_mac, kEnds.server_mac);
}

TEST(Relay, AnEarlierRelaysAddressStaysAndTooManyHopsAreTheEnd) {
  DhcpMessage message = message_of(MessageType::kDiscover, 1);
  message.giaddr = Ipv4{0x0A000301U};
  message.hops = 16;
  const Decoded out(carried(carry_to_server, kBroadcast, message));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out.message().giaddr, message.giaddr);
  EXPECT_EQ(out.message().hops, 17U);
  message.hops = 17;
  EXPECT_TRUE(carried(carry_to_server, kBroadcast, message).empty());
}

TEST(Relay, AReleaseIsRoutedUnchangedButForItsTimeToLive) {
  DhcpMessage message = message_of(MessageType::kRelease, 1);
  message.ciaddr = kClientAddress;
  const Endpoints endpoints = endpoints_of(kEnds.mac, kClientAddress, kEnds.server_address, kClientPort, kServerPort);
  const ByteVector before = frame_of(endpoints, message);
  const ByteVector frame = carried(carry_to_server, endpoints, message);
  const Decoded out(frame);
  ASSERT_TRUE(out.ok());
  EXPECT_TRUE(out.message().giaddr.is_none());
  EXPECT_EQ(out.message().hops, 0U);
  EXPECT_EQ(out.result->endpoints.source, kClientAddress);
  EXPECT_EQ(out.result->endpoints.source_port, kClientPort);
  EXPECT_EQ(frame[kTimeToLiveOffset], before[kTimeToLiveOffset] - 1);
}

TEST(Relay, AnAnswerGoesToItsClientByUnicastUnlessItAsksForBroadcast) {
  DhcpMessage message = message_of(MessageType::kOffer, 2);
  message.yiaddr = kClientAddress;
  message.giaddr = kEnds.address;
  const Endpoints endpoints = endpoints_of(kEnds.mac, kEnds.server_address, kEnds.address, kServerPort, kServerPort);
  const Decoded unicast(carried(carry_to_client, endpoints, message));
  ASSERT_TRUE(unicast.ok());
  EXPECT_EQ(unicast.result->endpoints.destination, kClientAddress);
  EXPECT_EQ(unicast.result->endpoints.destination_mac, adapter_mac(0));
  EXPECT_EQ(unicast.result->endpoints.destination_port, kClientPort);
  message.flags = 0x8000;
  const Decoded broadcast(carried(carry_to_client, endpoints, message));
  ASSERT_TRUE(broadcast.ok());
  EXPECT_EQ(broadcast.result->endpoints.destination, kBroadcastIp);
  EXPECT_EQ(broadcast.result->endpoints.destination_mac, kBroadcastMac);
}

TEST(Relay, TakesNothingThatIsForSomebodyElse) {
  const DhcpMessage request = message_of(MessageType::kRequest, 1);
  const DhcpMessage reply = message_of(MessageType::kAck, 2);
  const Ipv4 other{0x0A000063U};
  const auto to = [&](Ipv4 destination) {
    return endpoints_of(kEnds.mac, kClientAddress, destination, kClientPort, kServerPort);
  };
  EXPECT_TRUE(carried(carry_to_server, to(other), request).empty()) << "another server's address";
  EXPECT_TRUE(carried(carry_to_server, kBroadcast, reply).empty()) << "an answer from the clients' side";
  EXPECT_TRUE(carried(carry_to_client, to(kEnds.address), reply).empty()) << "giaddr is not the relay's";
  EXPECT_TRUE(carried(carry_to_client, to(kEnds.address), request).empty()) << "a request from the server's side";
}

constexpr std::string_view kBuilding = R"(
[[segment]]
name = "servers"
[[segment]]
name = "floor"
relay = { server = "dhcp1", address = "10.0.2.1" }
[[server]]
name = "dhcp1"
segment = "servers"
address = "10.0.0.1"
pool = "10.0.2.10-10.0.2.99"
lease = "1h"
)";
constexpr std::string_view kFloor = R"(
[[adapter]]
name = "Ethernet"
segment = "floor"
lease = { acquire = true }
)";

std::string then(const std::string& time, const std::string& change) {
  return "[[step]]\nat = \"" + time + "\"\nset = { " + change + " }\n";
}

TEST(RelayedWorld, AClientIsBoundRenewsAndReleasesThroughTheRelay) {
  const TestWorld world(join(kBuilding, kFloor));
  world.run_until(milliseconds(8));
  EXPECT_EQ(world->address_of(0), Ipv4{0x0A00020AU}) << "four packets over two segments each";
  world.run_until(minutes(31));
  EXPECT_EQ(world->sent(MessageType::kAck), 2U) << "renewed at T1";
  EXPECT_EQ(world.release(0), Error{});
  world.run_until(minutes(32));
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 0U);
  EXPECT_TRUE(world->disagreements().empty());
  EXPECT_TRUE(world.violations().empty());
}

TEST(RelayedWorld, ALeaseThatIsThereFromTheStartIsReleasedThroughTheRelay) {
  const TestWorld world(
      join(kBuilding, "[[adapter]]\nname = \"E\"\nsegment = \"floor\"\nlease = { state = \"bound\" }\n"));
  EXPECT_EQ(world.release(0), Error{});
  world.run_until(seconds(1));
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 0U);
  EXPECT_TRUE(world.violations().empty());
}

TEST(RelayedWorld, ANakToARebootingClientIsBroadcastBehindTheRelay) {
  const TestWorld world(join(kBuilding, kFloor, then("1m", "adapter = \"Ethernet\", link = \"disabled\""),
                             then("2m", "server = \"dhcp1\", offer_address = \"10.0.2.50\""),
                             then("3m", "adapter = \"Ethernet\", link = \"up\"")));
  world.run_until(minutes(4));
  EXPECT_EQ(world->sent(MessageType::kNak), 1U);
  EXPECT_EQ(world->address_of(0), Ipv4{0x0A000232U});
}

// One server on the client's segment and one behind the router, each called by the other's address.
TEST(RelayedWorld, AReleaseGoesToWhoeverHasTheAddressThatTheServerIdentifierNames) {
  constexpr std::string_view kLocal = R"(
[[server]]
name = "local"
segment = "floor"
address = "10.0.2.2"
pool = "10.0.2.100-10.0.2.109"
)";
  const auto released = [](std::string_view server) {
    return fmt::format(R"(
[[adapter]]
name = "Ethernet"
segment = "floor"
lease = {{ server = "{}", state = "bound" }}
[expect]
code = 0
adapters = {{ "Ethernet" = {{ ledger = "server_policy" }} }}
)",
                       server);
  };
  EXPECT_TRUE(passes(join(kBuilding, "options = { server_id = \"10.0.2.2\" }\n", kLocal, released("dhcp1"))));
  EXPECT_TRUE(passes(join(kBuilding, kLocal, "options = { server_id = \"10.0.0.1\" }\n", released("local"))));
}

TEST(RelayedWorld, AServerOnTheClientsSegmentHearsTheBroadcastToo) {
  const TestWorld world(join(kBuilding, R"(
[[server]]
name = "local"
segment = "floor"
address = "10.0.2.2"
pool = "10.0.2.100-10.0.2.109"
)",
                             kFloor));
  world.run_until(seconds(5));
  EXPECT_EQ(world->sent(MessageType::kOffer), 2U);
  EXPECT_EQ(world->address_of(0), Ipv4{0x0A000264U}) << "the nearer one's, which came first";
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kHeld), 0U) << "the other took its offer back";
}

// Each client's luck behind the relay is its own.
TEST(RelayedWorld, AnAddedClientChangesNobodysLossesOnTheFurtherSegment) {
  const auto released = [](const std::string& count) {
    std::string text = join(kBuilding, R"(
[[adapter]]
name = "Ethernet"
segment = "floor"
lease = { state = "bound" }
count = )",
                            count, "\n");
    text.replace(text.find("name = \"servers\""), 16, "name = \"servers\"\nloss = 0.5");
    const TestWorld world(text);
    std::set<std::uint32_t> lost;
    for (std::uint32_t adapter = 0; adapter < 20; ++adapter) EXPECT_EQ(world.release(adapter), Error{});
    world.run_until(seconds(1));
    for (const LedgerEntry& one : world->disagreements()) {
      EXPECT_EQ(one.cause, LeaseFate::kLost);
      if (one.adapter < 20) lost.insert(one.adapter);
    }
    return lost;
  };
  const std::set<std::uint32_t> lost = released("20");
  EXPECT_GT(lost.size(), 3U);
  EXPECT_LT(lost.size(), 17U);
  EXPECT_EQ(released("60"), lost);
}

}  // namespace
}  // namespace unlease::sim
