#include "bench/naive_release.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <utility>

namespace unlease::bench {
namespace {

constexpr Duration kLatency = std::chrono::milliseconds(1);
constexpr Duration kLease = std::chrono::hours(8);
constexpr Ipv4 kServer{0x0A000001};
constexpr sim::MacAddress kServerMac{{2, 1, 0, 0, 0, 1}};

Guid guid_of(std::uint32_t number) {
  Guid guid;
  for (std::size_t i = 0; i < 4; ++i) guid.bytes[i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  return guid;
}

}  // namespace

NaiveHal::NaiveHal(std::uint32_t adapters, std::uint64_t seed, Duration jitter) : random_(seed), jitter_(jitter) {
  for (std::uint32_t adapter = 0; adapter < adapters; ++adapter) {
    Client& client = clients_.emplace_back();
    client.mac = {{2, 0, static_cast<std::uint8_t>(adapter >> 24U), static_cast<std::uint8_t>(adapter >> 16U),
                   static_cast<std::uint8_t>(adapter >> 8U), static_cast<std::uint8_t>(adapter)}};
    client.id[0] = 1;
    std::ranges::copy(client.mac.bytes, client.id.begin() + 1);
    client.address = {0x0A00000A + adapter};
    leases_.emplace(client.address.value, Lease{client.mac, {client.id.begin(), client.id.end()}, now_ + kLease});
    schedule(now_ + kLease / 2, [this, adapter] { renew(adapter, 0); });
    schedule(now_ + kLease, [this, address = client.address] { expire(address); });
  }
}

std::expected<std::span<const Adapter>, Error> NaiveHal::adapters() {
  snapshot_.clear();
  for (std::uint32_t adapter = 0; adapter < clients_.size(); ++adapter) {
    snapshot_.push_back({.guid = guid_of(adapter),
                         .name = AdapterName("Ethernet", adapter + 1),
                         .interface_index = adapter + 1,
                         .address = clients_[adapter].address,
                         .dhcp_enabled = true});
  }
  return snapshot_;
}

OperationId NaiveHal::begin(Operation /*operation*/, AdapterHandle handle) {
  const OperationId id{next_id_++};
  const auto adapter = static_cast<std::uint32_t>(handle);
  schedule(now_, [this, adapter, id, queued = now_] { release(adapter, id, queued); });
  return id;
}

std::span<const Completion> NaiveHal::wait(Instant deadline) {
  while (!events_.empty() && events_.top().at <= (completed_.empty() ? deadline : now_)) run_next();
  if (completed_.empty()) now_ = std::max(now_, deadline);
  batch_.clear();
  batch_.swap(completed_);
  return batch_;
}

void NaiveHal::settle() {
  const Instant end = now_ + kLatency + jitter_;
  while (!events_.empty() && events_.top().at <= end) run_next();
}

std::uint32_t NaiveHal::draw() {
  random_ = random_ * 6364136223846793005U + 1442695040888963407U;
  return static_cast<std::uint32_t>(random_ >> 32U);
}

void NaiveHal::schedule(Instant at, std::function<void()> act) { events_.push({at, sequence_++, std::move(act)}); }

void NaiveHal::run_next() {
  const Event event = events_.top();  // a priority_queue gives nothing away
  events_.pop();
  now_ = event.at;
  event.act();
}

void NaiveHal::release(std::uint32_t adapter, OperationId id, Instant queued) {
  Client& client = clients_[adapter];
  sim::DhcpMessage message;
  message.type = sim::MessageType::kRelease;
  message.xid = draw();
  message.ciaddr = client.address;
  message.chaddr = client.mac;
  message.server_id = kServer;
  message.options.add(sim::option::kServerId);
  message.client_id = client.id;
  message.options.add(sim::option::kClientId);
  std::array<std::uint8_t, sim::kMaxFrame> frame;
  const std::size_t size = sim::write_frame(
      frame, {client.mac, kServerMac, client.address, kServer, sim::kClientPort, sim::kServerPort}, message);
  const auto packet = std::make_shared<std::vector<std::uint8_t>>(frame.begin(), frame.begin() + size);
  const Duration late(jitter_ == Duration{0} ? 0 : draw() % jitter_.count());
  schedule(now_ + kLatency + late, [this, packet] { receive(packet); });
  client.address = {};
  ++client.timer_stamp;
  completed_.push_back({id, {}, queued, now_, now_});
}

void NaiveHal::receive(const Packet& packet) {
  const auto frame = sim::decode_frame(*packet, *scratch_);
  if (!frame || frame->message.server_id != kServer) return;
  const auto lease = leases_.find(frame->message.ciaddr.value);
  if (lease == leases_.end() || lease->second.mac != frame->message.chaddr ||
      !std::ranges::equal(lease->second.client_id, frame->message.client_id)) {
    return;
  }
  leases_.erase(lease);
}

void NaiveHal::renew(std::uint32_t adapter, std::uint32_t stamp) {
  // The wave is over long before T1; the timer only has to wait its turn, and to know that it was overtaken.
  if (clients_[adapter].timer_stamp == stamp)
    schedule(now_ + kLease / 2, [this, adapter, stamp] { renew(adapter, stamp); });
}

void NaiveHal::expire(Ipv4 address) {
  const auto lease = leases_.find(address.value);
  if (lease != leases_.end() && lease->second.expires <= now_) leases_.erase(lease);
}

}  // namespace unlease::bench
