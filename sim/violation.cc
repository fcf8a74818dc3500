#include "sim/violation.h"

#include <algorithm>
#include <utility>

#include "sim/context.h"
#include "sim/packet_pool.h"
#include "sim/scenario.h"

namespace unlease::sim {
namespace {

constexpr std::size_t kMostHistory = 16;
constexpr std::ptrdiff_t kMostViolations = 64;  // of one invariant

// The invariant that a client with that quirk breaks; 0: none.
std::uint32_t broken_by(Quirk quirk) {
  switch (quirk) {
    case Quirk::kOption50:
    case Quirk::kNoCiaddr:
    case Quirk::kSourceZero:
    case Quirk::kWrongServerId:
    case Quirk::kOldAddress:
      return 3;
    case Quirk::kReleaseTwice:
      return 4;
    case Quirk::kAddressFirst:
      return 5;
    case Quirk::kTimerAfter:
      return 6;
    case Quirk::kNoRelease:
      return 0;
  }
  return 0;
}

}  // namespace

std::uint32_t adapter_of(const TraceRecord& record) {
  switch (record.kind) {
    case TraceKind::kOperationBegan:
    case TraceKind::kOperationEnded:
    case TraceKind::kOutcome:
    case TraceKind::kFault:
    case TraceKind::kClientState:
    case TraceKind::kAddressSet:
    case TraceKind::kAddressRemoved:
    case TraceKind::kTimer:
    case TraceKind::kReleaseSent:
    case TraceKind::kLateEffect:
      return record.subject;
    case TraceKind::kSet:
      return record.detail == 0 ? record.subject : kNobody;
    case TraceKind::kPacketSent:
    case TraceKind::kPacketDelivered:
    case TraceKind::kPacketDropped:
    case TraceKind::kPacketRelayed: {
      const NodeId node{low_half(record.y)};
      return is_server(node) ? kNobody : index_of(node);
    }
    case TraceKind::kServerLease:
    case TraceKind::kReleaseJudged:
      return low_half(record.y);
    case TraceKind::kCallBegan:
    case TraceKind::kCallEnded:
    case TraceKind::kPacketRefused:
    case TraceKind::kListed:
      return kNobody;
  }
  return kNobody;
}

void ViolationLog::add(std::uint32_t invariant, Instant at, std::optional<std::uint32_t> adapter, std::string what) {
  if (adapter && *adapter >= table_.size()) adapter.reset();
  std::vector<Violation>& violations = adapter && is_scripted(invariant, *adapter) ? scripted_ : unscripted_;
  if (std::ranges::count(violations, invariant, &Violation::invariant) >= kMostViolations) return;
  violations.push_back({.invariant = invariant,
                        .event = records_ == 0 ? 0 : records_ - 1,
                        .at = at,
                        .adapter = adapter,
                        .what = std::move(what),
                        .history = adapter ? history_of(*adapter) : std::vector<Violation::Event>{}});
}

bool ViolationLog::is_scripted(std::uint32_t invariant, std::uint32_t adapter) const {
  return std::ranges::any_of(table_.entry(adapter).quirks,
                             [invariant](Quirk quirk) { return broken_by(quirk) == invariant; });
}

std::vector<Violation::Event> ViolationLog::history_of(std::uint32_t adapter) const {
  std::vector<Violation::Event> history;
  const std::uint64_t oldest = records_ < kHistory ? 0 : records_ - kHistory;
  for (std::uint64_t ordinal = records_; ordinal-- > oldest && history.size() < kMostHistory;) {
    const TraceRecord& record = recent_[ordinal % kHistory];
    if (adapter_of(record) == adapter) history.push_back({ordinal, record});
  }
  std::ranges::reverse(history);
  return history;
}

}  // namespace unlease::sim
