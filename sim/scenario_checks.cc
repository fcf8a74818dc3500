#include "sim/scenario_checks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/scenario_override.h"
#include "sim/scenario_values.h"
#include "sim/settings.h"
#include "sim/suggest.h"

namespace unlease::sim {
namespace {

// Two servers or segments of one name; and names that a report could not show.
template <class Spec>
void check_names(std::span<const Node> nodes, const std::vector<Spec>& specs, std::string_view kind,
                 Findings& findings) {
  std::map<std::string_view, Position> seen;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const Position position = place(nodes[i], "name");
    if (!check_name(position, specs[i].name, kind, findings)) continue;
    const auto [first, fresh] = seen.try_emplace(specs[i].name, position);
    if (fresh) continue;
    findings.add(position, fmt::format("another [[{}]] is called {} too, on line {}; rename one", kind,
                                       in_quotes(specs[i].name), first->second.line));
  }
}

template <class Spec>
NameIndex name_index(const std::vector<Spec>& specs) {
  NameIndex index;
  for (std::size_t i = 0; i < specs.size(); ++i) index.try_emplace(specs[i].name, static_cast<std::uint32_t>(i));
  return index;
}

// What no host can have as its address; empty where `address` is fine.
std::string_view unusable(Ipv4 address) {
  if (is_host_address(address)) return {};
  const std::uint32_t top = address.value >> 24;
  if (top == 0) return "is of network 0";
  if (top == 127) return "is a loopback address";
  return "is a multicast, reserved or broadcast address";
}

void check_addresses(const Node& node, const ServerSpec& server, Findings& findings) {
  if (const std::string_view why = unusable(server.address); !why.empty()) {
    findings.add(place(node, "address"), fmt::format("the server's address {} {}; write one that a host can have, like "
                                                     "\"10.0.0.1\"",
                                                     to_string(server.address), why));
    return;
  }
  for (const Ipv4 end : {server.pool.first, server.pool.last}) {
    const std::string_view why = unusable(end);
    if (why.empty()) continue;
    findings.add(place(node, "pool"),
                 fmt::format("the pool's address {} {}; write addresses that hosts can have", to_string(end), why));
    return;
  }
  // Without a mask said, it is the smallest prefix over server and pool: below /8 that is no network but a slip.
  constexpr int kShortestPrefix = 8;
  const std::uint32_t differing =
      (server.address.value ^ server.pool.first.value) | (server.address.value ^ server.pool.last.value);
  if (!server.options.subnet_mask && std::countl_zero(differing) < kShortestPrefix) {
    findings.add(place(node, "pool"),
                 fmt::format("pool {} is outside the network of server {}; correct one, or say the "
                             "network with options = {{ subnet_mask = \"...\" }}",
                             pool_text(server.pool), to_string(server.address)));
  }
}

// Only the times that the file says are judged, each against the others as they come out.
void check_times(const Node& node, const ServerSpec& server, Findings& findings) {
  const Node* options = child(&node, "options");
  if (options == nullptr) return;
  const auto& [t1, t2] = std::pair(server.options.renewal_time, server.options.rebinding_time);
  const Duration effective_t2 = t2.value_or(server.lease / 8 * 7);
  if (t1 && *t1 >= server.lease) {
    findings.add(place(*options, "renewal_time"), fmt::format("renewal_time {} has to be shorter than the lease, {}",
                                                              duration_text(*t1), duration_text(server.lease)));
  } else if (t1 && *t1 > effective_t2) {
    findings.add(place(*options, "renewal_time"),
                 fmt::format("renewal_time {} has to be no longer than rebinding_time, {}", duration_text(*t1),
                             duration_text(effective_t2)));
  }
  if (t2 && *t2 >= server.lease) {
    findings.add(place(*options, "rebinding_time"),
                 fmt::format("rebinding_time {} has to be shorter than the lease, {}", duration_text(*t2),
                             duration_text(server.lease)));
  } else if (t2 && !t1 && *t2 < server.lease / 2) {
    findings.add(place(*options, "rebinding_time"),
                 fmt::format("rebinding_time {} has to be no shorter than renewal_time, "
                             "{}; set that too",
                             duration_text(*t2), duration_text(server.lease / 2)));
  }
}

void check_file(const Node& document, Scenario& scenario, Findings& findings) {
  if (scenario.cause_key.empty()) return;
  if (auto path = resolve_path(scenario.cause_key)) {
    scenario.cause_key = *std::move(path);
  } else {
    findings.add(place(document, "cause_key"), fmt::format("'cause_key': {}", path.error()));
  }
}

}  // namespace

Findings::Findings(std::vector<Diagnostic>& diagnostics) : diagnostics_(diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) known_.emplace(diagnostic.position.line, diagnostic.position.column);
}

void Findings::add(Position position, std::string message) {
  if (position.line != 0 && known_.contains({position.line, position.column})) return;
  diagnostics_.push_back({position, std::move(message)});
}

std::span<const Node> elements(const Node& document, std::string_view key) {
  const Node* value = child(&document, key);
  const List* list = value == nullptr ? nullptr : value->as<List>();
  return list == nullptr ? std::span<const Node>{} : std::span<const Node>(*list);
}

const Node* child(const Node* table, std::string_view key) {
  const Entry* entry = table == nullptr ? nullptr : find(*table, key);
  return entry == nullptr ? nullptr : &entry->value;
}

Position place(const Node& table, std::string_view key) {
  const Node* value = child(&table, key);
  return value == nullptr ? table.position : value->position;
}

bool check_name(Position position, std::string_view name, std::string_view kind, Findings& findings) {
  const bool printable = std::ranges::none_of(name, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
  if (name.empty()) findings.add(position, fmt::format("a [[{}]] needs a name that is not empty", kind));
  if (!printable)
    findings.add(position, fmt::format("the name {} has control characters; write it without", in_quotes(name)));
  return printable && !name.empty();
}

std::optional<std::uint32_t> resolve_name(Findings& findings, Position position, std::string_view kind,
                                          std::string_view name, const NameIndex& known) {
  if (const auto found = known.find(name); found != known.end()) return found->second;
  constexpr std::size_t kMostShown = 8;
  std::vector<std::string_view> names;
  for (const auto& [known_name, index] : known) {
    if (!known_name.empty() && names.size() < kMostCandidates) names.push_back(known_name);
  }
  std::string remedy = fmt::format("add a [[{}]]", kind);
  if (const auto meant = suggestion(name, names)) {
    remedy = fmt::format("did you mean {}?", in_quotes(*meant));
  } else if (!names.empty()) {
    remedy = "there is ";
    for (std::size_t i = 0; i < std::min(names.size(), kMostShown); ++i) {
      remedy += (i == 0 ? "" : ", ") + in_quotes(names[i]);
    }
    if (names.size() > kMostShown) remedy += ", ...";
  }
  // A [[kind]] whose own name is wrong has been reported; it may be the one that is meant.
  if (!known.contains(""))
    findings.add(position, fmt::format("no [[{}]] is called {}; {}", kind, in_quotes(name), remedy));
  return std::nullopt;
}

NameIndex segment_index(const Scenario& scenario) { return name_index(scenario.segments); }
NameIndex server_index(const Scenario& scenario) { return name_index(scenario.servers); }

void check_segments(const Node& document, Scenario& scenario, Findings& findings) {
  check_names(elements(document, "segment"), scenario.segments, "segment", findings);
  if (scenario.segments.empty()) scenario.segments.emplace_back();
}

void check_servers(const Node& document, Scenario& scenario, Findings& findings) {
  const std::span<const Node> nodes = elements(document, "server");
  check_names(nodes, scenario.servers, "server", findings);
  const NameIndex segments = segment_index(scenario);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string_view> taken;  // segment and address
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
    ServerSpec& server = scenario.servers[i];
    if (!server.segment.empty()) {
      const auto index = resolve_name(findings, place(nodes[i], "segment"), "segment", server.segment, segments);
      server.segment_index = index.value_or(0);
    }
    check_addresses(nodes[i], server, findings);
    check_times(nodes[i], server, findings);
    const auto [first, fresh] = taken.try_emplace({server.segment_index, server.address.value}, server.name);
    if (!fresh) {
      findings.add(place(nodes[i], "address"), fmt::format("server {} has the address {} on the same segment; give one "
                                                           "another",
                                                           in_quotes(first->second), to_string(server.address)));
    }
  }
}

void check_relays(const Node& document, Scenario& scenario, Findings& findings) {
  const std::span<const Node> nodes = elements(document, "segment");
  const NameIndex servers = server_index(scenario);
  for (std::size_t i = 0; i < nodes.size() && i < scenario.segments.size(); ++i) {
    const Node* const node = child(&nodes[i], "relay");
    if (node == nullptr || !scenario.segments[i].relay) continue;
    RelaySpec& relay = *scenario.segments[i].relay;
    const Position position = place(*node, "server");
    const auto index = resolve_name(findings, position, "server", relay.server, servers);
    if (!index) continue;
    relay.server_index = *index;
    const ServerSpec& server = scenario.servers[*index];
    if (server.segment_index == i) {
      findings.add(position, fmt::format("server {} is on this segment itself; a relay carries to another one",
                                         in_quotes(relay.server)));
    }
    if (const std::string_view why = unusable(relay.address); !why.empty()) {
      findings.add(place(*node, "address"), fmt::format("the relay's address {} {}; write one that a host can have",
                                                        to_string(relay.address), why));
    } else if (server.address == relay.address) {
      findings.add(place(*node, "address"), fmt::format("the relay's address {} is that of {}; write another",
                                                        to_string(relay.address), in_quotes(relay.server)));
    } else if (server.pool.contains(relay.address)) {
      findings.add(place(*node, "address"), fmt::format("the relay's address {} is in the pool of {}; write another",
                                                        to_string(relay.address), in_quotes(relay.server)));
    }
  }
}

void check_scenario(const Node& document, Scenario& scenario, std::vector<Diagnostic>& diagnostics) {
  Findings findings(diagnostics);
  check_file(document, scenario, findings);
  check_segments(document, scenario, findings);
  check_servers(document, scenario, findings);
  check_relays(document, scenario, findings);
  check_adapters(document, scenario, findings);
  check_faults(document, scenario, findings);
  check_steps(document, scenario, findings);
  check_expectation(scenario.expect, findings);
}

}  // namespace unlease::sim
