#include "sim/event_queue.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace unlease::sim {
namespace {

// Instants as unsigned numbers of the same order.
std::uint64_t key(Instant at) {
  return static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ (std::uint64_t{1} << 63U);
}

}  // namespace

std::size_t EventQueue::bucket_of(Instant at) const {
  return static_cast<std::size_t>(std::bit_width(key(at) ^ key(last_)));
}

void EventQueue::push(const Event& event) {
  assert(event.at >= last_);
  buckets_[bucket_of(event.at)].push_back(event);
  next_ = std::min(next_, event.at);
  ++size_;
}

Event EventQueue::pop() {
  assert(size_ > 0);
  if (front_ == buckets_[0].size()) refill();
  const Event event = buckets_[0][front_++];
  --size_;
  if (front_ == buckets_[0].size()) {
    buckets_[0].clear();
    front_ = 0;
    find_next();
  }
  return event;
}

void EventQueue::refill() {
  const auto bucket = std::ranges::find_if(buckets_, [](const auto& events) { return !events.empty(); });
  assert(bucket != buckets_.end() && front_ == 0);
  last_ = next_;
  // A wave of one instant, as a million timers that fire together, changes hands without being copied.
  if (std::ranges::all_of(*bucket, [this](const Event& event) { return event.at == last_; })) {
    std::swap(*bucket, buckets_[0]);
    return;
  }
  for (const Event& event : *bucket) buckets_[bucket_of(event.at)].push_back(event);
  bucket->clear();
}

void EventQueue::find_next() {
  next_ = kNever;
  // Lower buckets hold earlier events, so the first one that has any decides.
  for (const auto& events : buckets_) {
    if (events.empty()) continue;
    for (const Event& event : events) next_ = std::min(next_, event.at);
    return;
  }
}

}  // namespace unlease::sim
