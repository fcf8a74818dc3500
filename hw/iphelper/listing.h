// The adapters of a Windows machine, from the three places that know them. They do not agree: GetAdaptersAddresses is
// believed, the others are asked where it fails, and each adapter's record says who decided.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "hw/iphelper/api.h"
#include "hw/iphelper/interfaces.h"
#include "hw/machine.h"

namespace unlease::hw {

// An adapter and its name, which details.adapter does not view yet.
struct FoundAdapter {
  AdapterDetails details;
  std::string name;
};
using FoundAdapters = std::vector<FoundAdapter>;

// Each lists what one source knows: the error of the function, or ERROR_INVALID_DATA where what it wrote cannot be
// followed. ERROR_NO_DATA is an empty list. An adapter without a GUID in its name is left out.
// What was said of a lease that is over may be in there.
//   - GetAdaptersAddresses: no lease times
std::expected<FoundAdapters, DWORD> list_by_addresses(const Api& api);
//   - GetAdaptersInfo: adapters with IPv4 only, and it cannot tell a receive-only adapter, or one whose link is down,
//     from any other
std::expected<FoundAdapters, DWORD> list_by_info(const Api& api);
//   - the registry, and ConvertInterfaceGuidToLuid for the kind, which is Ethernet where that fails: no indexes, no
//     MACs, names are GUIDs, and adapters that are long gone
std::expected<FoundAdapters, DWORD> list_by_registry(const Api& api);

// GetAdaptersAddresses, or the first of the others that knows any adapter where that fails; joined by GUID with
// GetInterfaceInfo (an adapter that it does not have has no working IPv4, and one of the registry is left out, also
// where it fails) and with GetAdaptersInfo (lease times); where those two fail, without what they would add. An adapter
// without an address has neither server nor lease. The error of GetAdaptersAddresses where none succeeds.
std::expected<FoundAdapters, DWORD> list_adapters(const Api& api);
// The same without lease times, for `interfaces` as GetInterfaceInfo just answered.
std::expected<FoundAdapters, DWORD> list_adapters(const Api& api, const Interfaces& interfaces);

}  // namespace unlease::hw
