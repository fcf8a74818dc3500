// A peer of codec_bench: libtins, from its own objects to a frame and back. DHCP inside UDP is not decoded unasked, so
// that is one more step here. Its decoder checks no checksums.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>
#include <tins/dhcp.h>
#include <tins/ethernetII.h>
#include <tins/ip.h>
#include <tins/rawpdu.h>
#include <tins/udp.h>

#include "bench/frames.h"

namespace unlease::bench {
namespace {

Tins::IPv4Address address(Ipv4 from) { return Tins::IPv4Address(to_string(from)); }
Tins::HWAddress<6> hardware(const sim::MacAddress& from) { return {from.bytes.data()}; }

// The values of a message in libtins' types, converted before the time is taken.
struct Values {
  explicit Values(std::uint32_t number) {
    const sim::DhcpMessage message = full_release(number);
    const sim::Endpoints endpoints = to_server(number);
    xid = message.xid;
    source = address(endpoints.source);
    destination = address(endpoints.destination);
    source_mac = hardware(endpoints.source_mac);
    destination_mac = hardware(endpoints.destination_mac);
    text.assign(message.message.begin(), message.message.end());
    client_id.assign(message.client_id.begin(), message.client_id.end());
  }

  std::uint32_t xid = 0;
  Tins::IPv4Address source;
  Tins::IPv4Address destination;
  Tins::HWAddress<6> source_mac;
  Tins::HWAddress<6> destination_mac;
  std::vector<std::uint8_t> text;
  std::vector<std::uint8_t> client_id;
};

std::vector<std::uint8_t> build(const Values& values) {
  Tins::EthernetII frame(values.destination_mac, values.source_mac);
  Tins::IP ip(values.destination, values.source);
  ip.id(0);
  ip.ttl(128);
  Tins::DHCP dhcp;
  dhcp.opcode(Tins::BootP::BOOTREQUEST);
  dhcp.htype(1);
  dhcp.hlen(6);
  dhcp.xid(values.xid);
  dhcp.ciaddr(values.source);
  dhcp.chaddr(values.source_mac);
  dhcp.type(Tins::DHCP::RELEASE);
  dhcp.server_identifier(values.destination);
  dhcp.add_option({sim::option::kMessage, values.text.begin(), values.text.end()});
  dhcp.add_option({sim::option::kClientId, values.client_id.begin(), values.client_id.end()});
  dhcp.end();
  frame /= ip;
  frame /= Tins::UDP(sim::kServerPort, sim::kClientPort);
  frame /= dhcp;
  return frame.serialize();
}

void libtins_build(benchmark::State& state) {
  Frames ours(full_release);
  std::vector<Values> values;
  for (std::uint32_t i = 0; i < Frames::kCount; ++i) values.emplace_back(i);
  if (!std::ranges::equal(build(values[7]), ours.frame(7))) {
    state.SkipWithError("libtins writes other bytes");
    return;
  }
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(build(values[i++ % Frames::kCount]).data());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(libtins_build);

std::optional<Tins::DHCP> decode(std::span<const std::uint8_t> bytes) {
  const Tins::EthernetII frame(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  const auto* payload = frame.find_pdu<Tins::RawPDU>();
  if (payload == nullptr) return std::nullopt;
  return payload->to<Tins::DHCP>();
}

void libtins_decode(benchmark::State& state) {
  Frames frames(full_release);
  const Values values(7);
  const auto once = decode(frames.frame(7));
  if (!once || once->type() != Tins::DHCP::RELEASE || once->xid() != values.xid || once->ciaddr() != values.source ||
      once->server_identifier() != values.destination ||
      !std::ranges::equal(once->search_option(Tins::DHCP::DHCP_MESSAGE)->data_ptr(),
                          once->search_option(Tins::DHCP::DHCP_MESSAGE)->data_ptr() + values.text.size(),
                          values.text.begin(), values.text.end())) {
    state.SkipWithError("libtins reads other values");
    return;
  }
  std::size_t i = 0;
  for (auto _ : state) {
    const auto message = decode(frames.frame(i++));
    benchmark::DoNotOptimize(message->xid());
    benchmark::DoNotOptimize(message->server_identifier());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(libtins_decode);

}  // namespace
}  // namespace unlease::bench
