// The functions of Windows that the IP Helper backend calls, as one table: tests put their own in its place. Those that
// answer with a handle or a BOOL leave their error in GetLastError(). NotifyUnicastIpAddressChange is not among them:
// whether an address is gone is asked by taking snapshots.
#pragma once

// <winsock2.h> has to come before <windows.h>, and both before <iphlpapi.h>.
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <winsock2.h>
#include <ws2tcpip.h>
// <windows.h> after those
#include <windows.h>
// <iphlpapi.h> after that
#include <iphlpapi.h>

namespace unlease::hw {

struct Api {
  decltype(&::GetAdaptersAddresses) get_adapters_addresses;
  decltype(&::GetAdaptersInfo) get_adapters_info;
  decltype(&::GetInterfaceInfo) get_interface_info;
  decltype(&::IpReleaseAddress) ip_release_address;
  decltype(&::IpRenewAddress) ip_renew_address;
  decltype(&::ConvertInterfaceGuidToLuid) convert_interface_guid_to_luid;

  decltype(&::RegOpenKeyExW) reg_open_key;
  decltype(&::RegEnumKeyExW) reg_enum_key;
  decltype(&::RegGetValueW) reg_get_value;
  decltype(&::RegCloseKey) reg_close_key;

  decltype(&::OpenSCManagerW) open_sc_manager;
  decltype(&::OpenServiceW) open_service;
  decltype(&::QueryServiceStatus) query_service_status;
  decltype(&::QueryServiceConfigW) query_service_config;
  decltype(&::CloseServiceHandle) close_service_handle;

  decltype(&::OpenProcessToken) open_process_token;
  decltype(&::GetTokenInformation) get_token_information;
  decltype(&::CreateWellKnownSid) create_well_known_sid;
  decltype(&::CheckTokenMembership) check_token_membership;
  decltype(&::CloseHandle) close_handle;

  decltype(&::GetSystemMetrics) get_system_metrics;
  decltype(&::ProcessIdToSessionId) process_id_to_session_id;
};

// Windows' own.
const Api& windows_api();

}  // namespace unlease::hw
