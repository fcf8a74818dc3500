#include "sim/runner.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/expectations.h"
#include "sim/sim_hal.h"
#include "sim/stable_order.h"

namespace unlease::sim {
namespace {

constexpr std::array<std::string_view, 3> kVerdictNames{"passed", "failed", "violated"};
constexpr std::array<std::string_view, 4> kCallNames{"ReleaseDHCPLeaseAll", "RenewDHCPLeaseAll", "ReleaseDHCPLease",
                                                     "RenewDHCPLease"};

// The machine as the calls of a timeline see it: steps that come due while a call waits are taken in passing. While it
// lists adapters none are.
class TimelineHal final : public Hal {
 public:
  class Observer {
   public:
    Observer() = default;
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    virtual ~Observer() = default;
    // When the next step is due, if it is one that is taken during a call; kNever if not.
    virtual Instant next_step() = 0;
    // All before that instant has happened.
    virtual void take_step() = 0;
  };

  // Keeps references.
  TimelineHal(World& world, Observer& observer) : machine_(world), observer_(observer) {}

  std::expected<std::span<const Adapter>, Error> adapters() override { return machine_.adapters(); }
  OperationId begin(Operation operation, AdapterHandle adapter) override { return machine_.begin(operation, adapter); }
  std::span<const Completion> wait(Instant deadline) override {
    for (Instant step = observer_.next_step(); step <= deadline && step != kNever; step = observer_.next_step()) {
      const std::span<const Completion> completions = machine_.wait(step - Duration(1));
      if (!completions.empty()) return completions;
      observer_.take_step();
    }
    return machine_.wait(deadline);
  }
  Instant now() const override { return machine_.now(); }

 private:
  SimHal machine_;
  Observer& observer_;
};

class Runner final : private MarkObserver, private TimelineHal::Observer {
 public:
  Runner(const Scenario& scenario, const PlayOptions& options)
      : scenario_(scenario),
        outside_(options.outside),
        world_(scenario, {.seed = options.seed,
                          .keep_trace = options.keep_trace,
                          .check_invariants = options.check_invariants,
                          .capture = options.keep_frames ? &result_.frames : nullptr,
                          .outside = options.outside}),
        hal_(world_, *this) {
    world_.observe_marks(this);
  }

  PlayResult play() {
    if (outside_ != nullptr) {
      acquire_leases();
      if (!result_.failures.empty()) return finish();
      world_.begin_timeline();
    }
    while (next_ < scenario_.steps.size() && !stopped() && !wire_ended()) {
      // Nobody waits in real time for what is beyond the deadline.
      if (outside_ != nullptr && scenario_.steps[next_].at > scenario_.run.deadline) break;
      take_step();
    }
    if (serving()) {
      serve();
      return finish();
    }
    if (next_ == scenario_.steps.size()) expect_at_mark(scenario_.expect);
    while (world_.marks_open() && !stopped() && world_.advance(kNever)) {
    }
    return finish();
  }

 private:
  // What is to be judged, by the last of the calls that were made until then.
  struct Judgement {
    const Expectation* expectation = nullptr;
    std::size_t calls = 0;
  };

  const ViolationLog& violations() { return world_.context().recorder.invariants().log(); }
  // An invariant was broken that need not be.
  bool violated() {
    return std::ranges::any_of(violations().unscripted(), [this](const Violation& violation) {
      return !expects_violation(scenario_, violation.invariant);
    });
  }
  bool stopped() { return violated() || world_.now() > world_.due(scenario_.run.deadline); }
  bool wire_ended() const { return outside_ != nullptr && outside_->ended(); }
  // Nobody is there to call the method; the last judgement is at the end of time.
  bool serving() const { return outside_ != nullptr && scenario_.adapters.empty(); }

  // The leases that adapters have at 0s, from whoever answers.
  void acquire_leases() {
    constexpr std::size_t kAtOnce = 64;
    constexpr Duration kPatience = std::chrono::seconds(15);
    WireResult& wire = result_.wire.emplace();
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t adapter = 0; adapter < world_.adapters().size(); ++adapter) {
      if (world_.adapters().entry(adapter).lease.state == LeaseState::kBound) wanted.push_back(adapter);
    }
    wire.wanted = static_cast<std::uint32_t>(wanted.size());
    std::vector<std::uint32_t> waiting;
    auto next = wanted.begin();
    for (Instant gained = world_.now();;) {
      for (; waiting.size() < kAtOnce && next != wanted.end(); ++next) {
        world_.acquire(*next);
        waiting.push_back(*next);
      }
      if (waiting.empty()) break;
      world_.advance(gained + kPatience);
      const auto gains = std::erase_if(waiting, [this](std::uint32_t adapter) { return world_.is_leased(adapter); });
      wire.acquired += static_cast<std::uint32_t>(gains);
      if (gains > 0) gained = world_.now();
      if (wire_ended() || world_.now() >= gained + kPatience) break;
    }
    wire.acquiring = world_.now() - Instant{};
    if (!waiting.empty()) fail_to_acquire(waiting.front());
  }

  void fail_to_acquire(std::uint32_t adapter) {
    const WireResult& wire = *result_.wire;
    std::string others;
    if (wire.wanted - wire.acquired > 1)
      others = fmt::format("; {} of {} adapters have one", wire.acquired, wire.wanted);
    result_.failures.push_back(
        {.position = world_.adapters().entry(adapter).lease.position,
         .subject = fmt::format("adapters.\"{}\".lease", to_string(world_.adapters().name(adapter))),
         .expected = "a lease from a server on this wire",
         .actual = (world_.heard().empty() ? "no server answered" : "servers answered, but gave none") + others});
  }

  void serve() {
    const Instant end = world_.due(scenario_.run.deadline);
    while (!stopped() && !wire_ended() && world_.now() < end) world_.advance(end);
    if (scenario_.steps.back().expect) expect_at_mark(*scenario_.steps.back().expect);
    expect_at_mark(scenario_.expect);
    // What is under way when somebody interrupts still arrives. What is at the deadline does not.
    while (world_.marks_open() && !stopped() && world_.now() < end) world_.advance(end);
    while (judged_ < waiting_.size()) settled();
  }

  void take_step() override {
    const StepSpec& step = scenario_.steps[next_];
    world_.advance_to(world_.due(step.at));
    if (stopped() || wire_ended()) return;
    world_.apply_changes(next_++);
    if (step.call) call(step);  // which takes further steps
    const bool at_the_end = serving() && &step == &scenario_.steps.back();
    if (step.expect && !at_the_end) expect_at_mark(*step.expect);
  }

  // Judged by settled(), perhaps at once, perhaps during a later call.
  void expect_at_mark(const Expectation& expectation) {
    waiting_.push_back({.expectation = &expectation, .calls = result_.calls.size()});
    world_.mark();
  }

  // A step without a call that comes due during one. What asks for codes waits for the call, and so does what is due
  // with the call or follows another call.
  Instant next_step() override {
    if (next_ == scenario_.steps.size() || stopped() || wire_ended()) return kNever;
    const StepSpec& step = scenario_.steps[next_];
    const bool waits = step.call || step.at <= call_due_ || (step.expect && asks_for_codes(*step.expect));
    return waits ? kNever : world_.due(step.at);
  }

  void call(const StepSpec& step) {
    Context& context = world_.context();
    call_due_ = step.at;
    const auto detail = static_cast<std::uint8_t>(*step.call);
    context.record(TraceKind::kCallBegan, 0, detail, 0, result_.calls.size());
    Report report = dispatch(step);
    for (const Outcome& outcome : report.outcomes) {
      context.record(TraceKind::kOutcome, AdapterTable::index_of(outcome.guid).value_or(kNobody),
                     static_cast<std::uint8_t>(outcome.decision), 0, value(outcome.code), pack(outcome.error));
    }
    context.record(TraceKind::kCallEnded, 0, detail, 0, value(report.code), report.outcomes.size());
    result_.calls.push_back({.call = *step.call, .adapter = step.adapter, .report = std::move(report)});
  }

  Report dispatch(const StepSpec& step) {
    const Options& options = scenario_.engine;
    const Guid guid = AdapterTable::guid(world_.adapters().find(step.adapter).value_or(0));
    switch (*step.call) {
      case Call::kReleaseDhcpLeaseAll:
        return release_dhcp_lease_all(hal_, options);
      case Call::kRenewDhcpLeaseAll:
        return renew_dhcp_lease_all(hal_, options);
      case Call::kReleaseDhcpLease:
        return release_dhcp_lease(hal_, guid, options);
      case Call::kRenewDhcpLease:
        return renew_dhcp_lease(hal_, guid, options);
    }
    std::unreachable();
  }

  void settled() override {
    const auto [expectation, calls] = waiting_[judged_++];
    const Report* report = calls == 0 ? nullptr : &result_.calls[calls - 1].report;
    judge_expectation(*expectation, world_, report, result_.failures);
    if (expectation != &scenario_.expect) judge_violations(*expectation, violations(), result_.failures);
  }

  bool failed_to_acquire() const { return result_.wire && result_.wire->acquired < result_.wire->wanted; }

  void note_wire(WireResult& wire) const {
    wire.servers = world_.heard();
    for (int type = 1; type < kMessageTypeCount; ++type) {
      wire.received[static_cast<std::size_t>(type)] = world_.received(static_cast<MessageType>(type));
      wire.sent[static_cast<std::size_t>(type)] = world_.sent(static_cast<MessageType>(type));
    }
    for (std::uint32_t adapter = 0; adapter < world_.adapters().size(); ++adapter) {
      if (world_.is_leased(adapter)) ++wire.kept;
    }
    for (std::uint32_t server = 0; server < scenario_.servers.size(); ++server) {
      wire.bound += world_.lease_count(server, LeaseStatus::kBound);
    }
    for (int fault = 0; fault < kPacketFaultCount; ++fault) {
      wire.refused[static_cast<std::size_t>(fault)] = world_.refused(static_cast<PacketFault>(fault));
    }
  }

  // Something was asked for, and the run ended before.
  bool unjudged() const {
    const auto asks_now = [](const Expectation& expectation) {
      return asks_anything(expectation) || expectation.violations;
    };
    const auto asks = [&](const StepSpec& step) { return step.expect && asks_now(*step.expect); };
    // Of the whole run's violations it is judged in any case.
    const auto waits = [&](const Judgement& judgement) {
      const Expectation& expectation = *judgement.expectation;
      return &expectation == &scenario_.expect ? asks_anything(expectation) : asks_now(expectation);
    };
    const bool ended = !waiting_.empty() && waiting_.back().expectation == &scenario_.expect;
    return std::ranges::any_of(std::span(waiting_).subspan(judged_), waits) ||
           std::ranges::any_of(std::span(scenario_.steps).subspan(next_), asks) ||
           (!ended && asks_anything(scenario_.expect));
  }

  void note_violations() {
    result_.expected_violations = violations().scripted();
    for (const Violation& violation : violations().unscripted()) {
      const bool expected = expects_violation(scenario_, violation.invariant);
      (expected ? result_.expected_violations : result_.violations).push_back(violation);
    }
  }

  PlayResult finish() {
    result_.ledger = world_.ledger();
    // Where the timeline never began there is nothing more to say.
    if (!violated() && !failed_to_acquire()) {
      judge_end(world_, result_.ledger, result_.failures);
      if (unjudged() && !wire_ended()) {
        result_.failures.push_back({.position = scenario_.steps.back().position,
                                    .subject = "deadline",
                                    .expected = "every expectation is judged before the run's deadline",
                                    .actual = "the run was stopped there"});
      }
    }
    judge_violations(scenario_.expect, violations(), result_.failures);
    note_violations();
    stable_order(result_.failures,
                 [](const Failure& failure) { return std::pair(failure.position.line, failure.position.column); });
    result_.verdict = !result_.violations.empty() ? Verdict::kViolated
                      : result_.failures.empty()  ? Verdict::kPassed
                                                  : Verdict::kFailed;
    if (!result_.calls.empty()) result_.code = result_.calls.back().report.code;
    Recorder& recorder = world_.context().recorder;
    result_.fingerprint = recorder.fingerprint().value();
    result_.records = recorder.fingerprint().records();
    for (int type = 1; type < kMessageTypeCount; ++type) result_.packets += world_.sent(static_cast<MessageType>(type));
    result_.virtual_time = failed_to_acquire() ? Duration{0} : world_.now() - world_.due(Duration{0});
    if (result_.wire) note_wire(*result_.wire);
    result_.seed = world_.context().seed;
    result_.trace = std::move(recorder.kept());
    return std::move(result_);
  }

  const Scenario& scenario_;
  Outside* outside_;
  PlayResult result_;
  World world_;  // writes frames into the result
  TimelineHal hal_;
  std::size_t next_ = 0;            // the step that is taken next
  Duration call_due_{0};            // when the call under way was due
  std::vector<Judgement> waiting_;  // in order; each has a mark
  std::size_t judged_ = 0;          // of `waiting_`
};

}  // namespace

std::string_view name(Verdict verdict) { return kVerdictNames[static_cast<std::size_t>(verdict)]; }
std::string_view name(Call call) { return kCallNames[static_cast<std::size_t>(call)]; }

PlayResult play(const Scenario& scenario, const PlayOptions& options) { return Runner(scenario, options).play(); }

}  // namespace unlease::sim
