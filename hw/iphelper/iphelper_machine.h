// A Windows machine through the IP Helper API.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "hw/iphelper/api.h"
#include "hw/machine.h"

namespace unlease::hw {

// The adapters are those of list_adapters(), see hw/iphelper/listing.h. perform() tries the causes in the order of the
// simulator's host: obstacles of the whole machine (obstacles.h); the adapter, looked for again by its GUID, since
// indexes and names change, is gone (ERROR_NOT_FOUND); it is not under DHCP, perhaps no more (return code 100 from
// kApi, unless that is assumed); IP is not enabled on it (return code 84 from kTcpip: WMI answers so, also where only
// the link is down); its own obstacles. Then it calls IpReleaseAddress or IpRenewAddress, which block; whatever these
// answer is the Error, kApi, but ERROR_SERVICE_DOES_NOT_EXIST from kDhcpService where they fail for want of the service
// (with anything but ERROR_NOT_SUPPORTED, which is Wine's answer). Memory that runs out is ERROR_NOT_ENOUGH_MEMORY,
// any other exception ERROR_GEN_FAILURE.
class IpHelperMachine final : public Machine {
 public:
  // Keeps a reference to the table. `assume_dhcp` takes every adapter for one under DHCP, as Options::assume_dhcp.
  explicit IpHelperMachine(const Api& api, bool assume_dhcp = false) : api_(api), assume_dhcp_(assume_dhcp) {}

  std::expected<std::span<const Adapter>, Error> adapters() override;
  Error perform(Operation operation, const Guid& adapter) noexcept override;
  std::span<const AdapterDetails> details() const override { return details_; }
  bool is_remote_session() const override;

 private:
  Error call(Operation operation, const Guid& adapter) const;

  const Api& api_;
  const bool assume_dhcp_;
  std::set<std::string> names_;  // of all snapshots: an AdapterName lives as long as the machine
  std::vector<AdapterDetails> details_;
  std::vector<Adapter> adapters_;
};

}  // namespace unlease::hw
