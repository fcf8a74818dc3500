#include "sim/expectations.h"

#include <algorithm>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/return_code.h"
#include "sim/adapter_table.h"
#include "sim/document.h"
#include "sim/scenario_values.h"
#include "sim/suggest.h"

namespace unlease::sim {
namespace {

std::string code_text(std::uint32_t code) { return fmt::format("{} ({})", code, name(ReturnCode{code})); }

std::string error_text(Error error) {
  if (error.value == 0) return "success (0)";
  return describe(error);
}

template <class List>
std::string list_text(const List& list) {
  return list.empty() ? "none" : fmt::format("{}", fmt::join(list, ", "));
}

// What is said of a name that nothing has.
std::string nothing_called(std::string_view name, const std::vector<std::string>& known) {
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const std::optional<std::string_view> meant = suggestion(name, candidates);
  return meant ? fmt::format("there is none; did you mean {}?", in_quotes(*meant)) : "there is none";
}

class Judge {
 public:
  Judge(const World& world, const Report* report, std::vector<Failure>& failures)
      : world_(world), report_(report), failures_(failures) {}

  void code(const Expected<std::uint32_t>& expected) {
    if (report_ == nullptr) {
      fail(expected.position, "code", code_text(expected.value), "there was no call yet");
    } else if (value(report_->code) != expected.value) {
      fail(expected.position, "code", code_text(expected.value), code_text(value(report_->code)));
    }
  }

  void adapter(const AdapterExpectation& expected) {
    const AdapterTable& table = world_.adapters();
    bool any = false;
    for (std::uint32_t index = 0; index < table.size(); ++index) {
      if (!matches(expected.adapter, table.name(index))) continue;
      any = true;
      judge_adapter(expected, index, fmt::format("adapters.\"{}\"", to_string(table.name(index))));
    }
    if (any) return;
    std::vector<std::string> names;
    names.reserve(world_.scenario().adapters.size());
    for (const AdapterSpec& spec : world_.scenario().adapters) names.push_back(spec.name + (spec.count ? " *" : ""));
    fail(expected.position, fmt::format("adapters.\"{}\"", expected.adapter.pattern), "an adapter of that name",
         nothing_called(expected.adapter.pattern, names));
  }

  void server(const ServerExpectation& expected) {
    const std::vector<ServerSpec>& servers = world_.scenario().servers;
    const auto found = std::ranges::find(servers, expected.server, &ServerSpec::name);
    if (found == servers.end()) {
      std::vector<std::string> names;
      names.reserve(servers.size());
      for (const ServerSpec& spec : servers) names.push_back(spec.name);
      fail(expected.position, fmt::format("servers.{}", expected.server), "a server of that name",
           nothing_called(expected.server, names));
      return;
    }
    const auto index = static_cast<std::uint32_t>(found - servers.begin());
    const std::pair<const std::optional<Expected<std::uint64_t>>&, LeaseStatus> counts[] = {
        {expected.bound, LeaseStatus::kBound},
        {expected.free, LeaseStatus::kFree},
        {expected.held, LeaseStatus::kHeld},
        {expected.declined, LeaseStatus::kDeclined}};
    for (const auto& [wanted, status] : counts) {
      number(wanted, fmt::format("servers.{}.{}", expected.server, name(status)), world_.lease_count(index, status));
    }
  }

  void packets(const PacketExpectation& expected) {
    const std::pair<const std::optional<Expected<std::uint64_t>>&, MessageType> counts[] = {
        {expected.discover, MessageType::kDiscover}, {expected.offer, MessageType::kOffer},
        {expected.request, MessageType::kRequest},   {expected.decline, MessageType::kDecline},
        {expected.ack, MessageType::kAck},           {expected.nak, MessageType::kNak},
        {expected.release, MessageType::kRelease}};
    for (const auto& [wanted, type] : counts) {
      number(wanted, fmt::format("packets.{}", name(type)), world_.sent(type));
    }
  }

 private:
  void fail(Position position, std::string subject, std::string expected, std::string actual) {
    failures_.push_back({.position = position,
                         .subject = std::move(subject),
                         .expected = std::move(expected),
                         .actual = std::move(actual)});
  }

  void number(const std::optional<Expected<std::uint64_t>>& expected, std::string subject, std::uint64_t actual) {
    if (!expected || expected->value == actual) return;
    fail(expected->position, std::move(subject), fmt::format("{}", expected->value), fmt::format("{}", actual));
  }

  const Outcome* outcome_of(std::uint32_t adapter) {
    if (report_ == nullptr) return nullptr;
    // Outcomes are in the order of a snapshot, which is that of the adapters.
    const auto index = [](const Outcome& outcome) { return AdapterTable::index_of(outcome.guid).value_or(kNobody); };
    const auto found = std::ranges::lower_bound(report_->outcomes, adapter, {}, index);
    return found != report_->outcomes.end() && index(*found) == adapter ? &*found : nullptr;
  }

  void judge_adapter(const AdapterExpectation& expected, std::uint32_t adapter, const std::string& subject) {
    if (expected.address) judge_address(*expected.address, adapter, subject + ".address");
    if (expected.ledger) judge_ledger(*expected.ledger, adapter, subject + ".ledger");
    if (!expected.code && !expected.decision && !expected.error) return;
    const Outcome* outcome = outcome_of(adapter);
    const auto part = [&](const auto& wanted, std::string_view key, const auto& text, const auto& actual, bool same) {
      if (!wanted || (outcome != nullptr && same)) return;
      fail(wanted->position, fmt::format("{}.{}", subject, key), text(wanted->value),
           outcome != nullptr ? text(actual) : "it was no target of the last call");
    };
    const Outcome none;
    const Outcome& actual = outcome != nullptr ? *outcome : none;
    part(expected.code, "code", code_text, value(actual.code),
         expected.code && expected.code->value == value(actual.code));
    part(
        expected.decision, "decision", [](Decision decision) { return std::string(name(decision)); }, actual.decision,
        expected.decision && expected.decision->value == actual.decision);
    part(expected.error, "error", error_text, actual.error,
         expected.error && expected.error->value.domain == actual.error.domain &&
             expected.error->value.value == actual.error.value);
  }

  // The causes of what the adapter and the servers disagree about, in words.
  std::vector<std::string_view> causes_of(std::uint32_t adapter) {
    if (!disagreements_) disagreements_ = world_.disagreements();
    std::vector<std::string_view> causes;
    for (const LedgerEntry& one : std::ranges::equal_range(*disagreements_, adapter, {}, &LedgerEntry::adapter)) {
      causes.push_back(name(one.cause));
    }
    return causes;
  }

  void judge_ledger(const Expected<LeaseFate>& expected, std::uint32_t adapter, std::string subject) {
    const std::vector<std::string_view> actual = causes_of(adapter);
    const bool none = expected.value == LeaseFate::kUnknown;
    if (none ? actual.empty() : std::ranges::find(actual, name(expected.value)) != actual.end()) return;
    fail(expected.position, std::move(subject), none ? "none" : std::string(name(expected.value)), list_text(actual));
  }

  void judge_address(const Expected<ExpectedAddress>& expected, std::uint32_t adapter, std::string subject) {
    using Kind = ExpectedAddress::Kind;
    const Ipv4 actual = world_.address_of(adapter);
    const ExpectedAddress& wanted = expected.value;
    const bool met = wanted.kind == Kind::kNone  ? actual.is_none()
                     : wanted.kind == Kind::kAny ? !actual.is_none()
                                                 : actual == wanted.address;
    if (met) return;
    fail(expected.position, std::move(subject), expected_address_text(wanted),
         actual.is_none() ? "none" : to_string(actual));
  }

  const World& world_;
  const Report* report_;
  std::vector<Failure>& failures_;
  std::optional<std::vector<LedgerEntry>> disagreements_;  // looked for where an expectation asks
};

}  // namespace

void judge_expectation(const Expectation& expectation, const World& world, const Report* report,
                       std::vector<Failure>& failures) {
  Judge judge(world, report, failures);
  if (expectation.code) judge.code(*expectation.code);
  for (const AdapterExpectation& adapter : expectation.adapters) judge.adapter(adapter);
  for (const ServerExpectation& server : expectation.servers) judge.server(server);
  judge.packets(expectation.packets);
}

void judge_end(World& world, const std::vector<LedgerEntry>& ledger, std::vector<Failure>& failures) {
  InvariantChecker& checker = world.context().recorder.invariants();
  for (const LedgerEntry& entry : ledger) {
    if (entry.held_by() == HeldBy::kBoth || entry.cause != LeaseFate::kUnknown) continue;
    checker.log().add(8, world.now(), entry.adapter,
                      "client and server disagree about " + to_string(entry.address) + ", and nobody knows why");
  }
  checker.finish(world.now(), world.due(world.scenario().run.deadline));
  for (std::uint32_t server = 0; server < world.scenario().servers.size(); ++server) {
    InvariantChecker::LeaseCounts counts{};
    for (std::size_t status = 0; status < counts.size(); ++status) {
      counts[status] = world.lease_count(server, static_cast<LeaseStatus>(status));
    }
    checker.check_counts(server, counts, world.now());
  }
  const std::vector<FaultSpec>& faults = world.scenario().faults;
  for (std::size_t fault = 0; fault < faults.size(); ++fault) {
    if (world.fault_count(fault) > 0) continue;
    failures.push_back({.position = faults[fault].position,
                        .subject = "fault",
                        .expected = "it fires at least once",
                        .actual = "it never did"});
  }
}

bool asks_for_codes(const Expectation& expectation) {
  return expectation.code || std::ranges::any_of(expectation.adapters, [](const AdapterExpectation& adapter) {
           return adapter.code || adapter.decision || adapter.error;
         });
}

bool asks_anything(const Expectation& expectation) {
  const PacketExpectation& packets = expectation.packets;
  return expectation.code || !expectation.adapters.empty() || !expectation.servers.empty() || packets.discover ||
         packets.offer || packets.request || packets.decline || packets.ack || packets.nak || packets.release;
}

void judge_violations(const Expectation& expectation, const ViolationLog& log, std::vector<Failure>& failures) {
  if (!expectation.violations) return;
  const auto& [numbers, position] = *expectation.violations;
  const std::set<std::uint32_t> expected(numbers.begin(), numbers.end());
  std::map<std::uint32_t, const Violation*> broken;  // the first of each
  for (const std::vector<Violation>* violations : {&log.scripted(), &log.unscripted()}) {
    for (const Violation& violation : *violations) broken.emplace(violation.invariant, &violation);
  }
  if (std::ranges::equal(broken | std::views::keys, expected)) return;
  std::vector<std::string> actual;
  actual.reserve(broken.size());
  for (const auto& [number, violation] : broken) {
    actual.push_back(expected.contains(number)
                         ? fmt::format("{}", number)
                         : fmt::format("{} (event {}: {})", number, violation->event, violation->what));
  }
  failures.push_back(
      {.position = position, .subject = "violations", .expected = list_text(expected), .actual = list_text(actual)});
}

bool expects_violation(const Scenario& scenario, std::uint32_t invariant) {
  const auto names_it = [invariant](const Expectation& expectation) {
    return expectation.violations && std::ranges::count(expectation.violations->value, invariant) > 0;
  };
  return names_it(scenario.expect) || std::ranges::any_of(scenario.steps, [&](const StepSpec& step) {
           return step.expect && names_it(*step.expect);
         });
}

}  // namespace unlease::sim
