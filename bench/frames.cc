#include "bench/frames.h"

#include <array>
#include <string_view>

namespace unlease::bench {
namespace {

namespace option = sim::option;

constexpr std::array<std::uint8_t, 7> kClientId{1, 2, 0, 0, 0, 0, 1};
constexpr std::array<std::uint8_t, 4> kRouter{10, 0, 0, 1};
constexpr std::array<std::uint8_t, 8> kNameServers{10, 0, 0, 2, 10, 0, 0, 3};
constexpr std::array<std::uint8_t, 7> kDomain{'e', 'x', 'a', 'm', 'p', 'l', 'e'};
constexpr std::string_view kGoodbye = "this address is given back by its user";

sim::MacAddress mac(std::uint32_t number) {
  return {{2, 0, static_cast<std::uint8_t>(number >> 24U), static_cast<std::uint8_t>(number >> 16U),
           static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)}};
}

}  // namespace

sim::Endpoints to_server(std::uint32_t number) {
  return {mac(number), mac(0xFFFFFF), Ipv4{0x0A000100 + number}, Ipv4{0x0A000001}, sim::kClientPort, sim::kServerPort};
}

sim::DhcpMessage release(std::uint32_t number) {
  sim::DhcpMessage message;
  message.type = sim::MessageType::kRelease;
  message.xid = number * 2654435761U;
  message.ciaddr = Ipv4{0x0A000100 + number};
  message.chaddr = mac(number);
  message.server_id = Ipv4{0x0A000001};
  message.options.add(option::kServerId);
  message.client_id = kClientId;
  message.options.add(option::kClientId);
  return message;
}

sim::DhcpMessage full_release(std::uint32_t number) {
  sim::DhcpMessage message = release(number);
  message.message = {reinterpret_cast<const std::uint8_t*>(kGoodbye.data()), kGoodbye.size()};
  message.options.add(option::kMessage);
  return message;
}

sim::DhcpMessage ack(std::uint32_t number) {
  sim::DhcpMessage message;
  message.op = 2;
  message.type = sim::MessageType::kAck;
  message.xid = number * 2654435761U;
  message.yiaddr = Ipv4{0x0A000100 + number};
  message.chaddr = mac(number);
  message.subnet_mask = Ipv4{0xFFFF0000};
  message.routers = kRouter;
  message.domain_name_servers = kNameServers;
  message.domain_name = kDomain;
  message.lease_seconds = 28800;
  message.renewal_seconds = 14400;
  message.rebinding_seconds = 25200;
  message.server_id = Ipv4{0x0A000001};
  for (const std::uint8_t code :
       {option::kSubnetMask, option::kRouters, option::kDomainNameServers, option::kDomainName, option::kLeaseTime,
        option::kServerId, option::kRenewalTime, option::kRebindingTime}) {
    message.options.add(code);
  }
  return message;
}

Frames::Frames(MakeMessage make) : memory_(kCount * kSlot) {
  for (std::uint32_t i = 0; i < kCount; ++i) size_ = sim::write_frame(slot(i), to_server(i), make(i));
}

}  // namespace unlease::bench
