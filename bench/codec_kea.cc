// A peer of codec_bench: libdhcp++ of Kea, which knows a definition for each option. Only the DHCP message, without
// Ethernet, IP and UDP: less than the others do.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/make_shared.hpp>
#include <dhcp/dhcp4.h>
#include <dhcp/option4_addrlst.h>
#include <dhcp/option_string.h>
#include <dhcp/pkt4.h>

#include "bench/frames.h"

namespace unlease::bench {
namespace {

using isc::asiolink::IOAddress;
namespace dhcp = isc::dhcp;

constexpr std::size_t kHeaders = 14 + 20 + 8;
constexpr std::size_t kBytes = 299;  // without the byte of padding

std::span<const std::uint8_t> message_of(std::span<const std::uint8_t> frame) { return frame.subspan(kHeaders); }

// The values of a message in Kea's types, converted before the time is taken.
struct Values {
  explicit Values(std::uint32_t number) {
    const sim::DhcpMessage message = full_release(number);
    xid = message.xid;
    client = IOAddress(message.ciaddr.value);
    server = IOAddress(message.server_id.value);
    mac.assign(message.chaddr.bytes.begin(), message.chaddr.bytes.end());
    text.assign(message.message.begin(), message.message.end());
    client_id.assign(message.client_id.begin(), message.client_id.end());
  }

  std::uint32_t xid = 0;
  IOAddress client{0};
  IOAddress server{0};
  std::vector<std::uint8_t> mac;
  std::string text;
  std::vector<std::uint8_t> client_id;
};

dhcp::Pkt4Ptr build(const Values& values) {
  auto packet = boost::make_shared<dhcp::Pkt4>(dhcp::DHCPRELEASE, values.xid);
  packet->setCiaddr(values.client);
  packet->setHWAddr(dhcp::HTYPE_ETHER, 6, values.mac);
  packet->addOption(boost::make_shared<dhcp::Option4AddrLst>(dhcp::DHO_DHCP_SERVER_IDENTIFIER, values.server));
  packet->addOption(boost::make_shared<dhcp::OptionString>(dhcp::Option::V4, dhcp::DHO_DHCP_MESSAGE, values.text));
  packet->addOption(
      boost::make_shared<dhcp::Option>(dhcp::Option::V4, dhcp::DHO_DHCP_CLIENT_IDENTIFIER, values.client_id));
  packet->pack();
  return packet;
}

void kea_build(benchmark::State& state) {
  Frames ours(full_release);
  std::vector<Values> values;
  for (std::uint32_t i = 0; i < Frames::kCount; ++i) values.emplace_back(i);
  const dhcp::Pkt4Ptr once = build(values[7]);
  const std::span written(static_cast<const std::uint8_t*>(once->getBuffer().getData()), once->getBuffer().getLength());
  if (!std::ranges::equal(written, message_of(ours.frame(7)).first(kBytes))) {
    state.SkipWithError("Kea writes other bytes");
    return;
  }
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(build(values[i++ % Frames::kCount])->getBuffer().getData());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(kea_build);

dhcp::Pkt4Ptr decode(std::span<const std::uint8_t> bytes) {
  auto packet = boost::make_shared<dhcp::Pkt4>(bytes.data(), bytes.size());
  packet->unpack();
  return packet;
}

void kea_decode(benchmark::State& state) {
  Frames frames(full_release);
  const Values values(7);
  const dhcp::Pkt4Ptr once = decode(message_of(frames.frame(7)));
  if (once->getType() != dhcp::DHCPRELEASE || once->getTransid() != values.xid || once->getCiaddr() != values.client ||
      once->getOption(dhcp::DHO_DHCP_CLIENT_IDENTIFIER)->toBinary() != values.client_id) {
    state.SkipWithError("Kea reads other values");
    return;
  }
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(decode(message_of(frames.frame(i++)))->getTransid());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(kea_decode);

}  // namespace
}  // namespace unlease::bench
