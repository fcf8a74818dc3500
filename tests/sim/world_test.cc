// Adapters, servers and the wire together: leases over time, who disagrees with whom and why, hostile packets.
#include "sim/world.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/invariants.h"
#include "tests/sim/packet_test_support.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kIdle = "[[adapter]]\nname = \"Ethernet\"\n";
constexpr std::string_view kAcquire = "[[adapter]]\nname = \"Ethernet\"\nlease = { acquire = true }\n";

std::string at(const std::string& time, const std::string& change) {
  return "[[step]]\nat = \"" + time + "\"\nset = { " + change + " }\n";
}

// The causes in the ledger.
std::vector<std::string> causes(const TestWorld& world) {
  std::vector<std::string> found;
  for (const LedgerEntry& disagreement : world->disagreements()) found.emplace_back(name(disagreement.cause));
  return found;
}
using Causes = std::vector<std::string>;

TEST(World, AddressesAreGivenInPoolOrderAdapterOrder) {
  const TestWorld world(join(kServer, R"(
[[adapter]]
name = "a"
count = 3
lease = { server = "dhcp1", state = "bound" }
[[adapter]]
name = "b"
lease = { server = "dhcp1", state = "bound", address = "10.0.0.11" }
)"));
  const std::uint32_t expected[] = {10, 12, 13, 11};
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(world->address_of(i), Ipv4{0x0A000000U + expected[i]}) << i;
}

TEST(World, AnAcquiringAdapterIsBoundAfterFourLatencies) {
  const TestWorld world(join(kServer, kAcquire));
  world.run_until(milliseconds(3));
  EXPECT_TRUE(world->address_of(0).is_none());
  world.run_until(milliseconds(4));
  EXPECT_EQ(world->address_of(0), Ipv4{0x0A00000AU});
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 1U);
}

TEST(World, LeasesAreRenewedForADayWithoutADisagreement) {
  const TestWorld world(join(kServer, "[[adapter]]\nname = \"a\"\ncount = 5\nlease = { acquire = true }\n"));
  for (int hour = 1; hour <= 24; ++hour) {
    world.run_until(hours(hour));
    EXPECT_EQ(causes(world), Causes{});
    EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 5U);
  }
  EXPECT_EQ(world->sent(MessageType::kDiscover), 5U);
  EXPECT_TRUE(world.violations().empty());
}

TEST(World, ADeadServerDoesNotFailARelease) {
  const TestWorld world(join(kServer, "state = \"down\"\n", kBound));
  EXPECT_TRUE(is_success(world.release(0).value()));
  world.run_until(seconds(1));
  EXPECT_EQ(causes(world), Causes{"server_down"});
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 1U);
  world.run_until(hours(1));
  EXPECT_EQ(causes(world), Causes{});  // until the lease ends
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 0U);
}

TEST(World, ALostReleaseStillSucceedsAndLeavesTheServerBound) {
  const TestWorld world(join("\n[[segment]]\nname = \"lan\"\nloss = 1.0\n", kServer, kBound));
  EXPECT_TRUE(is_success(world.release(0).value()));
  world.run_until(seconds(1));
  EXPECT_EQ(causes(world), Causes{"lost"});
}

TEST(World, APartitionedReleaseSucceedsToo) {
  const TestWorld world(join("\n[[segment]]\nname = \"lan\"\npartitioned = true\n", kServer, kBound));
  EXPECT_TRUE(is_success(world.release(0).value()));
  EXPECT_EQ(world->now(), Instant{});
  EXPECT_EQ(causes(world), Causes{"partitioned"});
}

TEST(World, AReleaseLongAfterTheLastExchangeWaitsForItsNextHop) {
  const TestWorld world(join(kServer, kBound));
  world.run_until(minutes(20));
  EXPECT_TRUE(is_success(world.release(0).value()));
  EXPECT_EQ(world->now(), Instant(minutes(20) + milliseconds(2)));
  EXPECT_TRUE(world->address_of(0).is_none());
  world.run_until(minutes(21));
  EXPECT_EQ(causes(world), Causes{});
  EXPECT_TRUE(world.violations().empty());
}

TEST(World, AReleaseWhoseNextHopIsSilentIsGivenUpAfterThreeSecondsAndSucceeds) {
  const TestWorld world(join(kServer, kBound, at("19m", "segment = \"lan\", partitioned = true")));
  world.run_until(minutes(20));
  EXPECT_TRUE(is_success(world.release(0).value()));
  EXPECT_EQ(world->now(), Instant(minutes(20) + seconds(3)));
  EXPECT_EQ(causes(world), Causes{"unresolved"});
}

TEST(World, AReleaseStopsDiscovery) {
  const TestWorld world(join(kServer, "state = \"down\"\n", kAcquire));
  world.run_until(seconds(1));
  EXPECT_EQ(world.release(0), win32_error(Origin::kApi, win32::kAddressNotAssociated));
  const std::uint64_t sent = world->sent(MessageType::kDiscover);
  world.run_until(hours(1));
  EXPECT_EQ(world->sent(MessageType::kDiscover), sent);
  EXPECT_EQ(world->sent(MessageType::kRelease), 0U);
}

TEST(World, ASecondReleaseSendsNothing) {
  const TestWorld world(join(kServer, kBound));
  world.release(0);
  EXPECT_EQ(world.release(0), win32_error(Origin::kApi, win32::kAddressNotAssociated));
  EXPECT_EQ(world->sent(MessageType::kRelease), 1U);
}

TEST(World, SeededStatesAreThoseOfTheirNames) {
  const TestWorld world(join(kServer, R"(
[[adapter]]
name = "renewing"
lease = { server = "dhcp1", state = "renewing" }
[[adapter]]
name = "rebinding"
lease = { server = "dhcp1", state = "rebinding" }
[[adapter]]
name = "expired"
lease = { server = "dhcp1", state = "expired" }
)"));
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 2U);
  EXPECT_FALSE(world->address_of(0).is_none());
  EXPECT_FALSE(world->address_of(1).is_none());
  EXPECT_TRUE(world->address_of(2).is_none());
  EXPECT_EQ(causes(world), Causes{});
  world.run_until(seconds(10));  // the expired one discovers, and has its old address again
  EXPECT_EQ(world->address_of(2), Ipv4{0x0A00000CU});
  EXPECT_TRUE(world.violations().empty());
}

// --- the ledger ---------------------------------------------------------------------------------------------------

TEST(Ledger, KnowsOfEachEndOfALease) {
  const struct {
    const char* change;
    const char* cause;
  } rows[] = {{"adapter = \"Ethernet\", link = \"removed\"", "adapter_removed"},
              {"adapter = \"Ethernet\", dhcp = false", "dhcp_switched_off"}};
  for (const auto& row : rows) {
    const TestWorld world(join(kServer, kBound, at("1s", row.change)));
    world.run_until(seconds(2));
    EXPECT_EQ(causes(world), Causes{row.cause});
  }
}

TEST(Ledger, AnAckThatNeverCameIsTheCauseOfABindingNobodyKnows) {
  const TestWorld world(join(kServer, kAcquire));
  world.run_until(milliseconds(3));  // bound, and the ACK on its way
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 1U);
  EXPECT_EQ(causes(world), Causes{"unacknowledged"});
  world.run_until(milliseconds(4));
  EXPECT_EQ(causes(world), Causes{});
}

TEST(Ledger, AnOlderLeaseElsewhereKeepsItsOwnCause) {
  const TestWorld world(
      join(kServer, R"(
[[server]]
name = "dhcp2"
address = "10.0.0.2"
pool = "10.0.0.30-10.0.0.39"
state = "down"
)",
           kBound, at("0s", "segment = \"lan\", loss = 1.0"), at("1s", "segment = \"lan\", loss = 0.0"),
           at("1s", "server = \"dhcp1\", state = \"down\""), at("1s", "server = \"dhcp2\", state = \"up\"")));
  world.run_until(seconds(0));
  EXPECT_TRUE(is_success(world.release(0).value()));
  world.run_until(seconds(2));
  EXPECT_TRUE(is_success(world.renew(0).value()));
  EXPECT_EQ(world->address_of(0), Ipv4{0x0A00001EU});
  EXPECT_EQ(causes(world), Causes{"lost"});
}

TEST(Ledger, ADisabledAdaptersLeaseEndsAtTheServerAlone) {
  const TestWorld world(join(kServer, kBound, at("1s", "adapter = \"Ethernet\", link = \"disabled\"")));
  world.run_until(minutes(30));
  EXPECT_EQ(causes(world), Causes{});
  world.run_until(hours(2));
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 0U);
  EXPECT_EQ(causes(world), Causes{"expired"});
}

TEST(Ledger, AServerThatBeginsToSayAnotherAddressDoesNotForgetWhatItSaid) {
  const TestWorld world(join(kServer, kBound, at("1s", "server = \"dhcp1\", offer_address = \"10.0.0.99\"")));
  world.run_until(seconds(2));
  EXPECT_EQ(causes(world), Causes{});
}

// --- links --------------------------------------------------------------------------------------------------------

TEST(World, ALinkThatComesBackConfirmsTheLease) {
  const TestWorld world(join(kServer, kBound, at("1m", "adapter = \"Ethernet\", link = \"down\""),
                             at("2m", "adapter = \"Ethernet\", link = \"up\"")));
  world.run_until(minutes(1));
  EXPECT_FALSE(world->address_of(0).is_none());
  EXPECT_FALSE(world->snapshot().value()[0].ipv4_enabled);
  world.run_until(minutes(3));
  EXPECT_EQ(world->sent(MessageType::kRequest), 1U);
  EXPECT_EQ(world->sent(MessageType::kAck), 1U);
  EXPECT_EQ(world->address_of(0), Ipv4{0x0A00000AU});
}

TEST(World, ARemovedAdapterIsNotInTheSnapshotAndDiscoversWhenItIsBack) {
  const TestWorld world(join(kServer, kBound, at("1s", "adapter = \"Ethernet\", link = \"removed\""),
                             at("2s", "adapter = \"Ethernet\", link = \"up\"")));
  world.run_until(seconds(1));
  EXPECT_TRUE(world->snapshot()->empty());
  world.run_until(seconds(3));
  EXPECT_EQ(world->snapshot()->size(), 1U);
  EXPECT_EQ(world->address_of(0), Ipv4{0x0A00000AU});
  EXPECT_EQ(causes(world), Causes{});
}

TEST(World, ARebootingClientThatIsRenewedAfterItsLeaseEndedStartsAnew) {
  const TestWorld world(join(kServer, "state = \"down\"\n", kBound,
                             at("3595s", "adapter = \"Ethernet\", link = \"down\""),
                             at("3596s", "adapter = \"Ethernet\", link = \"up\"")));
  world.run_until(seconds(3'605));
  EXPECT_TRUE(world->address_of(0).is_none());
  EXPECT_EQ(causes(world), Causes{});
  EXPECT_EQ(world.renew(0), win32_error(Origin::kApi, win32::kSemTimeout));
}

// --- strangers ----------------------------------------------------------------------------------------------------

TEST(World, HostilePacketsAreDroppedAndCountedByKind) {
  const TestWorld world(join(kServer, kBound));
  RawFrame raw;
  raw.options({53, 1, 5, 255});
  ByteVector bad_ip = raw.frame();
  bad_ip[24] ^= 1U;
  ByteVector bad_udp = raw.frame();
  bad_udp[60] ^= 1U;
  ByteVector ipv6 = raw.frame();
  ipv6[12] = 0x86;
  world->inject(0, Bytes{});
  world->inject(0, bad_ip);
  world->inject(0, bad_udp);
  world->inject(0, ipv6);
  world->inject(0, RawFrame().options({255}).frame());
  world->inject(0, ByteVector(5'000));  // cut to the longest that Ethernet carries
  world.run_until(seconds(1));
  EXPECT_EQ(world->refused(PacketFault::kTruncated), 1U);
  EXPECT_EQ(world->refused(PacketFault::kBadIpHeader), 1U);
  EXPECT_EQ(world->refused(PacketFault::kBadUdp), 1U);
  EXPECT_EQ(world->refused(PacketFault::kNotIpv4), 2U);
  EXPECT_EQ(world->refused(PacketFault::kNoMessageType), 1U);
  EXPECT_EQ(world->address_of(0), Ipv4{0x0A00000AU});
  EXPECT_EQ(causes(world), Causes{});
  EXPECT_TRUE(world.violations().empty());
}

// A release that someone else forged: the strict server checks what it can, which the forger knows.
TEST(World, AForgedReleaseFreesTheLeaseAndTheLedgerSaysSo) {
  const TestWorld world(join(kServer, kBound));
  DhcpMessage message;
  message.type = MessageType::kRelease;
  message.ciaddr = Ipv4{0x0A00000AU};
  message.chaddr = adapter_mac(0);
  message.server_id = Ipv4{0x0A000001U};
  ByteVector id{1};
  id.insert(id.end(), message.chaddr.bytes.begin(), message.chaddr.bytes.end());
  message.client_id = id;
  message.options.add(option::kServerId);
  message.options.add(option::kClientId);
  Endpoints endpoints{.source_mac = {{6, 6, 6, 6, 6, 6}},
                      .destination_mac = server_mac(0),
                      .source = message.ciaddr,
                      .destination = message.server_id,
                      .source_port = kClientPort,
                      .destination_port = 1'234};
  ByteVector frame(kMaxFrame);
  frame.resize(write_frame(frame, endpoints, message));
  world->inject(0, frame);
  world.run_until(seconds(1));
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 1U);  // not the port that a server listens on
  endpoints.destination_port = kServerPort;
  frame.resize(kMaxFrame);
  frame.resize(write_frame(frame, endpoints, message));
  world->inject(0, frame);
  world.run_until(seconds(2));
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kBound), 0U);
  EXPECT_EQ(causes(world), Causes{"accepted"});
  EXPECT_TRUE(world.violations().empty());
}

TEST(World, AStrangerMayHaveALease) {
  const TestWorld world(join(kServer, kIdle));
  DhcpMessage message;
  message.type = MessageType::kDiscover;
  message.chaddr = {{6, 6, 6, 6, 6, 6}};
  const Endpoints endpoints{.source_mac = message.chaddr,
                            .destination_mac = kBroadcastMac,
                            .source = {},
                            .destination = kBroadcastIp,
                            .source_port = kClientPort,
                            .destination_port = kServerPort};
  ByteVector frame(kMaxFrame);
  frame.resize(write_frame(frame, endpoints, message));
  world->inject(0, frame);
  world.run_until(seconds(1));
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kHeld), 1U);
  world.run_until(seconds(61));
  EXPECT_EQ(world->lease_count(0, LeaseStatus::kHeld), 0U);
  EXPECT_TRUE(world.violations().empty());
}

}  // namespace
}  // namespace unlease::sim
