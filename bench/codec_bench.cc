// What building and decoding a frame costs, beside the floors: copying one, and summing it.
//
// The messages of one benchmark differ from each other, as in a run, and go round in memory that stays in the L2
// cache, so that neither the branch predictor nor the store buffer sees the same frame twice in a row.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "sim/packet.h"
#include "sim/wire.h"

namespace unlease::sim {
namespace {

constexpr std::size_t kFrames = 1024;  // a power of two
constexpr std::size_t kSlot = 384;     // bytes for a frame

constexpr std::array<std::uint8_t, 7> kClientId{1, 2, 0, 0, 0, 0, 1};
constexpr std::array<std::uint8_t, 4> kRouter{10, 0, 0, 1};
constexpr std::array<std::uint8_t, 8> kNameServers{10, 0, 0, 2, 10, 0, 0, 3};
constexpr std::array<std::uint8_t, 7> kDomain{'e', 'x', 'a', 'm', 'p', 'l', 'e'};

MacAddress mac(std::uint32_t number) {
  return {{2, 0, static_cast<std::uint8_t>(number >> 24U), static_cast<std::uint8_t>(number >> 16U),
           static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)}};
}

Endpoints to_server(std::uint32_t number) {
  return {mac(number), mac(0xFFFFFF), Ipv4{0x0A000100 + number}, Ipv4{0x0A000001}, kClientPort, kServerPort};
}

DhcpMessage release(std::uint32_t number) {
  DhcpMessage message;
  message.type = MessageType::kRelease;
  message.xid = number * 2654435761U;
  message.ciaddr = Ipv4{0x0A000100 + number};
  message.chaddr = mac(number);
  message.server_id = Ipv4{0x0A000001};
  message.options.add(option::kServerId);
  message.client_id = kClientId;
  message.options.add(option::kClientId);
  return message;
}

DhcpMessage ack(std::uint32_t number) {
  DhcpMessage message;
  message.op = 2;
  message.type = MessageType::kAck;
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

// `kFrames` frames, each in a slot.
class Frames {
 public:
  explicit Frames(DhcpMessage (*make)(std::uint32_t)) : memory_(kFrames * kSlot) {
    for (std::uint32_t i = 0; i < kFrames; ++i) size_ = write_frame(slot(i), to_server(i), make(i));
  }

  std::span<std::uint8_t> slot(std::size_t i) { return {memory_.data() + i % kFrames * kSlot, kSlot}; }
  std::size_t size() const { return size_; }

 private:
  std::vector<std::uint8_t> memory_;
  std::size_t size_ = 0;
};

void bm_copy_frame(benchmark::State& state) {
  Frames from(release);
  Frames to(release);
  std::size_t i = 0;
  for (auto _ : state) {
    std::memcpy(to.slot(i).data(), from.slot(i).data(), from.size());
    benchmark::ClobberMemory();
    ++i;
  }
}
BENCHMARK(bm_copy_frame);

// The other floor: a decoder must have read every byte of the datagram once.
void bm_sum_frame(benchmark::State& state) {
  Frames frames(release);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(wire::fold(wire::native_sum(frames.slot(i).data() + 14, frames.size() - 14)));
    ++i;
  }
}
BENCHMARK(bm_sum_frame);

void build(benchmark::State& state, DhcpMessage (*make)(std::uint32_t)) {
  Frames to(make);
  DhcpMessage message = make(0);
  Endpoints endpoints = to_server(0);
  std::uint32_t i = 0;
  for (auto _ : state) {
    message.xid += 2654435761U;
    message.ciaddr.value = 0x0A000100 + i;
    endpoints.source.value = 0x0A000100 + i;
    benchmark::DoNotOptimize(write_frame(to.slot(i), endpoints, message));
    benchmark::ClobberMemory();
    ++i;
  }
}
void bm_build_release(benchmark::State& state) { build(state, release); }
BENCHMARK(bm_build_release);
void bm_build_ack(benchmark::State& state) { build(state, ack); }
BENCHMARK(bm_build_ack);

void decode(benchmark::State& state, DhcpMessage (*make)(std::uint32_t)) {
  Frames frames(make);
  DecodeScratch scratch;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto decoded = decode_frame(frames.slot(i).first(frames.size()), scratch);
    if (!decoded) {
      state.SkipWithError("a frame was refused");
      break;
    }
    benchmark::DoNotOptimize(decoded->message.xid);
    ++i;
  }
}
void bm_decode_release(benchmark::State& state) { decode(state, release); }
BENCHMARK(bm_decode_release);
void bm_decode_ack(benchmark::State& state) { decode(state, ack); }
BENCHMARK(bm_decode_ack);

void bm_peek_key(benchmark::State& state) {
  Frames frames(release);
  std::size_t i = 0;
  for (auto _ : state) {
    const auto key = peek_key(frames.slot(i).first(frames.size()));
    benchmark::DoNotOptimize(key->xid);
    ++i;
  }
}
BENCHMARK(bm_peek_key);

}  // namespace
}  // namespace unlease::sim
