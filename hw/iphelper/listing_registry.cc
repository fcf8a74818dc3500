#include <bit>
#include <string>
#include <utility>

#include "hw/guid_text.h"
#include "hw/iphelper/listing.h"
#include "hw/iphelper/registry.h"
#include "hw/iphelper/windows_text.h"

namespace unlease::hw {
namespace {

FoundAdapter read_key(const RegistryKey& interfaces, const wchar_t* key, const Guid& guid) {
  const auto address = [&](const wchar_t* value) { return to_ipv4(to_utf8(interfaces.text(key, value))); };
  FoundAdapter found{.details = {}, .name = to_string(guid)};
  AdapterDetails& details = found.details;
  details.dhcp_source = DhcpSource::kRegistry;
  details.adapter.guid = guid;
  const bool dhcp = interfaces.number(key, L"EnableDHCP").value_or(0) != 0;
  details.adapter.dhcp_enabled = dhcp;
  details.adapter.address = address(dhcp ? L"DhcpIPAddress" : L"IPAddress");
  details.prefix_length =
      static_cast<std::uint8_t>(std::countl_one(address(dhcp ? L"DhcpSubnetMask" : L"SubnetMask").value));
  details.gateway = address(dhcp ? L"DhcpDefaultGateway" : L"DefaultGateway");
  if (!dhcp) return found;
  details.dhcp_server = address(L"DhcpServer");
  const auto obtained = interfaces.number(key, L"LeaseObtainedTime");
  const auto expires = interfaces.number(key, L"LeaseTerminatesTime");
  // The times of a lease that was released may stay.
  if (!details.adapter.address.is_none() && obtained && expires && *expires > *obtained) {
    details.lease = LeaseTimes{.obtained = *obtained, .expires = *expires};
  }
  return found;
}

}  // namespace

std::expected<FoundAdapters, DWORD> list_by_registry(const Api& api) {
  const auto interfaces = RegistryKey::open_interfaces(api);
  if (!interfaces) return std::unexpected(interfaces.error());
  const auto keys = interfaces->keys();
  if (!keys) return std::unexpected(keys.error());
  FoundAdapters adapters;
  for (const std::wstring& key : *keys) {
    if (const auto guid = guid_at_end(to_utf8(key))) adapters.push_back(read_key(*interfaces, key.c_str(), *guid));
  }
  return adapters;
}

}  // namespace unlease::hw
