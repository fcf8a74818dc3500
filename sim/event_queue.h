// The future: events ordered by (instant, order of insertion).
//
// A radix heap. Every event lies in the bucket of the highest bit in which its instant differs from the last popped
// one, so an event moves at most 63 times towards bucket 0 and in practice once or twice. Events of one instant always
// share a bucket and only ever move together, in order: first in, first out needs no sequence number. Buckets are
// chains of blocks that they hand on to each other, so the memory is that of the events which are due, and no more. A
// bucket of few events is not spread over the lower ones, but sorted into a run from which they are popped.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/time.h"

namespace unlease::sim {

// What is due; beside each kind, what subject and argument mean. Stamps tell a live event from one overtaken since.
enum class EventKind : std::uint8_t {
  kPacket,       // arrives. subject: packet
  kResolution,   // of a next hop. subject: packet; argument: attempts so far, or that it answered
  kClientTimer,  // subject: adapter; argument: stamp
  kLeaseTimer,   // subject: pool offset; argument: server, and stamp above kServerBits
  kOperation,    // subject: operation slot; argument: stamp
  kLateEffect,   // subject: adapter; argument: which operation, see host.cc
};

class Event {
 public:
  static constexpr std::uint32_t kArgumentBits = 28;
  // Arguments are cut to this many bits, stamps wrap around.
  static constexpr std::uint32_t kArgumentMask = (1U << kArgumentBits) - 1;

  Event() = default;
  Event(Instant at, EventKind kind, std::uint32_t subject, std::uint32_t argument = 0)
      : at_(at),
        subject_(subject),
        detail_((static_cast<std::uint32_t>(kind) << kArgumentBits) | (argument & kArgumentMask)) {}

  Instant at() const { return at_; }
  EventKind kind() const { return static_cast<EventKind>(detail_ >> kArgumentBits); }
  std::uint32_t subject() const { return subject_; }
  std::uint32_t argument() const { return detail_ & kArgumentMask; }

 private:
  Instant at_;
  std::uint32_t subject_ = 0;
  std::uint32_t detail_ = 0;
};
static_assert(sizeof(Event) == 16);

class EventQueue {
 public:
  // Nothing will be pushed that is before `earliest`. The closer that is to what comes first, the less is moved.
  explicit EventQueue(Instant earliest = Instant::min()) : last_(earliest) {}

  // Precondition: event.at() is not before the last popped one.
  void push(const Event& event);

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // The instant of the next event; kNever where there is none.
  Instant next() const { return run_.empty() ? next_ : std::min(next_, run_.front().at()); }

  // Precondition: !empty().
  Event pop();

  // Some of the events that come next, in order, unless others that are pushed come before them. Perhaps none.
  std::span<const Event> soon() const { return run_.left(); }

 private:
  static constexpr std::size_t kBuckets = 65;

  struct Block {
    static constexpr std::size_t kEvents = 254;
    std::array<Event, kEvents> events;
    Block* next = nullptr;
    std::size_t count = 0;
  };
  // A queue of events: appended to at the tail, taken as a whole or from the head.
  struct Chain {
    Block* head = nullptr;
    Block* tail = nullptr;
  };

  // The few events that come next, in order.
  class Run {
   public:
    static constexpr std::size_t kMost = 64;

    bool empty() const { return front_ == size_; }
    const Event& front() const { return events_[front_]; }
    std::span<const Event> left() const { return std::span(events_).subspan(front_, size_ - front_); }
    Event pop() { return events_[front_++]; }
    // Events of one instant stay in order. Precondition: empty(), and there are kMost at most.
    void fill(std::span<const Event> events);

   private:
    std::array<Event, kMost> events_;
    std::size_t front_ = 0;
    std::size_t size_ = 0;
  };

  std::size_t bucket_of(Instant at) const;
  void append(Chain& chain, const Event& event);
  Block* allocate();
  void grow();
  void release(Block* block);
  // Makes the earliest bucket's first instant the current one; its events are then in bucket 0, or in the run.
  void refill();
  void find_next();

  std::array<Chain, kBuckets> buckets_;
  Run run_;                // before what the buckets have of the same instant, for that was pushed later
  std::size_t front_ = 0;  // of bucket 0's head: what is before has been popped
  std::size_t size_ = 0;
  Instant last_;           // the instant of bucket 0
  Instant next_ = kNever;  // in the buckets
  Block* free_ = nullptr;
  std::vector<std::unique_ptr<Block[]>> blocks_;  // own them all
  std::size_t block_count_ = 0;
};

}  // namespace unlease::sim
