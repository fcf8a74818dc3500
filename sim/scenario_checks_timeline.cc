#include <array>
#include <cstddef>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/adapter_table.h"
#include "sim/glob.h"
#include "sim/scenario_checks.h"
#include "sim/scenario_format.h"
#include "sim/stable_order.h"
#include "sim/suggest.h"

namespace unlease::sim {
namespace {

// What steps and faults refer to.
class Names {
 public:
  explicit Names(const Scenario& scenario)
      : segments(segment_index(scenario)), servers(server_index(scenario)), scenario_(scenario) {
    std::int64_t total = 0;
    for (std::uint32_t i = 0; i < scenario.adapters.size(); ++i) {
      names_.add(scenario.adapters[i], i);
      total += scenario.adapters[i].size();
    }
    if (total <= kMostAdapters) table_.emplace(scenario.adapters);
  }

  const NameIndex segments;
  const NameIndex servers;

  bool has_adapter(std::string_view name) const { return names_.contains(name); }
  bool matches_adapter(const Glob& glob) {
    // Most patterns are plain names.
    if (glob.pattern.find_first_of("*?[\\") == std::string::npos) return names_.contains(glob.pattern);
    if (glob.pattern == "*" || !table_) return !scenario_.adapters.empty();
    for (std::uint32_t i = 0; i < table_->size(); ++i) {
      if (matches_left_ == 0) return true;
      --matches_left_;
      if (glob_match(glob.pattern, to_string(table_->name(i)))) return true;
    }
    return false;
  }

  // What to do about a name that no adapter has, or a pattern that matches none.
  enum class Wanted : std::uint8_t { kName, kPattern };
  std::string remedy(std::string_view name, Wanted wanted) const {
    std::vector<std::string> examples;
    for (const AdapterSpec& spec : scenario_.adapters) {
      if (examples.size() >= kMostCandidates) break;
      examples.push_back(spec.count ? spec.name + " 1" : spec.name);
      if (spec.count && wanted == Wanted::kPattern) examples.push_back(spec.name + " *");
    }
    const std::vector<std::string_view> names(examples.begin(), examples.end());
    if (const auto meant = suggestion(name, names)) return fmt::format("did you mean {}?", in_quotes(*meant));
    if (names.empty()) return "add an [[adapter]]";
    return fmt::format("there is {}{}", in_quotes(names.front()), names.size() > 1 ? ", ..." : "");
  }

 private:
  const Scenario& scenario_;
  AdapterNames names_;
  std::optional<AdapterTable> table_;  // absent where there are too many, which is a mistake already
  // Bounds the time of a file with many patterns and many adapters. What is not looked at here fails when it is played.
  std::uint32_t matches_left_ = 5'000'000;
};

void check_glob(const Node& node, const Glob& glob, Names& names, Findings& findings) {
  if (names.matches_adapter(glob)) return;
  findings.add(node.position, fmt::format("no adapter matches {}; {}", in_quotes(glob.pattern),
                                          names.remedy(glob.pattern, Names::Wanted::kPattern)));
}

constexpr std::array<std::string_view, 4> kTargets = {"adapter", "server", "segment", "host"};

// `set` names one target, changes something of it, and the target exists.
void check_set(const Node& node, SetSpec& set, Names& names, Findings& findings) {
  std::vector<std::string_view> targets;
  for (const std::string_view target : kTargets) {
    if (child(&node, target) != nullptr) targets.push_back(target);
  }
  if (targets.empty()) {
    findings.add(node.position, "'set' names nothing to change; add adapter, server, segment or host");
    return;
  }
  if (targets.size() > 1) {
    findings.add(node.position, fmt::format("'set' names {}; write a [[step]] for each", fmt::join(targets, " and ")));
    return;
  }
  const Node& target = *child(&node, targets.front());
  const Table* changes = set.host ? target.as<Table>() : node.as<Table>();
  const std::size_t least = set.host ? 1 : 2;
  if (changes != nullptr && changes->size() < least) {
    findings.add(node.position,
                 fmt::format("'set' changes nothing of the {}; add what becomes of it, like {}", targets.front(),
                             targets.front() == "adapter"   ? "link = \"down\""
                             : targets.front() == "server"  ? "state = \"down\""
                             : targets.front() == "segment" ? "loss = 1.0"
                                                            : "elevated = false"));
  }
  if (set.adapter) check_glob(target, *set.adapter, names, findings);
  if (set.server) {
    set.index = resolve_name(findings, target.position, "server", *set.server, names.servers).value_or(0);
  }
  if (set.segment) {
    set.index = resolve_name(findings, target.position, "segment", *set.segment, names.segments).value_or(0);
  }
}

void check_call(const Node& node, const StepSpec& step, Names& names, Findings& findings) {
  const Node* adapter = child(&node, "adapter");
  if (child(&node, "call") == nullptr) return;
  if (adapter != nullptr && !step.adapter.empty() && !names.has_adapter(step.adapter)) {
    findings.add(adapter->position, fmt::format("no adapter is called {}; {}", in_quotes(step.adapter),
                                                names.remedy(step.adapter, Names::Wanted::kName)));
  }
  if (!step.call) return;
  if (is_instance_call(*step.call) && adapter == nullptr) {
    findings.add(place(node, "call"),
                 fmt::format("{} is called on one adapter; add adapter = \"...\"", name(*step.call)));
  } else if (!is_instance_call(*step.call) && adapter != nullptr) {
    findings.add(adapter->position,
                 fmt::format("{} is called on all adapters; leave 'adapter' out, or call {}", name(*step.call),
                             *step.call == Call::kReleaseDhcpLeaseAll ? name(Call::kReleaseDhcpLease)
                                                                      : name(Call::kRenewDhcpLease)));
  }
}

}  // namespace

void check_faults(const Node& document, Scenario& scenario, Findings& findings) {
  const std::span<const Node> nodes = elements(document, "fault");
  Names names(scenario);
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    FaultSpec& fault = scenario.faults[i];
    const Node& node = nodes[i];
    const bool does_something =
        child(&node, "error") || child(&node, "effect") || child(&node, "delay") || child(&node, "hang");
    if (!does_something) {
      findings.add(node.position, "the fault does nothing; add error = \"...\", effect, delay or hang");
    }
    const Node* adapter = child(&node, "adapter");
    if (fault.on != FaultOn::kEnumerate) {
      if (adapter != nullptr) check_glob(*adapter, fault.adapter, names, findings);
      continue;
    }
    if (fault.error) fault.error->origin = Origin::kEnumeration;
    for (const std::string_view key : {"adapter", "effect", "hang"}) {
      if (child(&node, key) == nullptr) continue;
      findings.add(place(node, key),
                   fmt::format("on = \"enumerate\" meets the listing of adapters, where '{}' makes no "
                               "sense; leave it out",
                               key));
    }
  }
}

void check_expectation(const Expectation& expectation, Findings& findings) {
  if (!expectation.violations) return;
  for (const std::uint32_t number : expectation.violations->value) {
    if ((number >= 1 && number <= 9) || number == 12) continue;
    findings.add(expectation.violations->position,
                 fmt::format("invariant {} is not checked in a run; those are 1 to 9 and "
                             "12",
                             number));
  }
}

void check_steps(const Node& document, Scenario& scenario, Findings& findings) {
  const std::span<const Node> nodes = elements(document, "step");
  Names names(scenario);
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    StepSpec& step = scenario.steps[i];
    const Node* set = child(&nodes[i], "set");
    const Node* expect = child(&nodes[i], "expect");
    if (set == nullptr && expect == nullptr && child(&nodes[i], "call") == nullptr) {
      findings.add(nodes[i].position, "the step does nothing; add call = \"ReleaseDHCPLeaseAll\", set or expect");
    }
    if (set != nullptr && step.set) check_set(*set, *step.set, names, findings);
    check_call(nodes[i], step, names, findings);
    if (step.expect) check_expectation(*step.expect, findings);
  }
  if (scenario.steps.empty()) scenario.steps.emplace_back().call = Call::kReleaseDhcpLeaseAll;
  stable_order(scenario.steps, &StepSpec::at);
}

}  // namespace unlease::sim
