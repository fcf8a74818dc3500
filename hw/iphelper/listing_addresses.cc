#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "hw/guid_text.h"
#include "hw/iphelper/buffer.h"
#include "hw/iphelper/listing.h"
#include "hw/iphelper/windows_text.h"

namespace unlease::hw {
namespace {

constexpr ULONG kFlags =
    GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER | GAA_FLAG_INCLUDE_GATEWAYS;

// A record is as long as its Length says: Windows' structure has grown with its versions. What every version has:
constexpr std::size_t kLeastLength = offsetof(IP_ADAPTER_ADDRESSES, OperStatus) + sizeof(IF_OPER_STATUS);
// and with the gateways and the DHCP server, which came with Windows Vista:
constexpr std::size_t kVistaLength = offsetof(IP_ADAPTER_ADDRESSES, Dhcpv4Server) + sizeof(SOCKET_ADDRESS);

Ipv4 address_in(const Buffer& buffer, const SOCKET_ADDRESS& place) {
  if (place.iSockaddrLength < static_cast<INT>(sizeof(sockaddr_in))) return {};
  const auto* const address = buffer.at<sockaddr_in>(place.lpSockaddr);
  if (address == nullptr || address->sin_family != AF_INET) return {};
  return {ntohl(address->sin_addr.s_addr)};
}

// As records of adapters, those of addresses have grown; this is what every version has.
constexpr std::size_t kLeastUnicast = offsetof(IP_ADAPTER_UNICAST_ADDRESS, OnLinkPrefixLength);

const IP_ADAPTER_UNICAST_ADDRESS* unicast_at(const Buffer& buffer, const void* place) {
  return buffer.at<IP_ADAPTER_UNICAST_ADDRESS>(place, kLeastUnicast);
}

std::uint8_t prefix_length_of(const Buffer& buffer, const IP_ADAPTER_UNICAST_ADDRESS& unicast) {
  constexpr std::size_t kWithPrefix = kLeastUnicast + sizeof(unicast.OnLinkPrefixLength);
  const bool has_it =
      unicast.Length >= kWithPrefix && buffer.at<IP_ADAPTER_UNICAST_ADDRESS>(&unicast, kWithPrefix) != nullptr;
  return has_it ? std::min<std::uint8_t>(unicast.OnLinkPrefixLength, 32) : 0;
}

// The adapter's address is the one from DHCP, else the first one: by hand, or one that it gave to itself.
void take_address(const Buffer& buffer, const IP_ADAPTER_ADDRESSES& record, AdapterDetails& details) {
  const auto* unicast = unicast_at(buffer, record.FirstUnicastAddress);
  for (std::size_t left = buffer.size() / kLeastUnicast; unicast != nullptr && left != 0; --left) {
    const Ipv4 address = address_in(buffer, unicast->Address);
    const bool from_dhcp = unicast->PrefixOrigin == IpPrefixOriginDhcp;
    if (!address.is_none() && (details.adapter.address.is_none() || from_dhcp)) {
      details.adapter.address = address;
      details.prefix_length = prefix_length_of(buffer, *unicast);
      if (from_dhcp) return;
    }
    unicast = unicast_at(buffer, unicast->Next);
  }
}

void take_gateway(const Buffer& buffer, const IP_ADAPTER_ADDRESSES& record, AdapterDetails& details) {
  const auto* gateway = buffer.at<IP_ADAPTER_GATEWAY_ADDRESS_LH>(record.FirstGatewayAddress);
  for (std::size_t left = buffer.size() / sizeof(*gateway); gateway != nullptr && left != 0; --left) {
    details.gateway = address_in(buffer, gateway->Address);
    if (!details.gateway.is_none()) return;
    gateway = buffer.at<IP_ADAPTER_GATEWAY_ADDRESS_LH>(gateway->Next);
  }
}

AdapterKind kind_of(const IP_ADAPTER_ADDRESSES& record) {
  if (record.IfType == IF_TYPE_SOFTWARE_LOOPBACK) return AdapterKind::kLoopback;
  if (record.IfType == IF_TYPE_TUNNEL) return AdapterKind::kTunnel;
  return (record.Flags & IP_ADAPTER_RECEIVE_ONLY) != 0 ? AdapterKind::kReceiveOnly : AdapterKind::kEthernet;
}

std::optional<FoundAdapter> read_record(const Buffer& buffer, const IP_ADAPTER_ADDRESSES& record) {
  const auto guid = guid_at_end(buffer.text<char>(record.AdapterName));
  if (!guid) return std::nullopt;
  FoundAdapter found{.details = {}, .name = to_utf8(buffer.text<WCHAR>(record.FriendlyName))};
  AdapterDetails& details = found.details;
  details.dhcp_source = DhcpSource::kAdaptersAddresses;
  details.adapter.guid = *guid;
  details.adapter.interface_index = record.IfIndex;
  details.adapter.dhcp_enabled = (record.Flags & IP_ADAPTER_DHCP_ENABLED) != 0;
  details.adapter.ipv4_enabled = (record.Flags & IP_ADAPTER_IPV4_ENABLED) != 0 && record.OperStatus == IfOperStatusUp;
  details.adapter.kind = kind_of(record);
  take_address(buffer, record, details);
  if (record.PhysicalAddressLength == details.mac.size()) {
    std::copy_n(record.PhysicalAddress, details.mac.size(), details.mac.begin());
  }
  if (record.Length >= kVistaLength) {
    take_gateway(buffer, record, details);
    details.dhcp_server = address_in(buffer, record.Dhcpv4Server);
  }
  return found;
}

}  // namespace

std::expected<FoundAdapters, DWORD> list_by_addresses(const Api& api) {
  constexpr std::size_t kFirstSize = 15 * 1024;  // what Microsoft's page recommends
  const auto buffer = filled(kFirstSize, ERROR_BUFFER_OVERFLOW, [&](void* data, ULONG* size) {
    return api.get_adapters_addresses(AF_UNSPEC, kFlags, nullptr, static_cast<IP_ADAPTER_ADDRESSES*>(data), size);
  });
  if (!buffer && buffer.error() == ERROR_NO_DATA) return FoundAdapters();
  if (!buffer) return std::unexpected(buffer.error());

  FoundAdapters adapters;
  const void* next = buffer->begin<IP_ADAPTER_ADDRESSES>(kLeastLength);
  for (std::size_t left = buffer->size() / kLeastLength; next != nullptr; --left) {
    const auto* const record = buffer->at<IP_ADAPTER_ADDRESSES>(next, kLeastLength);
    const bool whole = record != nullptr && record->Length >= kLeastLength &&
                       buffer->at<IP_ADAPTER_ADDRESSES>(next, record->Length) != nullptr;
    if (!whole || left == 0) return std::unexpected(static_cast<DWORD>(ERROR_INVALID_DATA));
    if (auto found = read_record(*buffer, *record)) adapters.push_back(std::move(*found));
    next = record->Next;
  }
  return adapters;
}

}  // namespace unlease::hw
