#include "hw/iphelper/iphelper_machine.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "engine/return_code.h"
#include "hw/iphelper/interfaces.h"
#include "hw/iphelper/listing.h"
#include "hw/iphelper/obstacles.h"

namespace unlease::hw {
namespace {

// The API answers with Win32 errors, and now and then with an HRESULT.
Error api_error(DWORD value) {
  return FAILED(static_cast<HRESULT>(value)) ? hresult_error(Origin::kApi, value) : win32_error(Origin::kApi, value);
}

// The session that has the console, as Microsoft's "Detecting the Terminal Services environment" has it: Remote Desktop
// with RemoteFX or a virtual GPU does not show in SM_REMOTESESSION. False where it cannot be told.
bool is_in_another_session(const Api& api) {
  DWORD console = 0;
  DWORD size = sizeof(console);
  DWORD own = 0;
  return api.reg_get_value(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control\\Terminal Server",
                           L"GlassSessionId", RRF_RT_REG_DWORD, nullptr, &console, &size) == ERROR_SUCCESS &&
         api.process_id_to_session_id(GetCurrentProcessId(), &own) != 0 && own != console;
}

}  // namespace

Error IpHelperMachine::call(Operation operation, const Guid& adapter) const {
  if (const auto obstacle = find_obstacle(api_)) return *obstacle;
  auto interfaces = list_interfaces(api_);
  const auto adapters = list_adapters(api_, interfaces);
  if (!adapters) return win32_error(Origin::kEnumeration, adapters.error());
  const auto listed =
      std::ranges::find(*adapters, adapter, [](const FoundAdapter& one) { return one.details.adapter.guid; });
  if (listed == adapters->end()) return win32_error(Origin::kApi, win32::kNotFound);
  if (!listed->details.adapter.dhcp_enabled && !assume_dhcp_) {
    return provider_error(Origin::kApi, value(ReturnCode::kDhcpNotEnabled));
  }
  if (!listed->details.adapter.ipv4_enabled) {
    return provider_error(Origin::kTcpip, value(ReturnCode::kIpNotEnabled));
  }
  if (const auto obstacle = find_obstacle(api_, adapter)) return *obstacle;
  if (!interfaces) return api_error(interfaces.error());
  const auto found = std::ranges::find(*interfaces, adapter, &Interface::guid);
  if (found == interfaces->end()) return win32_error(Origin::kApi, win32::kNotFound);
  const auto function = operation == Operation::kRelease ? api_.ip_release_address : api_.ip_renew_address;
  const DWORD error = function(&found->map);
  if (error != NO_ERROR && error != ERROR_NOT_SUPPORTED && is_dhcp_service_absent(api_)) {
    return win32_error(Origin::kDhcpService, ERROR_SERVICE_DOES_NOT_EXIST);
  }
  return api_error(error);
}

std::expected<std::span<const Adapter>, Error> IpHelperMachine::adapters() try {
  auto found = list_adapters(api_);
  if (!found) return std::unexpected(win32_error(Origin::kEnumeration, found.error()));
  details_.clear();
  adapters_.clear();
  for (FoundAdapter& one : *found) {
    one.details.adapter.name = AdapterName(*names_.insert(std::move(one.name)).first);
    details_.push_back(one.details);
    adapters_.push_back(one.details.adapter);
  }
  return adapters_;
} catch (const std::bad_alloc&) {
  return std::unexpected(win32_error(Origin::kEnumeration, win32::kNotEnoughMemory));
} catch (...) {
  return std::unexpected(win32_error(Origin::kEnumeration, ERROR_GEN_FAILURE));
}

Error IpHelperMachine::perform(Operation operation, const Guid& adapter) noexcept try {
  return call(operation, adapter);
} catch (const std::bad_alloc&) {
  return win32_error(Origin::kApi, win32::kNotEnoughMemory);
} catch (...) {
  return win32_error(Origin::kApi, ERROR_GEN_FAILURE);
}

bool IpHelperMachine::is_remote_session() const {
  return api_.get_system_metrics(SM_REMOTESESSION) != 0 || is_in_another_session(api_) ||
         std::getenv("SSH_CONNECTION") != nullptr;
}

std::shared_ptr<Machine> this_machine(bool assume_dhcp) {
  return std::make_shared<IpHelperMachine>(windows_api(), assume_dhcp);
}

}  // namespace unlease::hw
