#include "apps/unlease/captured_network.h"

#include <algorithm>
#include <chrono>

#include "sim/settings.h"

namespace unlease::app {
namespace {

using sim::is_host_address;

constexpr std::uint8_t kGuessedPrefix = 24;
// The simulator keeps something of each address up to the highest one given.
constexpr std::uint64_t kMostAddresses = 65'536;
// As a scenario has it.
constexpr std::uint64_t kLongestLease = std::uint64_t{36'500} * 24 * 60 * 60;  // seconds

// What Windows gives itself where no server answers (RFC 3927).
bool is_link_local(Ipv4 address) { return address.value >> 16U == 0xA9FE; }

bool has_lease(const hw::AdapterDetails& details) {
  const Adapter& adapter = details.adapter;
  return adapter.kind == AdapterKind::kEthernet && adapter.dhcp_enabled && is_host_address(adapter.address) &&
         !is_link_local(adapter.address);
}

// How long the lease is; none where there is none, or its times make no sense.
std::optional<Duration> lease_length(const hw::AdapterDetails& adapter) {
  if (!adapter.lease || adapter.lease->expires <= adapter.lease->obtained) return std::nullopt;
  // As unsigned: the difference of any two fits.
  const std::uint64_t seconds =
      static_cast<std::uint64_t>(adapter.lease->expires) - static_cast<std::uint64_t>(adapter.lease->obtained);
  if (seconds > kLongestLease) return std::nullopt;
  return std::chrono::seconds(seconds);
}

// The server of an adapter of which none is known: its gateway, or its network's first address.
Ipv4 likely_server(const hw::AdapterDetails& details) {
  const Ipv4 own = details.adapter.address;
  if (is_host_address(details.gateway) && details.gateway != own) return details.gateway;
  const Ipv4 first{(own.value & 0xFFFFFF00U) | 1U};
  return first == own ? Ipv4{own.value + 1} : first;
}

// The server that an adapter with a lease has, if it had it alone.
CapturedServer server_of(const hw::AdapterDetails& details) {
  const Ipv4 own = details.adapter.address;
  CapturedServer server;
  server.is_guess = !is_host_address(details.dhcp_server);
  server.address = server.is_guess ? likely_server(details) : details.dhcp_server;
  server.prefix_is_guess = details.prefix_length == 0 || details.prefix_length > 32;
  server.prefix_length = server.prefix_is_guess ? kGuessedPrefix : details.prefix_length;
  server.pool = {.first = own, .last = own};
  server.given = {own};
  server.lease = lease_length(details);
  if (is_host_address(details.gateway)) server.router = details.gateway;
  const sim::PoolSpec network = server.network();
  if (network.contains(server.address)) return server;
  const bool routed = !server.router.is_none() && network.contains(server.router) && server.router != own;
  if (routed) server.relay = server.router;
  server.is_off_network = !routed;
  return server;
}

// Makes `server` that of `other`'s adapter as well, where it can be both.
bool join(CapturedServer& server, const CapturedServer& other) {
  const Ipv4 own = other.given.front();
  const bool same_place = server.address == other.address && server.prefix_length == other.prefix_length &&
                          server.relay == other.relay && server.network().contains(own);
  if (!same_place || std::ranges::find(server.given, own) != server.given.end()) return false;
  const sim::PoolSpec pool{.first = std::min(server.pool.first, own), .last = std::max(server.pool.last, own)};
  const bool holds_relay = server.relay && pool.contains(*server.relay);
  if (pool.size() > kMostAddresses || pool.contains(server.address) || holds_relay) return false;
  server.pool = pool;
  server.given.push_back(own);
  server.lease = std::max(server.lease, other.lease);
  if (server.router.is_none()) server.router = other.router;
  server.prefix_is_guess = server.prefix_is_guess && other.prefix_is_guess;
  server.is_guess = server.is_guess && other.is_guess;
  return true;
}

}  // namespace

sim::PoolSpec CapturedServer::network() const {
  const std::uint32_t host_bits = prefix_length == 32 ? 0 : 0xFFFFFFFFU >> prefix_length;
  return {.first = Ipv4{pool.first.value & ~host_bits}, .last = Ipv4{pool.first.value | host_bits}};
}

CapturedNetwork captured_network(std::span<const hw::AdapterDetails> adapters) {
  CapturedNetwork network;
  for (const hw::AdapterDetails& adapter : adapters) {
    std::optional<std::size_t>& index = network.server_of.emplace_back();
    if (!has_lease(adapter)) continue;
    const CapturedServer alone = server_of(adapter);
    index = 0;
    while (*index < network.servers.size() && !join(network.servers[*index], alone)) ++*index;
    if (*index == network.servers.size()) network.servers.push_back(alone);
  }
  return network;
}

}  // namespace unlease::app
