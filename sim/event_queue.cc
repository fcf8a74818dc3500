#include "sim/event_queue.h"

#include <algorithm>
#include <bit>
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

EventQueue::Block* EventQueue::allocate() {
  if (free_ == nullptr) grow();
  Block* const block = free_;
  free_ = block->next;
  block->next = nullptr;
  block->count = 0;
  return block;
}

// By a part of what there is: few allocations, and little that is never used.
void EventQueue::grow() {
  const std::size_t more = 1 + (block_count_ / 16);
  Block* const made = blocks_.emplace_back(std::make_unique_for_overwrite<Block[]>(more)).get();
  block_count_ += more;
  for (std::size_t index = more; index > 0; --index) release(&made[index - 1]);
}

void EventQueue::release(Block* block) {
  block->next = free_;
  free_ = block;
}

void EventQueue::append(Chain& chain, const Event& event) {
  if (chain.tail == nullptr) {
    chain.head = chain.tail = allocate();
  } else if (chain.tail->count == Block::kEvents) {
    chain.tail->next = allocate();
    chain.tail = chain.tail->next;
  }
  chain.tail->events[chain.tail->count++] = event;
}

void EventQueue::push(const Event& event) {
  assert(event.at() >= last_);
  append(buckets_[bucket_of(event.at())], event);
  next_ = std::min(next_, event.at());
  ++size_;
}

// By insertion, for they are few.
void EventQueue::Run::fill(std::span<const Event> events) {
  assert(empty() && events.size() <= kMost);
  front_ = 0;
  size_ = events.size();
  for (std::size_t index = 0; index < size_; ++index) {
    std::size_t at = index;
    for (; at > 0 && events_[at - 1].at() > events[index].at(); --at) events_[at] = events_[at - 1];
    events_[at] = events[index];
  }
}

Event EventQueue::pop() {
  assert(size_ > 0);
  --size_;
  if (!run_.empty() && run_.front().at() <= next_) return run_.pop();
  if (buckets_[0].head == nullptr) refill();
  Chain& present = buckets_[0];
  if (present.head == nullptr) return run_.pop();
  const Event event = present.head->events[front_++];
  if (front_ == present.head->count) {
    Block* const done = present.head;
    present.head = done->next;
    release(done);
    front_ = 0;
    if (present.head == nullptr) {
      present.tail = nullptr;
      find_next();
    }
  }
  return event;
}

void EventQueue::refill() {
  Chain& bucket = *std::ranges::find_if(buckets_, [](const Chain& chain) { return chain.head != nullptr; });
  last_ = next_;
  const Chain moving = std::exchange(bucket, {});
  const auto all_now = [this](const Block& block) {
    return std::all_of(block.events.begin(), block.events.begin() + static_cast<std::ptrdiff_t>(block.count),
                       [this](const Event& event) { return event.at() == last_; });
  };
  bool one_instant = true;
  for (const Block* block = moving.head; block != nullptr && one_instant; block = block->next) {
    one_instant = all_now(*block);
  }
  // A wave of one instant, as a million timers that fire together, changes hands without being copied.
  if (one_instant) {
    buckets_[0] = moving;
    return;
  }
  // Few are sorted, rather than spread over the lower buckets again and again.
  if (run_.empty() && moving.head->count <= Run::kMost && moving.head->next == nullptr) {
    run_.fill(std::span(moving.head->events).first(moving.head->count));
    release(moving.head);
    find_next();
    return;
  }
  for (Block* block = moving.head; block != nullptr;) {
    for (std::size_t index = 0; index < block->count; ++index) {
      const Event& event = block->events[index];
      append(buckets_[bucket_of(event.at())], event);
    }
    release(std::exchange(block, block->next));
  }
}

void EventQueue::find_next() {
  next_ = kNever;
  // Lower buckets hold earlier events, so the first one that has any decides.
  const auto bucket = std::ranges::find_if(buckets_, [](const Chain& chain) { return chain.head != nullptr; });
  if (bucket == buckets_.end()) return;
  for (const Block* block = bucket->head; block != nullptr; block = block->next) {
    for (std::size_t index = 0; index < block->count; ++index) next_ = std::min(next_, block->events[index].at());
  }
}

}  // namespace unlease::sim
