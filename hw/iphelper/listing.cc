#include "hw/iphelper/listing.h"

#include <array>
#include <map>
#include <utility>

namespace unlease::hw {
namespace {

// Where the first one fails, another's empty list is no proof that there are none.
constexpr std::array kFallbacks{list_by_info, list_by_registry};

void join_interfaces(const Interfaces& interfaces, FoundAdapters& adapters) {
  std::map<Guid, std::uint32_t> indexes;
  if (interfaces) {
    for (const Interface& one : *interfaces) indexes.emplace(one.guid, one.map.Index);
  }
  // The registry remembers adapters that are long gone.
  std::erase_if(adapters, [&](const FoundAdapter& found) {
    return found.details.dhcp_source == DhcpSource::kRegistry && !indexes.contains(found.details.adapter.guid);
  });
  if (!interfaces) return;
  for (FoundAdapter& found : adapters) {
    Adapter& adapter = found.details.adapter;
    const auto index = indexes.find(adapter.guid);
    if (index == indexes.end()) {
      // GetInterfaceInfo leaves out what has no IPv4, and loopback.
      if (adapter.kind == AdapterKind::kEthernet) adapter.ipv4_enabled = false;
    } else if (adapter.interface_index == 0) {
      adapter.interface_index = index->second;
    }
  }
}

// Whoever has no address has no lease: what is said of one is from before its release. And a server that is everybody
// is none that answered.
void forget_old_leases(FoundAdapters& adapters) {
  constexpr Ipv4 kEverybody{0xFFFFFFFF};
  for (FoundAdapter& found : adapters) {
    AdapterDetails& details = found.details;
    const bool has_address = !details.adapter.address.is_none();
    if (!has_address) details.lease.reset();
    if (!has_address || details.dhcp_server == kEverybody) details.dhcp_server = {};
  }
}

// What one source has found, with what GetInterfaceInfo adds to it.
FoundAdapters joined(FoundAdapters adapters, const Interfaces& interfaces) {
  join_interfaces(interfaces, adapters);
  forget_old_leases(adapters);
  return adapters;
}

void join_leases(const Api& api, FoundAdapters& adapters) {
  const auto infos = list_by_info(api);
  if (!infos) return;
  std::map<Guid, const AdapterDetails*> by_guid;
  for (const FoundAdapter& info : *infos) by_guid.emplace(info.details.adapter.guid, &info.details);
  for (FoundAdapter& found : adapters) {
    const auto info = by_guid.find(found.details.adapter.guid);
    if (info != by_guid.end() && found.details.adapter.dhcp_enabled) found.details.lease = info->second->lease;
  }
}

}  // namespace

std::expected<FoundAdapters, DWORD> list_adapters(const Api& api, const Interfaces& interfaces) {
  auto found = list_by_addresses(api);
  if (found) return joined(std::move(*found), interfaces);
  for (const auto fallback : kFallbacks) {
    auto other = fallback(api);
    if (!other) continue;
    FoundAdapters adapters = joined(std::move(*other), interfaces);
    if (!adapters.empty()) return adapters;
  }
  return found;
}

std::expected<FoundAdapters, DWORD> list_adapters(const Api& api) {
  auto found = list_adapters(api, list_interfaces(api));
  if (found && !found->empty() && found->front().details.dhcp_source == DhcpSource::kAdaptersAddresses) {
    join_leases(api, *found);
    forget_old_leases(*found);
  }
  return found;
}

}  // namespace unlease::hw
