// What Windows would refuse in IP settings, and which documented code each rule has.
#include "sim/settings.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/packet_test_support.h"

namespace unlease::sim {
namespace {

constexpr Ipv4 kHost{0x0A000001U};

// Settings set by hand; what is left out is not set.
struct Own {
  std::vector<Ipv4> gateways{};
  std::string host_name{};
  NodeType node_type = NodeType::kUnset;
  std::vector<Ipv4> wins{};
};

std::uint32_t own(const Own& by_hand, const LeasedSettings& leased = {}) {
  AdapterSettingsSpec settings;
  settings.gateways = by_hand.gateways;
  settings.host_name = by_hand.host_name;
  settings.node_type = by_hand.node_type;
  settings.wins = by_hand.wins;
  const Error error = settings_error(settings, leased);
  EXPECT_EQ(error.origin, Origin::kSettings);
  EXPECT_EQ(error.domain, Domain::kProvider);
  return error.value;
}

DhcpMessage ack() {
  DhcpMessage message;
  message.type = MessageType::kAck;
  message.yiaddr = Ipv4{0x0A00000AU};
  return message;
}
std::uint8_t mask_flaw(std::uint32_t mask) {
  DhcpMessage message = ack();
  message.subnet_mask = Ipv4{mask};
  message.options.add(option::kSubnetMask);
  return leased_settings(message).flaw;
}
std::uint8_t address_flaw(std::uint32_t address) {
  DhcpMessage message = ack();
  message.yiaddr = Ipv4{address};
  return leased_settings(message).flaw;
}
std::uint8_t routers_flaw(const ByteVector& routers) {
  DhcpMessage message = ack();
  message.routers = routers;
  message.options.add(option::kRouters);
  return leased_settings(message).flaw;
}
std::uint8_t domain_flaw(const std::string& domain) {
  const ByteVector bytes(domain.begin(), domain.end());
  DhcpMessage message = ack();
  message.domain_name = bytes;
  message.options.add(option::kDomainName);
  return leased_settings(message).flaw;
}

TEST(Settings, OrdinaryOnesAreRight) {
  EXPECT_EQ(own({}), 0U);
  EXPECT_EQ(own({.gateways = {kHost}, .host_name = "pc1", .node_type = NodeType::kHybrid}), 0U);
  EXPECT_EQ(leased_settings(ack()).flaw, 0);
}

TEST(Settings, MoreThanFiveGatewaysAre69) {
  EXPECT_EQ(own({.gateways = std::vector<Ipv4>(5, kHost)}), 0U);
  EXPECT_EQ(own({.gateways = std::vector<Ipv4>(6, kHost)}), 69U);
}

TEST(Settings, AGatewayThatNoHostCanHaveIs71) {
  for (const std::uint32_t address : {0U, 0x7F000001U, 0xE0000001U, 0xFFFFFFFFU}) {
    EXPECT_EQ(own({.gateways = {kHost, Ipv4{address}}}), 71U) << address;
  }
}

TEST(Settings, AHostNameThatIsNoLabelIs74) {
  for (const char* name : {"-pc", "pc-", "p c", "p_c", "pc.example", "\xC3\xBC"})
    EXPECT_EQ(own({.host_name = name}), 74U);
  EXPECT_EQ(own({.host_name = std::string(63, 'a')}), 0U);
  EXPECT_EQ(own({.host_name = std::string(64, 'a')}), 74U);
  EXPECT_EQ(own({.host_name = "3com"}), 0U);  // RFC 1123, 2.1
}

TEST(Settings, APeerNodeWithoutWinsIs75) {
  EXPECT_EQ(own({.node_type = NodeType::kPeer}), 75U);
  EXPECT_EQ(own({.node_type = NodeType::kPeer, .wins = {kHost}}), 0U);
  EXPECT_EQ(own({.node_type = NodeType::kPeer}, {.has_wins = true}), 0U);
  EXPECT_EQ(own({}, {.node_type = NodeType::kPeer}), 75U);
  EXPECT_EQ(own({.node_type = NodeType::kHybrid}, {.node_type = NodeType::kPeer}), 0U);  // its own wins
}

TEST(Settings, TheLowestCodeWins) {
  EXPECT_EQ(own({.gateways = std::vector<Ipv4>(6, Ipv4{}), .host_name = "-", .node_type = NodeType::kPeer}), 69U);
  EXPECT_EQ(own({.host_name = "-", .node_type = NodeType::kPeer}), 74U);
  EXPECT_EQ(own({.gateways = {Ipv4{}}}, {.flaw = 66}), 66U);
  EXPECT_EQ(own({.gateways = {Ipv4{}}}, {.flaw = 73}), 71U);
}

TEST(LeasedSettings, AMaskWithHolesIs66) {
  for (const std::uint32_t mask : {0xFF00FF00U, 0x00FFFFFFU, 1U, 0U}) EXPECT_EQ(mask_flaw(mask), 66) << mask;
  for (const std::uint32_t mask : {0xFFFFFF00U, 0xFFFFFFFFU, 0x80000000U}) EXPECT_EQ(mask_flaw(mask), 0) << mask;
}

TEST(LeasedSettings, AnAddressThatNoHostCanHaveIs70) {
  for (const std::uint32_t address : {0x00000001U, 0x7F000001U, 0xE0000005U, 0xF0000001U, 0xFFFFFFFFU}) {
    EXPECT_EQ(address_flaw(address), 70) << address;
  }
  for (const std::uint32_t address : {0x01000001U, 0xDFFFFFFEU}) EXPECT_EQ(address_flaw(address), 0) << address;
}

TEST(LeasedSettings, RoutersAre69And71) {
  EXPECT_EQ(routers_flaw({10, 0, 0, 1}), 0);
  EXPECT_EQ(routers_flaw({10, 0, 0, 1, 0, 0, 0, 0}), 71);
  ByteVector six;
  for (int i = 0; i < 6; ++i) six = six + ByteVector{10, 0, 0, 1};
  EXPECT_EQ(routers_flaw(six), 69);
}

TEST(LeasedSettings, ADomainThatIsNoNameIs73) {
  for (const std::string& domain : {std::string("corp.example"), std::string("corp.example."),
                                    std::string("corp.example\0", 13), std::string("a")}) {
    EXPECT_EQ(domain_flaw(domain), 0) << domain;
  }
  for (const std::string& domain : {std::string("a b"), std::string("a..b"), std::string(".a"), std::string("-a.b"),
                                    std::string("_tcp.example"), std::string(64, 'a'), std::string(".")}) {
    EXPECT_EQ(domain_flaw(domain), 73) << domain;
  }
}

}  // namespace
}  // namespace unlease::sim
