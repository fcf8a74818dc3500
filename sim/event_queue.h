// The future: events ordered by (instant, order of insertion).
//
// A radix heap. Every event lies in the bucket of the highest bit in which its instant differs from the last popped
// one, so an event moves at most 63 times towards bucket 0 and in practice once or twice. Events of one instant always
// share a bucket and only ever move together, in order: first in, first out needs no sequence number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/time.h"

namespace unlease::sim {

enum class EventKind : std::uint8_t {
  kPacket,       // subject: packet; arrives
  kResolved,     // subject: packet; the next hop answered, or argument tries are left
  kClientTimer,  // subject: adapter; stamp: of its timer
  kLeaseTimer,   // subject: server; argument: pool offset; stamp: of the lease
  kOperation,    // subject: operation slot; stamp: of the slot
  kLateEffect,   // subject: adapter; argument: unlease::Operation
};

struct Event {
  Instant at;
  std::uint32_t subject = 0;
  std::uint32_t argument = 0;
  std::uint32_t stamp = 0;  // tells a live event from one that was overtaken
  EventKind kind{};
};
static_assert(sizeof(Event) <= 32);

class EventQueue {
 public:
  // Precondition: event.at is not before the last popped one.
  void push(const Event& event);

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // The instant of the next event; kNever where there is none. Amortized constant.
  Instant next() const { return next_; }

  // Precondition: !empty().
  Event pop();

 private:
  static constexpr std::size_t kBuckets = 65;

  std::size_t bucket_of(Instant at) const;
  // Makes the earliest bucket's first instant the current one; its events are then in bucket 0.
  void refill();
  void find_next();

  std::array<std::vector<Event>, kBuckets> buckets_;
  std::size_t front_ = 0;  // of bucket 0: what is before has been popped
  std::size_t size_ = 0;
  Instant last_{Duration::min()};  // the instant of bucket 0
  Instant next_ = kNever;
};

}  // namespace unlease::sim
