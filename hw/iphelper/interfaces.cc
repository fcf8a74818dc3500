#include "hw/iphelper/interfaces.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <string_view>

#include "hw/guid_text.h"
#include "hw/iphelper/buffer.h"
#include "hw/iphelper/windows_text.h"

namespace unlease::hw {
namespace {

// Windows does not promise a terminator.
std::wstring_view name_of(const IP_ADAPTER_INDEX_MAP& map) {
  return {std::begin(map.Name), std::ranges::find(map.Name, WCHAR{})};
}

}  // namespace

Interfaces list_interfaces(const Api& api) {
  const auto buffer = filled(sizeof(IP_INTERFACE_INFO), ERROR_INSUFFICIENT_BUFFER, [&](void* data, ULONG* size) {
    return api.get_interface_info(static_cast<IP_INTERFACE_INFO*>(data), size);
  });
  if (!buffer && buffer.error() == ERROR_NO_DATA) return std::vector<Interface>();
  if (!buffer) return std::unexpected(buffer.error());

  // Adapter[0] is there also when NumAdapters is 0, and undefined then.
  constexpr std::size_t kHeader = offsetof(IP_INTERFACE_INFO, Adapter);
  const auto* const info = buffer->begin<IP_INTERFACE_INFO>(kHeader);
  const std::size_t most = (buffer->size() - kHeader) / sizeof(IP_ADAPTER_INDEX_MAP);
  if (info == nullptr || info->NumAdapters < 0 || static_cast<std::size_t>(info->NumAdapters) > most) {
    return std::unexpected(static_cast<DWORD>(ERROR_INVALID_DATA));
  }
  std::vector<Interface> interfaces;
  for (const IP_ADAPTER_INDEX_MAP& map : std::span(info->Adapter, static_cast<std::size_t>(info->NumAdapters))) {
    if (const auto guid = guid_at_end(to_utf8(name_of(map)))) interfaces.push_back({.guid = *guid, .map = map});
  }
  return interfaces;
}

}  // namespace unlease::hw
