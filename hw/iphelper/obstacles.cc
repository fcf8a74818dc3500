#include "hw/iphelper/obstacles.h"

#include <array>
#include <expected>
#include <memory>
#include <type_traits>

#include "hw/iphelper/registry.h"

namespace unlease::hw {
namespace {

// Members of this group may release and renew without being administrators.
bool is_network_operator(const Api& api) {
  std::array<BYTE, SECURITY_MAX_SID_SIZE> sid{};
  auto size = static_cast<DWORD>(sid.size());
  BOOL member = FALSE;
  return api.create_well_known_sid(WinBuiltinNetworkConfigurationOperatorsSid, nullptr, sid.data(), &size) != 0 &&
         api.check_token_membership(nullptr, sid.data(), &member) != 0 && member != 0;
}

bool is_denied(const Api& api) {
  HANDLE handle = nullptr;
  if (api.open_process_token(GetCurrentProcess(), TOKEN_QUERY, &handle) == 0) return false;
  const std::unique_ptr<void, decltype(api.close_handle)> token(handle, api.close_handle);
  TOKEN_ELEVATION elevation{};
  DWORD size = sizeof(elevation);
  const bool told = api.get_token_information(handle, TokenElevation, &elevation, size, &size) != 0;
  return told && elevation.TokenIsElevated == 0 && !is_network_operator(api);
}

// Whether somebody disabled the service; only then its start is refused.
bool is_disabled(const Api& api, SC_HANDLE service) {
  struct alignas(QUERY_SERVICE_CONFIGW) Room {
    std::array<BYTE, 8192> bytes;  // the most that QueryServiceConfig writes
  } room{};
  auto* const config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(room.bytes.data());
  DWORD size = sizeof(room);
  return api.query_service_config(service, config, size, &size) != 0 && config->dwStartType == SERVICE_DISABLED;
}

using ServiceHandle = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, decltype(Api::close_service_handle)>;

// The error where it cannot be opened.
std::expected<ServiceHandle, DWORD> open_dhcp_service(const Api& api) {
  const ServiceHandle manager(api.open_sc_manager(nullptr, nullptr, SC_MANAGER_CONNECT), api.close_service_handle);
  if (manager == nullptr) return std::unexpected(GetLastError());
  const SC_HANDLE service = api.open_service(manager.get(), L"Dhcp", SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
  if (service == nullptr) return std::unexpected(GetLastError());
  return ServiceHandle(service, api.close_service_handle);
}

// Zero where the DHCP client service runs, is about to, or cannot be asked: Wine has none, and does without.
DWORD dhcp_service_error(const Api& api) {
  const auto service = open_dhcp_service(api);
  SERVICE_STATUS status{};
  if (!service || api.query_service_status(service->get(), &status) == 0) return ERROR_SUCCESS;
  const DWORD state = status.dwCurrentState;
  if (state == SERVICE_RUNNING || state == SERVICE_START_PENDING) return ERROR_SUCCESS;
  return is_disabled(api, service->get()) ? ERROR_SERVICE_DISABLED : ERROR_SERVICE_NOT_ACTIVE;
}

// Zero where the adapter's key can be read, and where there are no such keys at all: Wine has none.
DWORD registry_error(const Api& api, const Guid& adapter) {
  const auto key = RegistryKey::open_interface(api, adapter);
  if (key) return ERROR_SUCCESS;
  const auto interfaces = RegistryKey::open_interfaces(api);
  if (!interfaces && interfaces.error() == ERROR_FILE_NOT_FOUND) return ERROR_SUCCESS;
  return key.error();
}

}  // namespace

std::optional<Error> find_obstacle(const Api& api) {
  if (is_denied(api)) return win32_error(Origin::kApi, win32::kAccessDenied);
  if (const DWORD error = dhcp_service_error(api)) return win32_error(Origin::kDhcpService, error);
  return std::nullopt;
}

bool is_dhcp_service_absent(const Api& api) {
  const auto service = open_dhcp_service(api);
  return !service && service.error() == ERROR_SERVICE_DOES_NOT_EXIST;
}

std::optional<Error> find_obstacle(const Api& api, const Guid& adapter) {
  if (const DWORD error = registry_error(api, adapter)) return win32_error(Origin::kRegistry, error);
  return std::nullopt;
}

}  // namespace unlease::hw
