// What stands in the way of a release before it is tried. IpReleaseAddress would fail too, but with a number that does
// not say whether the user, the DHCP client service or the registry is the cause, and the return code depends on that.
#pragma once

#include <optional>

#include "engine/hal.h"
#include "hw/iphelper/api.h"

namespace unlease::hw {

// What stands in the way on this machine, the first that is found; none where nothing does, or it cannot be told. Any
// thread.
//   - the process is neither elevated nor of a network configuration operator: ERROR_ACCESS_DENIED, kApi
//   - the service "Dhcp" is disabled or does not run: ERROR_SERVICE_DISABLED, ERROR_SERVICE_NOT_ACTIVE, kDhcpService
//     (one that is absent is no obstacle, for Wine does without it: see below)
std::optional<Error> find_obstacle(const Api& api);

// The same for one adapter.
//   - its key below Tcpip\Parameters\Interfaces cannot be read: the error of RegOpenKeyEx, kRegistry
std::optional<Error> find_obstacle(const Api& api, const Guid& adapter);

// Whether there is no service "Dhcp" at all: why a release that was tried all the same has failed.
bool is_dhcp_service_absent(const Api& api);

}  // namespace unlease::hw
