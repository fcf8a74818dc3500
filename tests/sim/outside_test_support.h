// What lies beyond a World whose wire is real, in tests: time is still virtual.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>
#include <vector>

#include "sim/arp.h"
#include "sim/outside.h"
#include "sim/scenario_sides.h"
#include "sim/world.h"
#include "tests/sim/packet_test_support.h"

namespace unlease::sim {

// Where frames wait for whoever calls receive(); time goes as far as that is willing to wait.
class Script : public Outside {
 public:
  Instant now() override { return now_; }
  void send(Bytes frame) override { sent.emplace_back(frame.begin(), frame.end()); }
  Bytes receive(Instant until) override {
    if (coming.empty()) {
      over = over || until > ends;
      now_ = std::max(now_, std::min(until, ends));
      return {};
    }
    last_ = std::move(coming.front());
    coming.pop_front();
    return last_;
  }
  bool ended() const override { return over; }

  std::deque<ByteVector> coming;
  std::vector<ByteVector> sent;
  bool over = false;
  Instant ends = kNever;

 private:
  Instant now_{};
  ByteVector last_;
};

// The servers of a scenario as the outside of its adapters: both sides have one time.
class RealServers : public Outside {
 public:
  explicit RealServers(const Scenario& whole)
      : side_(server_side(whole)), end_(*this), world_(side_.scenario, {.outside = &end_}) {
    world_.begin_timeline();
  }

  Instant now() override { return now_; }
  void send(Bytes frame) override { to_servers_.emplace_back(frame.begin(), frame.end()); }
  Bytes receive(Instant until) override {
    while (to_clients_.empty() && world_.advance(until)) {
    }
    if (to_clients_.empty()) {
      now_ = std::max(now_, until);
      if (now_ >= sleeps_at) {
        now_ += std::chrono::seconds(1);
        sleeps_at = kNever;
      }
      return {};
    }
    now_ = std::max(now_, world_.now());
    last_ = std::move(to_clients_.front());
    to_clients_.pop_front();
    return last_;
  }
  bool ended() const override { return false; }

  const World& world() const { return world_; }

  Instant sleeps_at = kNever;  // from when on the whole machine stands still for a second

 private:
  // The cable, as the servers see it.
  class ServersEnd final : public Outside {
   public:
    explicit ServersEnd(RealServers& owner) : owner_(owner) {}
    Instant now() override { return owner_.now_; }
    void send(Bytes frame) override { owner_.to_clients_.emplace_back(frame.begin(), frame.end()); }
    Bytes receive(Instant) override {
      if (owner_.to_servers_.empty()) return {};
      last_ = std::move(owner_.to_servers_.front());
      owner_.to_servers_.pop_front();
      return last_;
    }
    bool ended() const override { return false; }

   private:
    RealServers& owner_;
    ByteVector last_;
  };

  ScenarioSide side_;
  std::deque<ByteVector> to_servers_;
  std::deque<ByteVector> to_clients_;
  Instant now_{};
  ByteVector last_;
  ServersEnd end_;
  World world_;
};

// Somebody outside asks for an address.
inline ByteVector arp_request(Ipv4 address) {
  constexpr MacAddress kAsker{{0x00, 0x11, 0x22, 0x33, 0x44, 0x55}};
  // A request has the layout of its answer.
  const auto frame = arp_reply({.sender_mac = kBroadcastMac, .sender = address, .target = Ipv4{0x0A000063U}}, kAsker);
  ByteVector request(frame.begin(), frame.end());
  request[21] = 1;
  return request;
}

}  // namespace unlease::sim
