// A server by itself, asked by clients that are nothing but their messages.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/server.h"
#include "tests/sim/packet_test_support.h"

namespace unlease::sim {

// Who asks: the chaddr ends with `number`; option 61 is `id`, left out where empty.
struct Asker {
  std::uint8_t number = 1;
  ByteVector id{};

  MacAddress mac() const { return {{2, 0, 0, 0, 0, number}}; }
};

struct Answer {
  ServerStep step;
  Endpoints endpoints;
  DhcpMessage message;  // without its views; of the type kRelease, which no server sends, where there is none

  bool any() const { return step.frame_size != 0; }
};

class ServerTest : public ::testing::Test {
 protected:
  static constexpr Ipv4 kAddress{0x0A000001U};
  static constexpr Ipv4 kFirst{0x0A00000AU};
  static constexpr std::chrono::seconds kLease{3600};

  // A server with the pool 10.0.0.10 and up.
  explicit ServerTest(std::uint32_t pool_size = 3) { make(pool_size); }
  void make(std::uint32_t pool_size, ServerProfile profile = ServerProfile::kStrict) {
    ServerSpec spec;
    spec.name = "dhcp1";
    spec.address = kAddress;
    spec.pool = {.first = kFirst, .last = Ipv4{kFirst.value + pool_size - 1}};
    spec.lease = kLease;
    spec.profile = profile;
    server_ = std::make_unique<Server>(spec, MacAddress{{2, 1, 0, 0, 0, 1}});
  }

  static Ipv4 nth(std::uint32_t offset) { return Ipv4{kFirst.value + offset}; }

  static DhcpMessage message(const Asker& asker, MessageType type) {
    DhcpMessage message;
    message.type = type;
    message.xid = 0x1234;
    message.chaddr = asker.mac();
    if (!asker.id.empty()) {
      message.client_id = asker.id;
      message.options.add(option::kClientId);
    }
    return message;
  }
  static void name_server(DhcpMessage& message, Ipv4 address) {
    message.server_id = address;
    message.options.add(option::kServerId);
  }
  static void name_address(DhcpMessage& message, Ipv4 address) {
    message.requested_address = address;
    message.options.add(option::kRequestedAddress);
  }

  Answer ask(const DhcpMessage& message) {
    Answer answer{.step = server_->receive(message, message.chaddr, now_, out_), .endpoints = {}, .message = {}};
    answer.message.type = MessageType::kRelease;
    if (!answer.any()) return answer;
    const auto decoded = decode_frame(Bytes(out_).first(answer.step.frame_size), *scratch_);
    if (!decoded) {
      ADD_FAILURE() << name(decoded.error());
      return answer;
    }
    answer.endpoints = decoded->endpoints;
    answer.message = decoded->message;
    EXPECT_EQ(answer.message.type, answer.step.type);
    EXPECT_EQ(answer.message.xid, message.xid);
    EXPECT_EQ(answer.message.chaddr, message.chaddr);
    return answer;
  }
  Answer discover(const Asker& asker) { return ask(message(asker, MessageType::kDiscover)); }
  // The answer to an offer.
  Answer select(const Asker& asker, Ipv4 address, Ipv4 server = kAddress) {
    DhcpMessage request = message(asker, MessageType::kRequest);
    name_address(request, address);
    name_server(request, server);
    return ask(request);
  }
  Answer reboot(const Asker& asker, Ipv4 address) {
    DhcpMessage request = message(asker, MessageType::kRequest);
    name_address(request, address);
    return ask(request);
  }
  Answer extend(const Asker& asker, Ipv4 address) {
    DhcpMessage request = message(asker, MessageType::kRequest);
    request.ciaddr = address;
    return ask(request);
  }
  ServerStep release(const Asker& asker, Ipv4 address) {
    DhcpMessage release = message(asker, MessageType::kRelease);
    release.ciaddr = address;
    name_server(release, kAddress);
    return ask(release).step;
  }
  // Takes an address, and returns it.
  Ipv4 acquire(const Asker& asker) {
    const Ipv4 offered = discover(asker).message.yiaddr;
    EXPECT_EQ(select(asker, offered).message.type, MessageType::kAck);
    return offered;
  }
  // The timer that a change of that lease asked for.
  ServerStep expire(std::uint32_t offset) {
    now_ = std::max(now_, server_->lease(offset).expires);
    return server_->expire(offset, server_->lease(offset).stamp, now_);
  }
  LeaseStatus status(std::uint32_t offset) const { return server_->lease(offset).status; }

  std::unique_ptr<Server> server_;
  Instant now_;
  std::array<std::uint8_t, kMaxFrame> out_{};
  std::unique_ptr<DecodeScratch> scratch_ = std::make_unique<DecodeScratch>();
};

}  // namespace unlease::sim
