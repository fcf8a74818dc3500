// Random valid messages, and their comparison, for the tests of the codec.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <gtest/gtest.h>

#include "sim/packet.h"
#include "tests/sim/packet_test_support.h"
#include "tests/sim/random_test_support.h"

namespace unlease::sim {

class RandomBytes : public TestRandom {
 public:
  using TestRandom::TestRandom;
  std::uint8_t byte() { return static_cast<std::uint8_t>(next()); }
  std::uint32_t word() { return static_cast<std::uint32_t>(next()); }
  ByteVector bytes(std::size_t size) {
    ByteVector bytes(size);
    for (auto& b : bytes) b = byte();
    return bytes;
  }
};

// A message with the memory its views point into.
struct RandomMessage {
  DhcpMessage message;
  std::array<ByteVector, 8> memory;
};

inline constexpr std::array<Bytes DhcpMessage::*, 8> kViews{&DhcpMessage::routers,
                                                            &DhcpMessage::domain_name_servers,
                                                            &DhcpMessage::netbios_name_servers,
                                                            &DhcpMessage::host_name,
                                                            &DhcpMessage::domain_name,
                                                            &DhcpMessage::parameter_request_list,
                                                            &DhcpMessage::message,
                                                            &DhcpMessage::client_id};
inline constexpr std::array<std::uint8_t, 8> kViewCodes{3, 6, 44, 12, 15, 55, 56, 61};
// Every option that has a member.
inline constexpr std::array<std::uint8_t, 16> kCodes{1, 3, 6, 12, 15, 44, 46, 50, 51, 53, 54, 55, 56, 58, 59, 61};

inline std::unique_ptr<RandomMessage> random_message(RandomBytes& random) {
  auto made = std::make_unique<RandomMessage>();
  DhcpMessage& message = made->message;
  message.op = static_cast<std::uint8_t>(1 + random.below(2));
  message.hops = random.byte();
  message.secs = static_cast<std::uint16_t>(random.next());
  message.flags = static_cast<std::uint16_t>(random.next());
  message.xid = random.word();
  for (Ipv4* address : {&message.ciaddr, &message.yiaddr, &message.siaddr, &message.giaddr, &message.subnet_mask,
                        &message.requested_address, &message.server_id}) {
    address->value = random.word();
  }
  for (auto& b : message.chaddr.bytes) b = random.byte();
  message.type = static_cast<MessageType>(1 + random.below(8));
  message.lease_seconds = random.word();
  message.renewal_seconds = random.word();
  message.rebinding_seconds = random.word();
  message.netbios_node_type = random.byte();
  const bool long_ones = random.below(4) == 0;  // some need splitting
  for (std::size_t i = 0; i < made->memory.size(); ++i) {
    const std::size_t size = 1 + random.below(long_ones ? 300 : 20);
    made->memory[i] = random.bytes(i < 3 ? size / 4 * 4 + 4 : size);
    message.*kViews[i] = made->memory[i];
  }
  for (const std::uint8_t code : kCodes) {
    if (random.below(2) == 0) message.options.add(code);
  }
  message.options.add(option::kMessageType);
  return made;
}

inline Endpoints random_endpoints(RandomBytes& random) {
  Endpoints endpoints;
  for (auto& b : endpoints.source_mac.bytes) b = random.byte();
  for (auto& b : endpoints.destination_mac.bytes) b = random.byte();
  endpoints.source.value = random.word();
  endpoints.destination.value = random.word();
  endpoints.source_port = random.below(2) == 0 ? kServerPort : kClientPort;
  endpoints.destination_port = static_cast<std::uint16_t>(random.next());
  return endpoints;
}

inline void expect_same(const Endpoints& left, const Endpoints& right) {
  EXPECT_EQ(left.source_mac, right.source_mac);
  EXPECT_EQ(left.destination_mac, right.destination_mac);
  EXPECT_EQ(left.source, right.source);
  EXPECT_EQ(left.destination, right.destination);
  EXPECT_EQ(left.source_port, right.source_port);
  EXPECT_EQ(left.destination_port, right.destination_port);
}

inline void expect_same(const DhcpMessage& left, const DhcpMessage& right) {
  EXPECT_EQ(left.op, right.op);
  EXPECT_EQ(left.hops, right.hops);
  EXPECT_EQ(left.secs, right.secs);
  EXPECT_EQ(left.flags, right.flags);
  EXPECT_EQ(left.xid, right.xid);
  EXPECT_EQ(left.ciaddr, right.ciaddr);
  EXPECT_EQ(left.yiaddr, right.yiaddr);
  EXPECT_EQ(left.siaddr, right.siaddr);
  EXPECT_EQ(left.giaddr, right.giaddr);
  EXPECT_EQ(left.chaddr, right.chaddr);
  EXPECT_EQ(left.type, right.type);
  EXPECT_EQ(left.options, right.options);
  const auto both = [&](std::uint8_t code, auto member) {
    if (left.options.has(code)) {
      EXPECT_EQ(left.*member, right.*member) << static_cast<int>(code);
    }
  };
  both(option::kSubnetMask, &DhcpMessage::subnet_mask);
  both(option::kRequestedAddress, &DhcpMessage::requested_address);
  both(option::kServerId, &DhcpMessage::server_id);
  both(option::kLeaseTime, &DhcpMessage::lease_seconds);
  both(option::kRenewalTime, &DhcpMessage::renewal_seconds);
  both(option::kRebindingTime, &DhcpMessage::rebinding_seconds);
  both(option::kNetbiosNodeType, &DhcpMessage::netbios_node_type);
  for (std::size_t i = 0; i < kViewCodes.size(); ++i) {
    if (!left.options.has(kViewCodes[i])) continue;
    EXPECT_EQ(to_vector(left.*kViews[i]), to_vector(right.*kViews[i])) << static_cast<int>(kViewCodes[i]);
  }
}

}  // namespace unlease::sim
