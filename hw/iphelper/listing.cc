#include "hw/iphelper/listing.h"

#include <array>
#include <map>

namespace unlease::hw {
namespace {

constexpr std::array kSources{list_by_addresses, list_by_info, list_by_registry};

std::expected<FoundAdapters, DWORD> list_by_first_that_can(const Api& api) {
  auto found = kSources[0](api);
  for (std::size_t i = 1; !found && i < kSources.size(); ++i) {
    // Where the first one fails, another's empty list is no proof that there are none.
    if (auto other = kSources[i](api); other && !other->empty()) return other;
  }
  return found;
}

void join_interfaces(const std::vector<Interface>& interfaces, FoundAdapters& adapters) {
  std::map<Guid, std::uint32_t> indexes;
  for (const Interface& one : interfaces) indexes.emplace(one.guid, one.map.Index);
  // The registry remembers adapters that are long gone, and does not tell a tunnel from a card.
  std::erase_if(adapters, [&](const FoundAdapter& found) {
    return found.details.dhcp_source == DhcpSource::kRegistry && !indexes.contains(found.details.adapter.guid);
  });
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
  auto found = list_by_first_that_can(api);
  if (found && interfaces) join_interfaces(*interfaces, *found);
  return found;
}

std::expected<FoundAdapters, DWORD> list_adapters(const Api& api) {
  auto found = list_adapters(api, list_interfaces(api));
  if (found && !found->empty() && found->front().details.dhcp_source == DhcpSource::kAdaptersAddresses) {
    join_leases(api, *found);
  }
  return found;
}

}  // namespace unlease::hw
