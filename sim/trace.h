// What happened in a run, as fixed-size records, and the fingerprint over them.
//
// The world reports every event to one Trace. The fingerprint is the XXH64 (seed 0) of the records' bytes, each
// serialized little-endian, so it is equal on every machine, compiler and optimization level. No names, paths or real
// times are in it; trace_text.h puts the names back.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/time.h"

namespace unlease::sim {

// What a record tells; beside each kind, what subject, detail, extra, x and y mean. Unnamed ones are 0.
enum class TraceKind : std::uint8_t {
  kCallBegan,        // detail: sim::Call; x: the ordinal of the call, from 0
  kCallEnded,        // detail: sim::Call; x: ReturnCode; y: outcomes
  kSet,              // subject: what of its kind; detail: 0 adapter, 1 server, 2 segment, 3 host; extra: an adapter's
                     // Link, and 0x100 where it is under DHCP; x: ordinal of the step
  kOperationBegan,   // subject: adapter; detail: unlease::Operation; x: operation id
  kOperationEnded,   // subject: adapter; detail: unlease::Operation; x: operation id; y: the Error packed
  kOutcome,          // subject: adapter; detail: Decision; x: ReturnCode; y: the Error packed
  kFault,            // subject: adapter; detail: FaultOn; extra: 1 where it answers; x: ordinal of the fault
  kClientState,      // subject: adapter; detail: new ClientState; extra: old one
  kAddressSet,       // subject: adapter; x: address, new, or extended by a server of another id; y: that server id
  kAddressRemoved,   // subject: adapter; x: address
  kTimer,            // subject: adapter; detail: ClientState in which it fired
  kPacketSent,       // subject: packet ordinal; detail: MessageType; extra: size; x: source, destination; y: sender
  kReleaseSent,      // subject: adapter; detail: ReleaseForm::broken; x: ciaddr, server id; y: xid
  kPacketDelivered,  // subject: packet ordinal; detail: MessageType; y: receiver
  kPacketDropped,    // subject: packet ordinal; detail: MessageType; extra: DropReason; y: sender
  kPacketRefused,    // subject: packet ordinal; detail: MessageType; extra: PacketFault
  kServerLease,      // subject: server; detail: new LeaseStatus; extra: old one; x: address, seconds left; y: adapter
  kReleaseJudged,    // subject: server; detail: ReleaseVerdict; x: ciaddr; y: adapter that sent it
  kPacketRelayed,    // subject: packet ordinal; detail: MessageType; x: source, destination; y: sender
  kLateEffect,       // subject: adapter; detail: unlease::Operation, which only now takes effect
  kListed,           // the machine's adapters were listed; detail: 1 where that failed; x: how many they were
};
inline constexpr int kTraceKindCount = 21;

struct TraceRecord {
  Instant at;
  std::uint32_t subject = 0;
  TraceKind kind{};
  std::uint8_t detail = 0;
  std::uint16_t extra = 0;
  std::uint64_t x = 0;
  std::uint64_t y = 0;

  friend bool operator==(const TraceRecord&, const TraceRecord&) = default;
};
static_assert(sizeof(TraceRecord) == 32);

// XXH64 with seed 0 over a stream of 32-byte records.
class Fingerprint {
 public:
  void add(std::span<const TraceRecord> records);
  // The hash of all records added so far.
  std::uint64_t value() const;
  std::uint64_t records() const { return records_; }

 private:
  static constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87U;
  static constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FU;
  std::array<std::uint64_t, 4> lanes_{kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
  std::uint64_t records_ = 0;
};

}  // namespace unlease::sim
