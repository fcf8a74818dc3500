#include <algorithm>
#include <bit>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hw/guid_text.h"
#include "hw/iphelper/buffer.h"
#include "hw/iphelper/listing.h"
#include "hw/iphelper/windows_text.h"

namespace unlease::hw {
namespace {

// The text in an array of Windows, whether or not it is terminated.
std::string_view text_of(std::span<const char> array) { return {array.begin(), std::ranges::find(array, '\0')}; }

Ipv4 ipv4_in(const IP_ADDRESS_STRING& text) { return to_ipv4(text_of(text.String)); }

AdapterKind kind_of(UINT type) {
  if (type == MIB_IF_TYPE_LOOPBACK) return AdapterKind::kLoopback;
  return type == IF_TYPE_TUNNEL ? AdapterKind::kTunnel : AdapterKind::kEthernet;
}

std::optional<FoundAdapter> read_record(const IP_ADAPTER_INFO& record) {
  const auto guid = guid_at_end(text_of(record.AdapterName));
  if (!guid) return std::nullopt;
  FoundAdapter found{.details = {}, .name = to_utf8(text_of(record.Description))};
  AdapterDetails& details = found.details;
  details.dhcp_source = DhcpSource::kAdaptersInfo;
  details.adapter.guid = *guid;
  details.adapter.interface_index = record.Index;
  details.adapter.dhcp_enabled = record.DhcpEnabled != 0;
  details.adapter.kind = kind_of(record.Type);
  details.adapter.address = ipv4_in(record.IpAddressList.IpAddress);
  // A mask is ones, then zeros.
  const std::uint32_t mask = ipv4_in(record.IpAddressList.IpMask).value;
  details.prefix_length = static_cast<std::uint8_t>(std::countl_one(mask));
  if (record.AddressLength == details.mac.size()) {
    std::copy_n(record.Address, details.mac.size(), details.mac.begin());
  }
  details.gateway = ipv4_in(record.GatewayList.IpAddress);
  if (!details.adapter.dhcp_enabled) return found;
  details.dhcp_server = ipv4_in(record.DhcpServer.IpAddress);
  if (record.LeaseObtained > 0 && record.LeaseExpires > record.LeaseObtained) {
    details.lease = LeaseTimes{.obtained = record.LeaseObtained, .expires = record.LeaseExpires};
  }
  return found;
}

}  // namespace

std::expected<FoundAdapters, DWORD> list_by_info(const Api& api) {
  const auto buffer = filled(sizeof(IP_ADAPTER_INFO), ERROR_BUFFER_OVERFLOW, [&](void* data, ULONG* size) {
    return api.get_adapters_info(static_cast<IP_ADAPTER_INFO*>(data), size);
  });
  if (!buffer && buffer.error() == ERROR_NO_DATA) return FoundAdapters();
  if (!buffer) return std::unexpected(buffer.error());

  FoundAdapters adapters;
  const void* next = buffer->begin<IP_ADAPTER_INFO>();
  for (std::size_t left = buffer->size() / sizeof(IP_ADAPTER_INFO); next != nullptr; --left) {
    const auto* const record = buffer->at<IP_ADAPTER_INFO>(next);
    if (record == nullptr || left == 0) return std::unexpected(static_cast<DWORD>(ERROR_INVALID_DATA));
    if (auto found = read_record(*record)) adapters.push_back(std::move(*found));
    next = record->Next;
  }
  return adapters;
}

}  // namespace unlease::hw
