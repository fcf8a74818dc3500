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

Error call(const Api& api, Operation operation, const Guid& adapter) {
  if (const auto obstacle = find_obstacle(api)) return *obstacle;
  auto interfaces = list_interfaces(api);
  const auto adapters = list_adapters(api, interfaces);
  if (!adapters) return win32_error(Origin::kEnumeration, adapters.error());
  const auto listed =
      std::ranges::find(*adapters, adapter, [](const FoundAdapter& one) { return one.details.adapter.guid; });
  if (listed == adapters->end()) return win32_error(Origin::kApi, win32::kNotFound);
  if (!listed->details.adapter.ipv4_enabled) {
    return provider_error(Origin::kTcpip, value(ReturnCode::kIpNotEnabled));
  }
  if (const auto obstacle = find_obstacle(api, adapter)) return *obstacle;
  if (!interfaces) return api_error(interfaces.error());
  const auto found = std::ranges::find(*interfaces, adapter, &Interface::guid);
  if (found == interfaces->end()) return win32_error(Origin::kApi, win32::kNotFound);
  const auto function = operation == Operation::kRelease ? api.ip_release_address : api.ip_renew_address;
  return api_error(function(&found->map));
}

}  // namespace

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
  return call(api_, operation, adapter);
} catch (const std::bad_alloc&) {
  return win32_error(Origin::kApi, win32::kNotEnoughMemory);
} catch (...) {
  return win32_error(Origin::kApi, ERROR_GEN_FAILURE);
}

bool IpHelperMachine::is_remote_session() const {
  return api_.get_system_metrics(SM_REMOTESESSION) != 0 || std::getenv("SSH_CONNECTION") != nullptr;
}

std::shared_ptr<Machine> this_machine() { return std::make_shared<IpHelperMachine>(windows_api()); }

}  // namespace unlease::hw
