#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

#include <fmt/format.h>

#include "sim/adapter_table.h"
#include "sim/client.h"
#include "sim/scenario_checks.h"
#include "sim/scenario_format.h"
#include "sim/scenario_values.h"

namespace unlease::sim {
namespace {

// Two adapters of one name. An entry with a count stands for "base 1", "base 2", ..., so it meets another of its base,
// and a single adapter whose name ends in one of its numbers.
void check_unique_names(std::span<const Node> nodes, const std::vector<AdapterSpec>& specs, Findings& findings) {
  const auto report = [&](std::size_t first, std::size_t second, std::string_view name) {
    findings.add(place(nodes[second], "name"),
                 fmt::format("another [[adapter]] is called {} too, on line {}; rename one", in_quotes(name),
                             place(nodes[first], "name").line));
  };
  AdapterNames names;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (!check_name(place(nodes[i], "name"), specs[i].name, "adapter", findings)) continue;
    const std::uint32_t first = names.add(specs[i], static_cast<std::uint32_t>(i));
    if (first != i) report(first, i, specs[i].name + (specs[i].count ? " 1" : ""));
  }
  for (std::uint32_t i = 0; i < specs.size(); ++i) {
    if (specs[i].count) continue;
    if (const auto counted = names.find_counted(specs[i].name)) {
      report(std::min(*counted, i), std::max(*counted, i), specs[i].name);
    }
  }
}

// The leases that adapters have at 0s, and the pools that they come from.
class Leases {
 public:
  Leases(const Scenario& scenario, Findings& findings)
      : scenario_(scenario), findings_(findings), servers_(server_index(scenario)), given_(scenario.servers.size()) {}

  // An adapter that does not say where it is plugged in is beside the server that its lease names.
  void plug_in(AdapterSpec& spec) const {
    const auto server = servers_.find(spec.lease.server);
    if (spec.segment.empty() && server != servers_.end()) {
      spec.segment_index = scenario_.servers[server->second].segment_index;
    }
  }

  void check(const Node& adapter, AdapterSpec& spec) {
    const Node* node = child(&adapter, "lease");
    if (node == nullptr) return;
    LeaseSpec& lease = spec.lease;
    const bool says_server = child(node, "server") != nullptr;
    const bool says_state = child(node, "state") != nullptr;
    const bool says_address = child(node, "address") != nullptr;
    const bool leased = lease.state != LeaseState::kNone;
    // What comes below looks at the server of a lease that makes sense.
    if (says_server && (lease.acquire || !spec.dhcp || !leased)) {
      resolve_name(findings_, place(*node, "server"), "server", lease.server, servers_);
    }
    if (lease.acquire && (says_server || says_state || says_address)) {
      findings_.add(place(*node, "acquire"),
                    "acquire = true means that there is no lease yet; leave it or the other keys "
                    "of the lease out");
      return;
    }
    if ((says_server || says_address) && !says_state && !lease.acquire) {
      findings_.add(node->position, "the lease has no state; add state = \"bound\", or leave the lease out");
      return;
    }
    if (!spec.dhcp && (leased || lease.acquire)) {
      findings_.add(node->position, "an adapter with dhcp = false has no lease; leave `lease` or `dhcp` out");
      return;
    }
    if (!leased) {
      lease.server.clear();
      return;
    }
    if (!choose_server(spec, place(*node, "server"))) return;
    take_addresses(spec, *node);
    check_state(lease, place(*node, "state"));
  }

 private:
  // The only server on the adapter's segment, or the one that its relay carries to, or the only one at all.
  const ServerSpec* likely_server(const AdapterSpec& spec) const {
    const std::vector<ServerSpec>& servers = scenario_.servers;
    const auto near = [&](const ServerSpec& server) { return server.segment_index == spec.segment_index; };
    const auto count = std::ranges::count_if(servers, near);
    if (count == 1) return &*std::ranges::find_if(servers, near);
    const std::optional<RelaySpec>& relay = scenario_.segments[spec.segment_index].relay;
    if (count == 0 && relay && !servers.empty()) return &servers[relay->server_index];
    return servers.size() == 1 ? &servers.front() : nullptr;
  }

  bool choose_server(AdapterSpec& spec, Position position) {
    LeaseSpec& lease = spec.lease;
    const std::vector<ServerSpec>& servers = scenario_.servers;
    if (lease.server.empty()) {
      const ServerSpec* const server = likely_server(spec);
      if (server == nullptr) {
        findings_.add(position, servers.empty()
                                    ? "a lease needs a server; add a [[server]]"
                                    : "several servers may have given this lease; name one with server = \"" +
                                          servers.front().name + "\"");
        return false;
      }
      lease.server = server->name;
    }
    const auto index = resolve_name(findings_, position, "server", lease.server, servers_);
    lease.server_index = index.value_or(0);
    return index.has_value();
  }

  void take_addresses(const AdapterSpec& spec, const Node& node) {
    const ServerSpec& server = scenario_.servers[spec.lease.server_index];
    Given& given = given_[spec.lease.server_index];
    if (spec.lease.address) {
      const Ipv4 address = *spec.lease.address;
      const Position position = place(node, "address");
      if (spec.count) {
        findings_.add(position, "adapters with a `count` cannot share one address; leave `address` out");
      } else if (!server.pool.contains(address)) {
        findings_.add(position, fmt::format("address {} is outside the pool {} of server {}; write one inside",
                                            to_string(address), pool_text(server.pool), in_quotes(server.name)));
      } else if (!given.addresses.insert(address.value).second) {
        findings_.add(position, fmt::format("another adapter has the address {} of server {}; write another",
                                            to_string(address), in_quotes(server.name)));
      }
    }
    const bool fitted = given.total <= server.pool.size();
    given.total += spec.size();
    if (fitted && given.total > server.pool.size()) {
      findings_.add(node.position,
                    fmt::format("the pool {} of server {} has {} addresses, too few for {} leases; enlarge it",
                                pool_text(server.pool), in_quotes(server.name), server.pool.size(), given.total));
    }
  }

  // 1 s past T1 or T2 is to be before what comes next.
  void check_state(const LeaseSpec& lease, Position position) {
    const ServerSpec& server = scenario_.servers[lease.server_index];
    const bool renewing = lease.state == LeaseState::kRenewing;
    if (!renewing && lease.state != LeaseState::kRebinding) return;
    const auto whole_seconds = [](std::optional<Duration> duration) {
      return static_cast<std::uint32_t>(duration.value_or(Duration{0}) / std::chrono::seconds(1));
    };
    const LeaseTimes times = effective_times({.lease = whole_seconds(server.lease),
                                              .renewal = whole_seconds(server.options.renewal_time),
                                              .rebinding = whole_seconds(server.options.rebinding_time)});
    const std::uint32_t begins = renewing ? times.renewal : times.rebinding;
    const std::uint32_t ends = renewing ? std::min(times.rebinding, times.lease) : times.lease;
    if (begins + 1 < ends) return;
    findings_.add(position, fmt::format("a lease of server {} is {} for {} s, too short to be 1 s into it; write a "
                                        "longer server.lease",
                                        in_quotes(server.name), renewing ? "renewing" : "rebinding",
                                        ends > begins ? ends - begins : 0));
  }

  struct Given {
    std::uint64_t total = 0;
    std::set<std::uint32_t> addresses;  // those that an adapter asks for by number
  };
  const Scenario& scenario_;
  Findings& findings_;
  NameIndex servers_;
  std::vector<Given> given_;
};

}  // namespace

std::uint32_t AdapterNames::add(const AdapterSpec& spec, std::uint32_t entry) {
  if (spec.count) return counted_.try_emplace(spec.name, Counted{entry, *spec.count}).first->second.entry;
  return single_.try_emplace(spec.name, entry).first->second;
}

std::optional<std::uint32_t> AdapterNames::find_counted(std::string_view name) const {
  const std::size_t space = name.rfind(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto base = counted_.find(name.substr(0, space));
  if (base == counted_.end() || !parse_ordinal(name.substr(space + 1), base->second.count)) return std::nullopt;
  return base->second.entry;
}

void check_adapters(const Node& document, Scenario& scenario, Findings& findings) {
  const std::span<const Node> nodes = elements(document, "adapter");
  check_unique_names(nodes, scenario.adapters, findings);
  const NameIndex segments = segment_index(scenario);
  Leases leases(scenario, findings);
  std::int64_t total = 0;
  for (std::size_t i = 0; i < scenario.adapters.size(); ++i) {
    AdapterSpec& adapter = scenario.adapters[i];
    const bool fitted = total <= kMostAdapters;
    total += adapter.size();
    if (fitted && total > kMostAdapters) {
      findings.add(place(nodes[i], "count"), fmt::format("more than {} adapters so far; lower a count", kMostAdapters));
    }
    if (adapter.client_id && adapter.client_id->empty()) {
      findings.add(place(nodes[i], "client_id"), "an empty client_id cannot be sent; leave it out for the usual one");
    }
    if (!adapter.segment.empty()) {
      const auto index = resolve_name(findings, place(nodes[i], "segment"), "segment", adapter.segment, segments);
      if (!index) continue;
      adapter.segment_index = *index;
    }
    leases.plug_in(adapter);
    leases.check(nodes[i], adapter);
  }
}

}  // namespace unlease::sim
