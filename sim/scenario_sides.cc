#include "sim/scenario_sides.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/stable_order.h"

namespace unlease::sim {
namespace {

// The expectations of a scenario: the steps' and its own.
template <class Act>
void for_each_expectation(Scenario& scenario, Act act) {
  for (StepSpec& step : scenario.steps) {
    if (step.expect) act(*step.expect);
  }
  act(scenario.expect);
}

class Side {
 public:
  explicit Side(Scenario scenario) { side_.scenario = std::move(scenario); }

  Scenario& scenario() { return side_.scenario; }
  void note(Position position, std::string message) { side_.notes.push_back({position, std::move(message)}); }
  void mistake(Position position, std::string message) { side_.mistakes.push_back({position, std::move(message)}); }

  // Moves all that `elements` name to segment 0; several are a mistake.
  template <class Element>
  void join_segments(std::vector<Element>& elements, std::string_view what) {
    if (elements.empty()) return;
    const std::uint32_t segment = elements.front().segment_index;
    for (Element& element : elements) {
      if (element.segment_index != segment) {
        mistake(element.position,
                fmt::format("the {} are on several segments, and an interface is one: '{}' and '{}'", what,
                            scenario().segments[segment].name, scenario().segments[element.segment_index].name));
        return;
      }
    }
    for (Element& element : elements) element.segment_index = 0;
    SegmentSpec joined = scenario().segments[segment];
    joined.relay.reset();
    for (StepSpec& step : scenario().steps) {
      if (!step.set || !step.set->segment) continue;
      if (step.set->index == segment) {
        step.set->index = 0;
      } else {
        drop(step.set, "a change of another segment than that of the interface");
      }
    }
    scenario().segments = {std::move(joined)};
  }

  // A change of what is not on this side.
  void drop(std::optional<SetSpec>& change, std::string_view what) {
    note(change->position, fmt::format("not played: {}", what));
    change.reset();
  }
  template <class T>
  void drop(std::optional<Expected<T>>& expected, std::string_view what) {
    if (!expected) return;
    note(expected->position, fmt::format("not judged: {}", what));
    expected.reset();
  }
  template <class T>
  void drop(std::vector<T>& expected, std::string_view what) {
    for (const T& each : expected) note(each.position, fmt::format("not judged: {}", what));
    expected.clear();
  }

  ScenarioSide finish() && {
    const auto order = [](const Diagnostic& diagnostic) {
      return std::pair(diagnostic.position.line, diagnostic.position.column);
    };
    stable_order(side_.mistakes, order);
    stable_order(side_.notes, order);
    return std::move(side_);
  }

 private:
  ScenarioSide side_;
};

}  // namespace

ScenarioSide client_side(Scenario scenario) {
  Side side(std::move(scenario));
  Scenario& it = side.scenario();
  if (it.adapters.empty()) side.mistake({}, "there is no [[adapter]], so nothing to put on the interface");
  for (const AdapterSpec& adapter : it.adapters) {
    const LeaseState state = adapter.lease.state;
    if (state == LeaseState::kNone || state == LeaseState::kBound) continue;
    side.mistake(adapter.lease.position,
                 "on a real wire a lease is acquired and then bound; other states would have to be waited for");
  }
  side.join_segments(it.adapters, "adapters");
  for (const AdapterSpec& adapter : it.adapters) {
    if (it.servers.size() < 2 || adapter.lease.state != LeaseState::kBound) continue;
    side.note(adapter.lease.position, "not kept: its lease is of whichever server answers first");
  }
  it.servers.clear();
  for (StepSpec& step : it.steps) {
    if (step.set && step.set->server) side.drop(step.set, "the server here is a real one");
  }
  for_each_expectation(it, [&](Expectation& expectation) {
    side.drop(expectation.servers, "the server here is a real one; see its own leases");
    for (AdapterExpectation& adapter : expectation.adapters) {
      side.drop(adapter.ledger, "what a real server thinks of a lease is not seen here");
    }
    for (auto* const sent : {&expectation.packets.offer, &expectation.packets.ack, &expectation.packets.nak}) {
      side.drop(*sent, "a real server sends these");
    }
  });
  return std::move(side).finish();
}

ScenarioSide server_side(Scenario scenario) {
  Side side(std::move(scenario));
  Scenario& it = side.scenario();
  if (it.servers.empty()) side.mistake({}, "there is no [[server]], so nobody to answer on the interface");
  side.join_segments(it.servers, "servers");
  it.adapters.clear();
  it.faults.clear();
  for (StepSpec& step : it.steps) {
    step.call.reset();
    if (step.set && (step.set->adapter || step.set->host)) side.drop(step.set, "the clients here are real ones");
  }
  for_each_expectation(it, [&](Expectation& expectation) {
    side.drop(expectation.code, "the clients here are real ones; nobody calls the method");
    side.drop(expectation.adapters, "the clients here are real ones");
    side.drop(expectation.violations, "the clients here are real ones");
    PacketExpectation& packets = expectation.packets;
    for (auto* const sent : {&packets.discover, &packets.request, &packets.decline, &packets.release}) {
      side.drop(*sent, "real clients send these");
    }
  });
  return std::move(side).finish();
}

}  // namespace unlease::sim
