// The baseline: the wave of release_bench as one would write it first. std::priority_queue of std::function for the
// future, each frame a vector on the heap, leases in an std::unordered_map. The frames are real ones, built and decoded
// by the same codec; clients and leases have their timers (T1, expiry) waiting behind, as in the simulator. It judges
// as the profile "strict" does. It keeps no fingerprint and checks no invariants.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/hal.h"
#include "sim/packet.h"

namespace unlease::bench {

class NaiveHal final : public Hal {
 public:
  // `seed` decides the transaction ids, and how much longer than the latency each packet takes: less than `jitter`.
  NaiveHal(std::uint32_t adapters, std::uint64_t seed, Duration jitter = Duration{0});

  std::expected<std::span<const Adapter>, Error> adapters() override;
  OperationId begin(Operation operation, AdapterHandle adapter) override;
  std::span<const Completion> wait(Instant deadline) override;
  Instant now() const override { return now_; }

  // Lets all packets arrive.
  void settle();
  std::size_t bound() const { return leases_.size(); }

 private:
  using Packet = std::shared_ptr<std::vector<std::uint8_t>>;
  struct Client {
    sim::MacAddress mac;
    std::array<std::uint8_t, 7> id{};
    Ipv4 address;
    std::uint32_t timer_stamp = 0;
  };
  struct Lease {
    sim::MacAddress mac;
    std::vector<std::uint8_t> client_id;
    Instant expires;
  };
  struct Event {
    Instant at;
    std::uint64_t sequence = 0;
    std::function<void()> act;

    friend bool operator<(const Event& a, const Event& b) {
      return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
    }
  };

  std::uint32_t draw();
  void schedule(Instant at, std::function<void()> act);
  void run_next();
  void release(std::uint32_t adapter, OperationId id, Instant queued);
  void receive(const Packet& packet);
  void renew(std::uint32_t adapter, std::uint32_t stamp);
  void expire(Ipv4 address);

  Instant now_{};
  std::uint64_t sequence_ = 0;
  std::uint64_t next_id_ = 1;
  std::uint64_t random_;
  Duration jitter_;
  std::vector<Client> clients_;
  std::unordered_map<std::uint32_t, Lease> leases_;  // by address
  std::priority_queue<Event> events_;
  std::vector<Adapter> snapshot_;
  std::vector<Completion> completed_;
  std::vector<Completion> batch_;
  std::unique_ptr<sim::DecodeScratch> scratch_ = std::make_unique<sim::DecodeScratch>();
};

}  // namespace unlease::bench
