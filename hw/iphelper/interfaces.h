// The interfaces that IpReleaseAddress and IpRenewAddress take.
#pragma once

#include <expected>
#include <vector>

#include "engine/hal.h"
#include "hw/iphelper/api.h"

namespace unlease::hw {

struct Interface {
  Guid guid;
  IP_ADAPTER_INDEX_MAP map{};  // as GetInterfaceInfo gave it
};

// What GetInterfaceInfo lists, those with a GUID in their name; its error, ERROR_NO_DATA being an empty list, or
// ERROR_INVALID_DATA where it says that there are more than it wrote.
using Interfaces = std::expected<std::vector<Interface>, DWORD>;
Interfaces list_interfaces(const Api& api);

}  // namespace unlease::hw
