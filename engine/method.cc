#include "engine/method.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "engine/address_watch.h"

namespace unlease {
namespace {

constexpr Duration kReleaseTimeout = std::chrono::seconds(30);
constexpr Duration kRenewTimeout = std::chrono::seconds(90);
constexpr std::uint32_t kDeviceGone = 55;  // ERROR_DEV_NOT_EXIST
constexpr Error kTimeoutError = win32_error(Origin::kEngine, win32::kTimeout);
constexpr Error kNotFoundError = win32_error(Origin::kApi, win32::kNotFound);
constexpr Error kStillThereError = win32_error(Origin::kEngine, win32::kInvalidState);
constexpr Error kWithoutIpError = provider_error(Origin::kEngine, value(ReturnCode::kIpNotEnabled));

// So many waits may bring nothing new while no time passes; see method.h.
constexpr std::uint32_t kPatience = 1U << 16;

Duration timeout_of(Operation operation, const Options& options) {
  const Duration fallback = operation == Operation::kRelease ? kReleaseTimeout : kRenewTimeout;
  return std::max(options.timeout.value_or(fallback), Duration::zero());
}

enum class State : std::uint8_t {
  kInFlight,
  kUntraceable,  // in flight, but its id does not continue the count
  kGivenUp,
  kDone,  // its completion has come, in time or late
};

// A begun operation. Its index in Call::begun_ is its id minus the first id.
struct Begun {
  std::uint32_t outcome;  // index into Report::outcomes
  State state;

  bool in_flight() const { return state == State::kInFlight || state == State::kUntraceable; }
};

// What an error means for an adapter's outcome.
struct Verdict {
  Error error;
  ReturnCode code{};
  Decision decision{};
};

// One call of the method, from snapshot to report.
class Call {
 public:
  Call(Hal& hal, Operation operation, const Options& options)
      : hal_(hal),
        operation_(operation),
        options_(options),
        timeout_(timeout_of(operation, options)),
        verdict_(judge({})),
        timeout_code_(judge(kTimeoutError).code) {
    report_.operation = operation;
  }

  // On all targets, or on the adapter `only` where it is not null.
  Report run(const Guid* only);

 private:
  void select(const Guid& only);
  void run_operations();
  void begin_more();
  bool is_target(const Adapter& adapter) const {
    return instance_ || (adapter.kind == AdapterKind::kEthernet && (adapter.dhcp_enabled || options_.assume_dhcp));
  }
  void begin(const Adapter& adapter);
  void add_outcome(const Guid& guid, Error error, ReturnCode code, Decision decision);

  bool wait_until(Instant until);
  bool take(const Completion& completion);
  void settle(Begun& operation, const Completion& completion);
  void give_up(Begun& operation, State state);
  Instant next_deadline();
  void give_up_until(Instant until);
  Instant deadline_of(const Begun& operation) const {
    return std::min(overall_, saturating_add(report_.outcomes[operation.outcome].queued, timeout_));
  }

  void verify();
  ReturnCode aggregate() const;
  void read_clock() { present_ = std::max(present_, hal_.now()); }
  Verdict judge(Error error) const;
  // A wave mostly ends in one error: the last verdict is remembered.
  const Verdict& verdict(Error error) {
    if (error != verdict_.error) verdict_ = judge(error);
    return verdict_;
  }

  Hal& hal_;
  const Operation operation_;
  const Options& options_;
  const Duration timeout_;
  Instant overall_ = kNever;
  Report report_;

  std::span<const Adapter> snapshot_;
  bool instance_ = false;  // an instance method: the one adapter left in [cursor_, end_) is the target
  std::size_t cursor_ = 0;
  std::size_t end_ = 0;

  std::vector<Begun> begun_;
  std::uint64_t first_id_ = 0;
  std::size_t oldest_ = 0;  // nothing before it is in flight; timeouts are all equal, so deadlines ascend from here
  std::size_t in_flight_ = 0;

  Instant present_ = Instant::min();  // the Hal's clock, kept from going back and from standing still
  std::uint32_t stalled_waits_ = 0;
  std::uint32_t idle_batches_ = 0;
  Verdict verdict_;
  const ReturnCode timeout_code_;
};

Report Call::run(const Guid* only) {
  read_clock();
  report_.began = present_;
  if (options_.deadline) overall_ = saturating_add(present_, *options_.deadline);

  const auto snapshot = hal_.adapters();
  read_clock();
  if (!snapshot && !is_no_data(snapshot.error())) {
    report_.enumeration_error = snapshot.error();
    report_.code = map_enumeration_error(operation_, snapshot.error());
    report_.ended = present_;
    return std::move(report_);
  }
  if (snapshot) snapshot_ = *snapshot;
  end_ = snapshot_.size();
  if (only != nullptr) select(*only);
  report_.outcomes.reserve(end_ - cursor_ + report_.outcomes.size());
  begun_.reserve(end_ - cursor_);

  run_operations();
  if (options_.verify && operation_ == Operation::kRelease) verify();

  report_.code = aggregate();
  read_clock();
  report_.ended = present_;
  return std::move(report_);
}

void Call::select(const Guid& only) {
  instance_ = true;
  const auto found = std::ranges::find(snapshot_, only, &Adapter::guid);
  cursor_ = static_cast<std::size_t>(found - snapshot_.begin());
  end_ = std::min(cursor_ + 1, snapshot_.size());
  if (cursor_ == end_) add_outcome(only, kNotFoundError, verdict(kNotFoundError).code, Decision::kVanished);
}

void Call::run_operations() {
  for (;;) {
    begin_more();
    if (in_flight_ == 0) return;
    const Instant until = next_deadline();
    if (wait_until(until)) give_up_until(until);
  }
}

void Call::begin_more() {
  const std::size_t limit = options_.max_in_flight == 0 ? SIZE_MAX : options_.max_in_flight;
  for (; cursor_ < end_ && in_flight_ < limit; ++cursor_) {
    const Adapter& adapter = snapshot_[cursor_];
    if (!is_target(adapter)) continue;
    read_clock();
    if (options_.policies.skip_ip_disabled && !instance_ && !adapter.ipv4_enabled) {
      add_outcome(adapter.guid, kWithoutIpError, ReturnCode::kIpNotEnabled, Decision::kSkipped);
    } else if (present_ >= overall_) {
      add_outcome(adapter.guid, kTimeoutError, timeout_code_, Decision::kNotStarted);
    } else {
      begin(adapter);
    }
  }
}

void Call::begin(const Adapter& adapter) {
  // Until the completion comes, the outcome is what it will be if none comes.
  const auto outcome = static_cast<std::uint32_t>(report_.outcomes.size());
  add_outcome(adapter.guid, kTimeoutError, timeout_code_, Decision::kTimedOut);
  const auto id =
      static_cast<std::uint64_t>(hal_.begin(operation_, AdapterHandle{static_cast<std::uint32_t>(cursor_)}));
  if (begun_.empty()) first_id_ = id;
  const bool counts_up = id == first_id_ + begun_.size();
  begun_.emplace_back(outcome, counts_up ? State::kInFlight : State::kUntraceable);
  ++in_flight_;
}

void Call::add_outcome(const Guid& guid, Error error, ReturnCode code, Decision decision) {
  report_.outcomes.emplace_back(guid, error, code, decision, present_, present_, present_);
}

// Returns false as soon as something was learnt, true when `until` has come or must be taken to have come.
bool Call::wait_until(Instant until) {
  for (;;) {
    const Instant before = present_;
    const std::span<const Completion> batch = hal_.wait(until);
    read_clock();
    bool news = false;
    for (const Completion& completion : batch) news |= take(completion);
    // Only an empty wait ends an operation: now() past `until` may have completions before `until` still to come.
    if (news || (batch.empty() && present_ >= until)) {
      stalled_waits_ = idle_batches_ = 0;
      return !news;
    }

    if (present_ > before) stalled_waits_ = 0;
    if (present_ > before && present_ < until) {
      idle_batches_ = 0;
    } else if (batch.empty() ? ++stalled_waits_ >= 2 : ++idle_batches_ >= kPatience) {
      stalled_waits_ = idle_batches_ = 0;
      present_ = std::max(present_, until);
      return true;
    }
  }
}

// Returns true where the completion changed the books.
bool Call::take(const Completion& completion) {
  // An id before the first wraps around to a huge index.
  const std::uint64_t index = static_cast<std::uint64_t>(completion.id) - first_id_;
  if (index >= begun_.size() || begun_[index].state == State::kUntraceable) {
    ++report_.unknown_completions;
    return false;
  }
  Begun& operation = begun_[index];
  switch (operation.state) {
    case State::kInFlight:
      settle(operation, completion);
      return true;
    case State::kGivenUp:
      operation.state = State::kDone;
      ++report_.late_completions;
      return true;
    default:
      ++report_.repeated_completions;
      return false;
  }
}

void Call::settle(Begun& operation, const Completion& completion) {
  Outcome& outcome = report_.outcomes[operation.outcome];
  const Instant ended = std::clamp(completion.ended, outcome.queued, present_);
  if (ended > deadline_of(operation)) {
    give_up(operation, State::kDone);
    ++report_.late_completions;
    return;
  }
  const Verdict& is = verdict(completion.error);
  outcome.error = is.error;
  outcome.code = is.code;
  outcome.decision = is.decision;
  outcome.started = std::clamp(completion.started, outcome.queued, ended);
  outcome.ended = ended;
  operation.state = State::kDone;
  --in_flight_;
}

void Call::give_up(Begun& operation, State state) {
  report_.outcomes[operation.outcome].ended = deadline_of(operation);
  operation.state = state;
  --in_flight_;
}

// Precondition: something is in flight.
Instant Call::next_deadline() {
  while (!begun_[oldest_].in_flight()) ++oldest_;
  return deadline_of(begun_[oldest_]);
}

void Call::give_up_until(Instant until) {
  for (; oldest_ < begun_.size(); ++oldest_) {
    Begun& operation = begun_[oldest_];
    if (!operation.in_flight()) continue;
    if (deadline_of(operation) > until) return;
    give_up(operation, State::kGivenUp);
  }
}

void Call::verify() {
  AddressWatch watch;
  watch.reserve(begun_.size());
  std::uint32_t position = 0;
  for (const Begun& operation : begun_) {
    const Outcome& outcome = report_.outcomes[operation.outcome];
    // Operations were begun in the order of the snapshot, which is still valid.
    while (position < snapshot_.size() && snapshot_[position].guid != outcome.guid) ++position;
    if (position == snapshot_.size()) break;
    const Ipv4 address = snapshot_[position].address;
    // A success by policy has released nothing.
    if (outcome.decision != Decision::kCompleted || !is_success(outcome.error) || address.is_none()) continue;
    watch.add({outcome.guid, address, operation.outcome, position});
  }
  snapshot_ = {};

  const Instant end = std::min(overall_, saturating_add(present_, std::max(options_.verify_timeout, Duration::zero())));
  while (!watch.left().empty()) {
    const auto snapshot = hal_.adapters();
    read_clock();
    if (snapshot || is_no_data(snapshot.error())) {
      watch.check(snapshot.value_or(std::span<const Adapter>()));
    } else {
      ++report_.failed_snapshots;
    }
    if (watch.left().empty() || present_ >= end) break;
    const Instant next = saturating_add(present_, std::max(options_.verify_interval, Duration(1)));
    while (!wait_until(std::min(next, end))) {
    }
  }
  for (const AddressWatch::Entry& entry : watch.left()) {
    Outcome& outcome = report_.outcomes[entry.tag];
    outcome.error = kStillThereError;
    outcome.code = verdict(kStillThereError).code;
    outcome.decision = Decision::kUnverified;
  }
}

ReturnCode Call::aggregate() const {
  Aggregate codes;
  const Outcome* previous = nullptr;
  for (const Outcome& outcome : report_.outcomes) {
    if (outcome.decision == Decision::kSkipped) continue;
    // The result depends on which codes there are, not on how often: runs are the rule, and cost one call.
    if (previous == nullptr || outcome.code != previous->code) codes.add(outcome.code);
    previous = &outcome;
  }
  return codes.result(options_.policies);
}

Verdict Call::judge(Error error) const {
  Verdict verdict{error, map_error(operation_, error, options_.policies), Decision::kCompleted};
  const Error plain = unwrap_hresult(error);
  const bool gone = plain.domain == Domain::kWin32 && (plain.value == kDeviceGone || plain.value == win32::kNotFound);
  // Only where it maps to "instance": a registry that says "not found" does not speak of the adapter.
  if (gone && verdict.code == ReturnCode::kInstanceError) verdict.decision = Decision::kVanished;
  if (verdict.code == ReturnCode::kIpNotEnabled && options_.policies.skip_ip_disabled && !instance_) {
    verdict.decision = Decision::kSkipped;
  }
  return verdict;
}

}  // namespace

std::string_view name(Decision decision) {
  switch (decision) {
    case Decision::kCompleted:
      return "completed";
    case Decision::kTimedOut:
      return "timed_out";
    case Decision::kVanished:
      return "vanished";
    case Decision::kUnverified:
      return "unverified";
    case Decision::kSkipped:
      return "skipped";
    case Decision::kNotStarted:
      return "not_started";
  }
  return "unknown";
}

Report release_dhcp_lease_all(Hal& hal, const Options& options) {
  return Call(hal, Operation::kRelease, options).run(nullptr);
}

Report renew_dhcp_lease_all(Hal& hal, const Options& options) {
  return Call(hal, Operation::kRenew, options).run(nullptr);
}

Report release_dhcp_lease(Hal& hal, const Guid& guid, const Options& options) {
  return Call(hal, Operation::kRelease, options).run(&guid);
}

Report renew_dhcp_lease(Hal& hal, const Guid& guid, const Options& options) {
  return Call(hal, Operation::kRenew, options).run(&guid);
}

}  // namespace unlease
