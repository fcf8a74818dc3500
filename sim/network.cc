#include "sim/network.h"

#include <algorithm>

#include "sim/random.h"

namespace unlease::sim {
namespace {

constexpr std::array<std::string_view, kDropReasonCount> kDropNames{"none",        "lost",        "partitioned",
                                                                    "link_down",   "unresolved",  "address_gone",
                                                                    "server_down", "no_receiver", "malformed"};

// A packet that is reordered lets those of the next three latencies overtake it.
constexpr int kReorderLatencies = 3;

}  // namespace

std::string_view name(DropReason reason) { return kDropNames[static_cast<std::size_t>(reason)]; }

WireVerdict judge_packet(const SegmentSpec& segment, std::uint64_t seed, std::uint64_t who, std::uint32_t sent) {
  WireVerdict verdict;
  if (segment.partitioned) {
    verdict.drop = DropReason::kPartitioned;
    return verdict;
  }
  // A draw where nothing can happen would only take its time.
  const auto chance = [&](Probability probability, Concern concern) {
    return probability.ppb != 0 && happens(probability, draw(seed, concern, who, sent));
  };
  if (chance(segment.loss, Concern::kLoss)) {
    verdict.drop = DropReason::kLost;
    return verdict;
  }
  verdict.delay = segment.latency;
  if (segment.jitter > Duration::zero()) {
    verdict.delay += uniform(segment.jitter, draw(seed, Concern::kJitter, who, sent));
  }
  if (chance(segment.reorder, Concern::kReorder)) {
    verdict.delay += kReorderLatencies * segment.latency;
  }
  if (chance(segment.duplicate, Concern::kDuplicate)) {
    verdict.duplicate = verdict.delay + segment.latency;
  }
  return verdict;
}

Network::Network(Context& context) : context_(context), segments_(context.scenario.segments) {}

void Network::accept(PacketId packet, PacketInfo info) {
  info.ordinal = packets_++;
  info.epoch = static_cast<std::uint32_t>(in_flight_.size() - 1);
  pool_.info(packet) = info;
  capture(packet);
  ++in_flight_.back();
  ++sent_[static_cast<std::size_t>(info.type)];
}

DropReason Network::transmit(PacketId packet, std::uint64_t who, std::uint32_t sent) {
  pool_.info(packet).sent = static_cast<std::uint16_t>(sent);
  const PacketInfo info = pool_.info(packet);
  const WireVerdict verdict = judge_packet(segments_[info.segment], context_.seed, who, sent);
  if (verdict.drop != DropReason::kNone) {
    drop(packet, verdict.drop);
    return verdict.drop;
  }
  const auto arrive = [this](PacketId which, Duration delay) {
    context_.queue.push({saturating_add(context_.now, delay), EventKind::kPacket, static_cast<std::uint32_t>(which)});
  };
  arrive(packet, verdict.delay);
  if (verdict.duplicate) {
    const PacketId copy = pool_.allocate(info.size);
    pool_.info(copy) = info;
    pool_.info(copy).copy = 1;
    std::ranges::copy(pool_.frame(packet), pool_.buffer(copy).begin());
    ++in_flight_[info.epoch];
    arrive(copy, *verdict.duplicate);
  }
  return DropReason::kNone;
}

DropReason Network::carry(PacketId packet, std::uint32_t segment, std::uint64_t who) {
  PacketInfo& info = pool_.info(packet);
  info.segment = static_cast<std::uint16_t>(segment);
  capture(packet);
  return transmit(packet, who, info.sent);
}

void Network::capture(PacketId packet) {
  if (context_.capture == nullptr) return;
  const PacketInfo& info = pool_.info(packet);
  context_.capture->add(context_.now, info.ordinal, info.segment, pool_.frame(packet));
}

void Network::drop(PacketId packet, DropReason reason) {
  const PacketInfo& info = pool_.info(packet);
  context_.record(TraceKind::kPacketDropped, info.ordinal, static_cast<std::uint8_t>(info.type),
                  static_cast<std::uint16_t>(reason), 0, static_cast<std::uint32_t>(info.sender));
  finish(packet);
}

void Network::finish(PacketId packet) {
  leave(pool_.info(packet).epoch);
  pool_.release(packet);
}

bool Network::resolves(std::uint32_t segment, std::uint64_t who, std::uint32_t sent, std::uint32_t attempt) const {
  const SegmentSpec& wire = segments_[segment];
  if (wire.partitioned) return false;
  const std::uint64_t which = (std::uint64_t{sent} << 8U) | (attempt << 1U);
  return !happens(wire.loss, draw(context_.seed, Concern::kResolution, who, which)) &&
         !happens(wire.loss, draw(context_.seed, Concern::kResolution, who, which | 1U));
}

std::uint32_t Network::mark() {
  const auto made = static_cast<std::uint32_t>(in_flight_.size() - 1);
  in_flight_.push_back(0);
  while (oldest_in_flight_ + 1 < in_flight_.size() && in_flight_[oldest_in_flight_] == 0) ++oldest_in_flight_;
  return made;
}

void Network::leave(std::uint32_t epoch) {
  --in_flight_[epoch];
  while (oldest_in_flight_ + 1 < in_flight_.size() && in_flight_[oldest_in_flight_] == 0) ++oldest_in_flight_;
}

}  // namespace unlease::sim
