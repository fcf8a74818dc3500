#include <algorithm>
#include <bit>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <utility>

#include "hw/guid_text.h"
#include "hw/iphelper/listing.h"
#include "hw/iphelper/registry.h"
#include "hw/iphelper/windows_text.h"

namespace unlease::hw {
namespace {

// Ethernet where Windows does not know it.
AdapterKind kind_of(const Api& api, const Guid& guid) {
  const std::span<const std::uint8_t, 16> bytes(guid.bytes);
  // As it is printed.
  GUID windows_guid{};
  for (const std::uint8_t byte : bytes.first<4>()) windows_guid.Data1 = windows_guid.Data1 << 8U | byte;
  windows_guid.Data2 = static_cast<unsigned short>(bytes[4] << 8U | bytes[5]);
  windows_guid.Data3 = static_cast<unsigned short>(bytes[6] << 8U | bytes[7]);
  std::ranges::copy(bytes.last<8>(), windows_guid.Data4);
  NET_LUID luid{};
  if (api.convert_interface_guid_to_luid(&windows_guid, &luid) != NO_ERROR) return AdapterKind::kEthernet;
  if (luid.Info.IfType == IF_TYPE_SOFTWARE_LOOPBACK) return AdapterKind::kLoopback;
  return luid.Info.IfType == IF_TYPE_TUNNEL ? AdapterKind::kTunnel : AdapterKind::kEthernet;
}

// The error where nobody can tell whether the adapter is under DHCP: "no" would be taken for nothing to release.
std::expected<FoundAdapter, DWORD> read_key(const RegistryKey& interfaces, const wchar_t* key, const Guid& guid) {
  const auto address = [&](const wchar_t* value) { return to_ipv4(to_utf8(interfaces.text(key, value))); };
  FoundAdapter found{.details = {}, .name = to_string(guid)};
  AdapterDetails& details = found.details;
  details.dhcp_source = DhcpSource::kRegistry;
  details.adapter.guid = guid;
  const auto enabled = interfaces.number(key, L"EnableDHCP");
  if (!enabled && enabled.error() != ERROR_FILE_NOT_FOUND) return std::unexpected(enabled.error());
  const bool dhcp = enabled.value_or(0) != 0;
  details.adapter.dhcp_enabled = dhcp;
  details.adapter.address = address(dhcp ? L"DhcpIPAddress" : L"IPAddress");
  details.prefix_length =
      static_cast<std::uint8_t>(std::countl_one(address(dhcp ? L"DhcpSubnetMask" : L"SubnetMask").value));
  details.gateway = address(dhcp ? L"DhcpDefaultGateway" : L"DefaultGateway");
  if (!dhcp) return found;
  details.dhcp_server = address(L"DhcpServer");
  const auto obtained = interfaces.number(key, L"LeaseObtainedTime");
  const auto expires = interfaces.number(key, L"LeaseTerminatesTime");
  if (obtained && expires && *expires > *obtained) {
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
    const auto guid = guid_at_end(to_utf8(key));
    if (!guid) continue;
    auto found = read_key(*interfaces, key.c_str(), *guid);
    if (!found) return std::unexpected(found.error());
    found->details.adapter.kind = kind_of(api, *guid);
    adapters.push_back(std::move(*found));
  }
  return adapters;
}

}  // namespace unlease::hw
