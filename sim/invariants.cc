#include "sim/invariants.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "sim/client.h"
#include "sim/context.h"
#include "sim/release_form.h"
#include "sim/server.h"

namespace unlease::sim {
namespace {

bool is_release(const TraceRecord& record) { return record.detail == static_cast<std::uint8_t>(Operation::kRelease); }

// What the bits of release_form say, in words.
std::string form_text(std::uint8_t form) {
  constexpr std::string_view kTexts[] = {"a field that must be zero is not",
                                         "sname or file is used",
                                         "its xid is not fresh",
                                         "its ports are not 68 to 67",
                                         "it is not unicast to its server",
                                         "it does not come from ciaddr",
                                         "option 61 is not the one it acquired with",
                                         "its options are not 53, 54, 61 and perhaps 56"};
  std::string text;
  for (std::size_t bit = 0; bit < std::size(kTexts); ++bit) {
    if (((form >> bit) & 1U) == 0) continue;
    if (!text.empty()) text += "; ";
    text += kTexts[bit];
  }
  return text;
}

}  // namespace

void InvariantChecker::LeaseViews::reserve(std::size_t size) {
  expires.reserve(size);
  adapter.reserve(size);
  status.reserve(size);
}

void InvariantChecker::LeaseViews::resize(std::size_t size) {
  expires.resize(size, kNever);
  adapter.resize(size);
  status.resize(size);
}

InvariantChecker::InvariantChecker(const Scenario& scenario, const AdapterTable& adapters)
    : scenario_(scenario),
      table_(adapters),
      log_(adapters),
      adapters_(adapters.size()),
      leases_(scenario.servers.size()),
      accepted_(scenario.servers.size()) {
  for (std::size_t server = 0; server < leases_.size(); ++server) {
    leases_[server].reserve(std::min<std::uint64_t>(scenario.servers[server].pool.size(), adapters.size()));
  }
  for (std::uint32_t entry = 0; entry < scenario.adapters.size(); ++entry) {
    AdapterView view;
    view.dhcp = scenario.adapters[entry].dhcp;
    view.present = scenario.adapters[entry].link != Link::kRemoved;
    std::fill(adapters_.begin() + table_.first_of(entry), adapters_.begin() + table_.end_of(entry), view);
  }
}

void InvariantChecker::observe(std::span<const TraceRecord> records) {
  for (const TraceRecord& record : records) {
    log_.note(record);
    observe_record(record);
  }
}

void InvariantChecker::observe_record(const TraceRecord& record) {
  switch (record.kind) {
    case TraceKind::kCallBegan:
      begin_call(record);
      return;
    case TraceKind::kListed:
      if (record.detail == 0 && targets_unknown_) note_targets();
      targets_unknown_ = false;
      return;
    case TraceKind::kCallEnded:
      end_call(record);
      return;
    case TraceKind::kPacketSent:
      observe_sent(record);
      return;
    case TraceKind::kReleaseJudged:
      observe_judged(record);
      return;
    case TraceKind::kServerLease:
      observe_lease(record);
      return;
    case TraceKind::kClientState:
    case TraceKind::kPacketDelivered:
    case TraceKind::kPacketDropped:
    case TraceKind::kPacketRefused:
    case TraceKind::kPacketRelayed:
      return;
    case TraceKind::kSet:
      if (record.detail != 0) return;  // of no adapter
      [[fallthrough]];
    default:
      if (record.subject < adapters_.size()) observe_adapter(record, adapters_[record.subject]);
  }
}

void InvariantChecker::observe_adapter(const TraceRecord& record, AdapterView& view) {
  switch (record.kind) {
    case TraceKind::kSet:
      view.dhcp = (record.extra & 0x100U) != 0;
      view.present = (record.extra & 0xFFU) != static_cast<unsigned>(Link::kRemoved);
      if ((record.extra & 0xFFU) == static_cast<unsigned>(Link::kUp)) view.quiet = false;
      return;
    case TraceKind::kFault:
      view.scripted_answer = record.extra != 0;
      return;
    case TraceKind::kLateEffect:
      if (!is_release(record)) view.quiet = false;
      return;
    case TraceKind::kTimer:
      if (view.quiet) log_.add(6, record.at, record.subject, "a timer of its DHCP client fired after the release");
      return;
    case TraceKind::kAddressSet:
      if (!view.dhcp) log_.add(2, record.at, record.subject, "it is not under DHCP, but was given an address");
      view.address = Ipv4{low_half(record.x)};
      view.server_id = Ipv4{low_half(record.y)};
      view.leased = true;
      view.release_sent = false;
      return;
    case TraceKind::kAddressRemoved:
      view.address = {};
      view.leased = false;
      view.removed_in_release = view.open_operations > 0;
      return;
    case TraceKind::kReleaseSent:
      observe_release(record, view);
      return;
    case TraceKind::kOperationBegan:
      observe_began(record, view);
      return;
    case TraceKind::kOperationEnded:
      observe_ended(record, view);
      return;
    case TraceKind::kOutcome:
      observe_outcome(record, view);
      return;
    default:
      return;
  }
}

void InvariantChecker::observe_began(const TraceRecord& record, AdapterView& view) const {
  if (view.open_operations == 0) {
    view.removed_in_release = false;
    view.scripted_answer = false;
  }
  if (view.open_operations < UINT8_MAX) ++view.open_operations;
  if (!is_release(record)) view.quiet = false;
  if (call_running_) view.outcome_due = true;
}

void InvariantChecker::observe_ended(const TraceRecord& record, AdapterView& view) {
  if (view.open_operations == 0) {
    log_.add(1, record.at, record.subject, fmt::format("operation {} completed, but none was under way", record.x));
    return;
  }
  --view.open_operations;
  if (!is_release(record) || view.scripted_answer || !is_success(unpack_error(record.y))) return;
  view.quiet = true;
  if (view.address.is_none()) return;
  log_.add(5, record.at, record.subject,
           fmt::format("its release was reported as a success while it still had {}", to_string(view.address)));
}

void InvariantChecker::observe_outcome(const TraceRecord& record, AdapterView& view) {
  if (view.has_outcome) log_.add(1, record.at, record.subject, "it has a second outcome in the same call");
  view.has_outcome = true;
  view.outcome_due = false;
}

void InvariantChecker::begin_call(const TraceRecord& record) {
  call_running_ = true;
  targets_unknown_ = !is_instance_call(Call{record.detail});
}

// The adapters that are listed as being under DHCP, and where that is assumed all.
void InvariantChecker::note_targets() {
  const bool hidden = scenario_.run.profile == HostProfile::kWine8;
  for (AdapterView& view : adapters_) {
    view.outcome_due = view.present && ((view.dhcp && !hidden) || scenario_.engine.assume_dhcp);
  }
}

void InvariantChecker::end_call(const TraceRecord& record) {
  for (std::uint32_t adapter = 0; adapter < adapters_.size(); ++adapter) {
    AdapterView& view = adapters_[adapter];
    if (view.outcome_due) {
      log_.add(1, record.at, adapter, "it is a target of the call, but has no outcome");
    }
    view.outcome_due = false;
    view.has_outcome = false;
  }
  call_running_ = false;
}

void InvariantChecker::observe_sent(const TraceRecord& record) {
  const std::uint32_t adapter = adapter_of(record);
  if (adapter >= adapters_.size()) return;
  const AdapterView& view = adapters_[adapter];
  const MessageType type{record.detail};
  if (!view.dhcp) log_.add(2, record.at, adapter, fmt::format("it is not under DHCP, but sent a {}", name(type)));
  if (view.quiet && type != MessageType::kRelease) {
    log_.add(6, record.at, adapter, fmt::format("it sent a {} after its release", name(type)));
  }
}

void InvariantChecker::observe_release(const TraceRecord& record, AdapterView& view) {
  const std::uint32_t adapter = record.subject;
  const Ipv4 ciaddr{low_half(record.x)};
  const Ipv4 server_id{high_half(record.x)};
  const Ipv4 address = view.address;
  if (view.release_sent) {
    log_.add(4, record.at, adapter, "a second DHCPRELEASE for the same lease");
  } else if (!view.leased && view.removed_in_release) {
    log_.add(5, record.at, adapter, "its address was removed before the DHCPRELEASE left");
  } else if (!view.leased) {
    log_.add(2, record.at, adapter, "a DHCPRELEASE without a lease");
  }
  view.release_sent = true;
  view.quiet = true;
  if (record.detail != 0) log_.add(3, record.at, adapter, "the DHCPRELEASE is malformed: " + form_text(record.detail));
  if (!view.leased) return;
  if (ciaddr != address) {
    log_.add(3, record.at, adapter,
             fmt::format("the DHCPRELEASE's ciaddr is {}, its address {}", to_string(ciaddr), to_string(address)));
  }
  if (server_id != view.server_id) {
    log_.add(3, record.at, adapter,
             fmt::format("the DHCPRELEASE names server {}, the lease is of {}", to_string(server_id),
                         to_string(view.server_id)));
  }
}

void InvariantChecker::observe_judged(const TraceRecord& record) {
  if (record.detail != static_cast<std::uint8_t>(ReleaseVerdict::kAccepted)) return;
  std::optional<Ipv4>& accepted = accepted_[record.subject];
  if (accepted) not_freed(record);
  accepted = Ipv4{low_half(record.x)};
}

// To a server, those with the same client identifier are one (RFC 2131, 4.2).
bool InvariantChecker::same_client(std::uint32_t one, std::uint32_t other) const {
  if (one == other) return true;
  // Strangers are not told apart.
  const bool both = one >= table_.size() && other >= table_.size();
  if (one >= table_.size() || other >= table_.size()) return both;
  const std::optional<std::string>& id = table_.entry(one).client_id;
  return id && !id->empty() && id == table_.entry(other).client_id;
}

void InvariantChecker::observe_lease(const TraceRecord& record) {
  const std::uint32_t server = record.subject;
  const Ipv4 address{low_half(record.x)};
  const std::uint32_t adapter = low_half(record.y);
  const Ipv4 first = scenario_.servers[server].pool.first;
  const std::string& name_of_server = scenario_.servers[server].name;
  if (!scenario_.servers[server].pool.contains(address)) {
    log_.add(9, record.at, adapter, fmt::format("{} is not in the pool of '{}'", to_string(address), name_of_server));
    return;
  }
  LeaseViews& leases = leases_[server];
  const std::uint32_t offset = address.value - first.value;
  if (leases.status.size() <= offset) leases.resize(std::size_t{offset} + 1);
  struct {
    Instant& expires;
    std::uint32_t& adapter;
    std::uint8_t& status;
  } lease = {leases.expires[offset], leases.adapter[offset], leases.status[offset]};
  const auto status = static_cast<LeaseStatus>(record.detail);
  constexpr auto kBound = static_cast<std::uint8_t>(LeaseStatus::kBound);
  if (record.extra != lease.status) {
    log_.add(9, record.at, adapter,
             fmt::format("'{}' says {} was {}, it was {}", name_of_server, to_string(address),
                         name(static_cast<LeaseStatus>(record.extra)), name(static_cast<LeaseStatus>(lease.status))));
  }
  if (status == LeaseStatus::kBound && lease.status == kBound && !same_client(lease.adapter, adapter)) {
    log_.add(9, record.at, adapter,
             fmt::format("'{}' bound {} twice: to '{}' and '{}'", name_of_server, to_string(address),
                         name_of(lease.adapter), name_of(adapter)));
  }
  const bool accepted = accepted_[server] == address && status == LeaseStatus::kFree;
  if (accepted_[server] && !accepted) not_freed(record);
  accepted_[server].reset();
  if (status == LeaseStatus::kFree && lease.status == kBound && !accepted && record.at != lease.expires) {
    log_.add(7, record.at, adapter,
             fmt::format("'{}' freed {} without a valid DHCPRELEASE, and not at its end", name_of_server,
                         to_string(address)));
  }
  if (lease.status == kBound && record.at > lease.expires) {
    log_.add(7, record.at, adapter, fmt::format("'{}' kept {} beyond its end", name_of_server, to_string(address)));
  }
  lease.expires = record.at + std::chrono::seconds(high_half(record.x));
  lease.adapter = adapter;
  lease.status = record.detail;
}

// A DHCPRELEASE was accepted, and something else happened than that its lease was freed.
void InvariantChecker::not_freed(const TraceRecord& record) {
  const std::uint32_t server = record.subject;
  log_.add(7, record.at, kNobody,
           fmt::format("'{}' accepted a DHCPRELEASE of {}, but did not free it", scenario_.servers[server].name,
                       to_string(*accepted_[server])));
}

std::string InvariantChecker::name_of(std::uint32_t adapter) const {
  return adapter < adapters_.size() ? to_string(table_.name(adapter)) : "a stranger";
}

void InvariantChecker::check_counts(std::uint32_t server, const LeaseCounts& counts, Instant now) {
  static_assert(std::tuple_size_v<LeaseCounts> == kLeaseStatusCount);
  if (log_.records() == 0) return;  // nobody told anything: the checker is off
  const ServerSpec& spec = scenario_.servers[server];
  LeaseCounts told{};
  for (const std::uint8_t status : leases_[server].status) ++told[status];
  told[static_cast<std::size_t>(LeaseStatus::kFree)] += spec.pool.size() - leases_[server].status.size();
  if (counts == told) return;
  log_.add(9, now, std::nullopt,
           fmt::format("'{}' counts {} free, held, bound and declined addresses, its records tell of {}", spec.name,
                       fmt::join(counts, ", "), fmt::join(told, ", ")));
}

void InvariantChecker::finish(Instant now, Instant deadline) {
  for (std::uint32_t server = 0; server < leases_.size(); ++server) {
    const std::string& name_of_server = scenario_.servers[server].name;
    if (accepted_[server]) {
      log_.add(7, now, std::nullopt,
               fmt::format("'{}' accepted a DHCPRELEASE of {}, but did not free it", name_of_server,
                           to_string(*accepted_[server])));
    }
    const LeaseViews& leases = leases_[server];
    for (std::uint32_t offset = 0; offset < leases.status.size(); ++offset) {
      if (leases.status[offset] != static_cast<std::uint8_t>(LeaseStatus::kBound) || leases.expires[offset] >= now) {
        continue;
      }
      const Ipv4 address{scenario_.servers[server].pool.first.value + offset};
      log_.add(7, now, leases.adapter[offset],
               fmt::format("'{}' kept {} beyond its end", name_of_server, to_string(address)));
    }
  }
  if (now > deadline) log_.add(12, now, std::nullopt, "the run did not end before its deadline");
}

}  // namespace unlease::sim
