#include "hw/iphelper/interfaces.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

#include "hw/guid_text.h"
#include "hw/iphelper/buffer.h"

namespace unlease::hw {
namespace {

// The name as narrow text; a GUID has no other characters. Windows does not promise a terminator.
std::string narrow_name(std::span<const WCHAR> name) {
  const auto end = std::ranges::find(name, WCHAR{});
  std::string text;
  std::transform(name.begin(), end, std::back_inserter(text),
                 [](WCHAR c) { return c < 0x80 ? static_cast<char>(c) : '?'; });
  return text;
}

}  // namespace

std::expected<std::vector<Interface>, DWORD> list_interfaces(const Api& api) {
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
    if (const auto guid = guid_at_end(narrow_name(map.Name))) interfaces.push_back({.guid = *guid, .map = map});
  }
  return interfaces;
}

}  // namespace unlease::hw
