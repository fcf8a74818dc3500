// What building and decoding a frame costs, beside the floors: copying one, and summing it. The peers, where they are
// installed, are in codec_libtins.cc and codec_kea.cc; they are compared with on `full_release`, of which all write and
// read the same bytes, which is checked.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <benchmark/benchmark.h>

#include "bench/frames.h"
#include "sim/packet.h"
#include "sim/wire.h"

namespace unlease::bench {
namespace {

void copy_frame(benchmark::State& state) {
  Frames from(release);
  Frames to(release);
  std::size_t i = 0;
  for (auto _ : state) {
    std::memcpy(to.slot(i).data(), from.slot(i).data(), from.size());
    benchmark::ClobberMemory();
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(copy_frame);

// The other floor: a decoder must have read every byte of the datagram once.
void sum_frame(benchmark::State& state) {
  Frames frames(release);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sim::wire::fold(sim::wire::native_sum(frames.slot(i).data() + 14, frames.size() - 14)));
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sum_frame);

void build(benchmark::State& state, MakeMessage make) {
  Frames to(make);
  sim::DhcpMessage message = make(0);
  sim::Endpoints endpoints = to_server(0);
  std::uint32_t i = 0;
  for (auto _ : state) {
    message.xid += 2654435761U;
    message.ciaddr.value = 0x0A000100 + i;
    endpoints.source.value = 0x0A000100 + i;
    benchmark::DoNotOptimize(sim::write_frame(to.slot(i), endpoints, message));
    benchmark::ClobberMemory();
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(build, release, release)->Name("build_release");
BENCHMARK_CAPTURE(build, ack, ack)->Name("build_ack");
BENCHMARK_CAPTURE(build, full_release, full_release)->Name("build_full_release");

void decode(benchmark::State& state, MakeMessage make) {
  Frames frames(make);
  sim::DecodeScratch scratch;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto decoded = sim::decode_frame(frames.frame(i), scratch);
    if (!decoded) {
      state.SkipWithError("a frame was refused");
      break;
    }
    benchmark::DoNotOptimize(decoded->message.xid);
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(decode, release, release)->Name("decode_release");
BENCHMARK_CAPTURE(decode, ack, ack)->Name("decode_ack");
BENCHMARK_CAPTURE(decode, full_release, full_release)->Name("decode_full_release");

void peek_key(benchmark::State& state) {
  Frames frames(release);
  std::size_t i = 0;
  for (auto _ : state) {
    const auto key = sim::peek_key(frames.frame(i));
    benchmark::DoNotOptimize(key->xid);
    ++i;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(peek_key);

}  // namespace
}  // namespace unlease::bench
