// What the parts of a world share: the time, the future, chance, and the one point where everything is recorded.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/time.h"
#include "sim/adapter_table.h"
#include "sim/capture.h"
#include "sim/event_queue.h"
#include "sim/invariants.h"
#include "sim/outside.h"
#include "sim/packet.h"
#include "sim/scenario.h"
#include "sim/trace.h"

namespace unlease::sim {

// Everything that happens passes here, once, in order. It is looked at by the batch, but nobody can tell: whoever asks
// sees all records that were added until then.
class Recorder {
 public:
  Recorder(const Scenario& scenario, const AdapterTable& adapters, bool keep, bool check, bool fingerprint = true)
      : invariants_(scenario, adapters), keep_(keep), check_(check), fingerprinted_(fingerprint) {}

  void add(const TraceRecord& record) {
    batch_[pending_++] = record;
    if (pending_ == batch_.size()) flush();
  }

  // What records about that adapter, and that address of the server's pool, are going to need.
  void touch(std::uint32_t adapter, std::uint32_t server, std::uint32_t offset) const {
    if (check_) invariants_.touch(adapter, server, offset);
  }

  const Fingerprint& fingerprint() {
    flush();
    return fingerprint_;
  }
  InvariantChecker& invariants() {
    flush();
    return invariants_;
  }
  std::vector<TraceRecord>& kept() {
    flush();
    return kept_;
  }

 private:
  void flush();

  std::array<TraceRecord, 64> batch_;
  std::size_t pending_ = 0;  // of the batch
  Fingerprint fingerprint_;
  InvariantChecker invariants_;
  std::vector<TraceRecord> kept_;
  bool keep_;
  bool check_;
  bool fingerprinted_;
};

struct Context {
  const Scenario& scenario;
  const AdapterTable& adapters;
  std::uint64_t seed;
  Instant now;
  EventQueue queue;
  Recorder recorder;
  Capture* capture = nullptr;  // of every frame; null: none
  Outside* outside = nullptr;  // see WorldOptions

  void record(TraceKind kind, std::uint32_t subject, std::uint8_t detail = 0, std::uint16_t extra = 0,
              std::uint64_t x = 0, std::uint64_t y = 0) {
    recorder.add({.at = now, .subject = subject, .kind = kind, .detail = detail, .extra = extra, .x = x, .y = y});
  }
};

// Two 32-bit values in one field of a record.
constexpr std::uint64_t pack(std::uint32_t low, std::uint32_t high) { return low | (std::uint64_t{high} << 32U); }
constexpr std::uint32_t low_half(std::uint64_t packed) { return static_cast<std::uint32_t>(packed); }
constexpr std::uint32_t high_half(std::uint64_t packed) { return static_cast<std::uint32_t>(packed >> 32U); }

constexpr std::uint64_t pack(Error error) {
  return pack(error.value, static_cast<std::uint32_t>(error.origin) | (static_cast<std::uint32_t>(error.domain) << 8U));
}
constexpr Error unpack_error(std::uint64_t packed) {
  const std::uint32_t kinds = high_half(packed);
  return {.origin = static_cast<Origin>(kinds & 0xFFU),
          .domain = static_cast<Domain>((kinds >> 8U) & 0xFFU),
          .value = low_half(packed)};
}

// Whether the pattern names that adapter. Allocates nothing.
bool matches(const Glob& glob, AdapterName adapter);

// MAC addresses tell whose they are: kLocalMac, the kind, and the index plus one. A relay's index is that of its
// clients' segment.
enum class Station : std::uint8_t { kAdapter, kServer, kRelay };
inline constexpr std::uint8_t kLocalMac = 0x02;  // the first byte: administered locally, of one station
constexpr MacAddress mac_of(Station kind, std::uint32_t index) {
  const std::uint32_t number = index + 1;
  return {{kLocalMac, static_cast<std::uint8_t>(kind), static_cast<std::uint8_t>(number >> 24U),
           static_cast<std::uint8_t>(number >> 16U), static_cast<std::uint8_t>(number >> 8U),
           static_cast<std::uint8_t>(number)}};
}
constexpr MacAddress adapter_mac(std::uint32_t index) { return mac_of(Station::kAdapter, index); }
constexpr MacAddress server_mac(std::uint32_t index) { return mac_of(Station::kServer, index); }
constexpr MacAddress relay_mac(std::uint32_t segment) { return mac_of(Station::kRelay, segment); }

inline constexpr std::uint32_t kNobody = 0xFFFFFFFF;
// The index of the adapter, server or relay that a MAC address is of; kNobody where it is of no such.
std::uint32_t owner_of(MacAddress mac, Station kind);

}  // namespace unlease::sim
