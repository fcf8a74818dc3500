#include "sim/runner.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "sim/expectations.h"
#include "sim/sim_hal.h"
#include "sim/stable_order.h"

namespace unlease::sim {
namespace {

constexpr std::array<std::string_view, 3> kVerdictNames{"passed", "failed", "violated"};
constexpr std::array<std::string_view, 4> kCallNames{"ReleaseDHCPLeaseAll", "RenewDHCPLeaseAll", "ReleaseDHCPLease",
                                                     "RenewDHCPLease"};

class Runner final : private MarkObserver {
 public:
  Runner(const Scenario& scenario, const PlayOptions& options)
      : scenario_(scenario),
        world_(scenario, {.seed = options.seed,
                          .keep_trace = options.keep_trace,
                          .check_invariants = options.check_invariants,
                          .capture = options.keep_frames ? &result_.frames : nullptr}),
        hal_(world_) {
    world_.observe_marks(this);
  }

  PlayResult play() {
    for (std::size_t step = 0; step < scenario_.steps.size() && !stopped(); ++step) take(step);
    while (world_.marks_open() && !stopped() && world_.advance(kNever)) {
    }
    return finish();
  }

 private:
  // A step to be judged, by the last of the calls that were made until then.
  struct Judgement {
    std::size_t step = 0;
    std::size_t calls = 0;
  };

  InvariantChecker& invariants() { return world_.context().recorder.invariants(); }
  bool stopped() { return !invariants().unscripted().empty() || world_.now() > Instant(scenario_.run.deadline); }

  void take(std::size_t index) {
    const StepSpec& step = scenario_.steps[index];
    world_.advance_to(Instant(step.at));
    if (stopped()) return;
    world_.apply_changes(index);
    if (step.call) call(step);
    const bool last = index + 1 == scenario_.steps.size();
    if (!step.expect && !last) return;
    // Judged by settled(), perhaps at once, perhaps during a later call.
    waiting_.push_back({.step = index, .calls = result_.calls.size()});
    world_.mark();
  }

  void call(const StepSpec& step) {
    Context& context = world_.context();
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

  void settled(std::uint32_t) override {
    const auto [index, calls] = waiting_[judged_++];
    const Report* report = calls == 0 ? nullptr : &result_.calls[calls - 1].report;
    const StepSpec& step = scenario_.steps[index];
    if (step.expect) judge_expectation(*step.expect, world_, report, result_.failures);
    if (index + 1 == scenario_.steps.size()) judge_expectation(scenario_.expect, world_, report, result_.failures);
  }

  // How many steps are judged: those that expect, and the last.
  std::size_t expectations() const {
    const auto before_last = std::span(scenario_.steps).first(scenario_.steps.size() - 1);
    return 1 + static_cast<std::size_t>(
                   std::ranges::count_if(before_last, [](const StepSpec& step) { return step.expect.has_value(); }));
  }

  PlayResult finish() {
    const InvariantChecker& checker = invariants();
    result_.ledger = world_.ledger();
    if (checker.unscripted().empty()) {
      judge_end(world_, result_.ledger, result_.failures);
      if (judged_ < expectations()) {
        result_.failures.push_back({.position = scenario_.steps.back().position,
                                    .subject = "deadline",
                                    .expected = "every expectation is judged before the run's deadline",
                                    .actual = "the run was stopped there"});
      }
    }
    std::vector<Violation> unexpected = judge_violations(scenario_, checker, result_.failures);
    stable_order(result_.failures,
                 [](const Failure& failure) { return std::pair(failure.position.line, failure.position.column); });
    result_.verdict = !unexpected.empty()        ? Verdict::kViolated
                      : result_.failures.empty() ? Verdict::kPassed
                                                 : Verdict::kFailed;
    result_.violations = std::move(unexpected);
    if (!result_.calls.empty()) result_.code = result_.calls.back().report.code;
    Recorder& recorder = world_.context().recorder;
    result_.fingerprint = recorder.fingerprint().value();
    result_.records = recorder.fingerprint().records();
    for (int type = 0; type < kMessageTypeCount; ++type) result_.packets += world_.sent(static_cast<MessageType>(type));
    result_.virtual_time = world_.now() - Instant{};
    result_.seed = world_.context().seed;
    result_.trace = std::move(recorder.kept());
    return std::move(result_);
  }

  const Scenario& scenario_;
  PlayResult result_;
  World world_;  // writes frames into the result
  SimHal hal_;
  std::vector<Judgement> waiting_;  // in order; each has a mark
  std::size_t judged_ = 0;          // of `waiting_`
};

}  // namespace

std::string_view name(Verdict verdict) { return kVerdictNames[static_cast<std::size_t>(verdict)]; }
std::string_view name(Call call) { return kCallNames[static_cast<std::size_t>(call)]; }

PlayResult play(const Scenario& scenario, const PlayOptions& options) { return Runner(scenario, options).play(); }

}  // namespace unlease::sim
