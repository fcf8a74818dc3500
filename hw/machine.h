// The machine that the program runs on.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "hw/blocking_machine.h"

namespace unlease::hw {

// Who said whether an adapter is under DHCP. Windows has three answers to that, and they may differ.
enum class DhcpSource : std::uint8_t {
  kAdaptersAddresses,  // IP_ADAPTER_DHCP_ENABLED of GetAdaptersAddresses, the truth where it can be had
  kAdaptersInfo,       // IP_ADAPTER_INFO::DhcpEnabled of GetAdaptersInfo
  kRegistry,           // EnableDHCP below Tcpip\Parameters\Interfaces
};
inline constexpr int kDhcpSourceCount = 3;
std::string_view name(DhcpSource source);  // "GetAdaptersAddresses", "GetAdaptersInfo", "registry"

// When a lease was obtained and when it ends; seconds since 1970-01-01 00:00 UTC.
struct LeaseTimes {
  std::int64_t obtained = 0;
  std::int64_t expires = 0;

  friend constexpr bool operator==(const LeaseTimes&, const LeaseTimes&) = default;
};

// What a machine knows of an adapter beyond what the method needs.
struct AdapterDetails {
  Adapter adapter;
  DhcpSource dhcp_source = DhcpSource::kAdaptersAddresses;
  std::array<std::uint8_t, 6> mac{};  // all zero where it has none of six bytes
  std::uint8_t prefix_length = 0;     // of adapter.address: 0 to 32; 0 where nobody says
  Ipv4 gateway;                       // the first one; none where there is none
  Ipv4 dhcp_server;                   // of the lease; none where there is none
  std::optional<LeaseTimes> lease;    // none without a lease, or where nobody says
};

class Machine : public BlockingMachine {
 public:
  // The adapters of the latest adapters(), in its order; valid until the next call of that. From the Hal's thread.
  virtual std::span<const AdapterDetails> details() const = 0;

  // This program is used over Remote Desktop or SSH, or runs in another session than the console's, as over WinRM (and
  // as services do): releasing every lease may cut its user off.
  virtual bool is_remote_session() const = 0;
};

// The machine that this runs on; null where this build knows none: it is built for Windows only. `assume_dhcp`: it
// performs operations also on adapters that are not under DHCP, as Options::assume_dhcp asks for.
std::shared_ptr<Machine> this_machine(bool assume_dhcp);

}  // namespace unlease::hw
