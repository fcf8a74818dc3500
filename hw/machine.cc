#include "hw/machine.h"

#include <cstddef>

namespace unlease::hw {
namespace {

// Indexed by DhcpSource.
constexpr std::array<std::string_view, kDhcpSourceCount> kDhcpSourceNames{"GetAdaptersAddresses", "GetAdaptersInfo",
                                                                          "registry"};

}  // namespace

std::string_view name(DhcpSource source) { return kDhcpSourceNames[static_cast<std::size_t>(source)]; }

}  // namespace unlease::hw
