// GUIDs in the names that Windows gives to adapters.
#pragma once

#include <optional>
#include <string_view>

#include "engine/hal.h"

namespace unlease::hw {

// The GUID that ends `name`: "{4E6F7465-...}" of GetAdaptersAddresses, or "\DEVICE\TCPIP_{4E6F7465-...}" of
// GetInterfaceInfo; in either case of letters. None where it ends with anything else.
std::optional<Guid> guid_at_end(std::string_view name);

}  // namespace unlease::hw
