#include "hw/iphelper/api.h"

namespace unlease::hw {

const Api& windows_api() {
  static const Api kApi{
      // addresses of imported functions are no constants
      .get_adapters_addresses = &::GetAdaptersAddresses,
      .get_adapters_info = &::GetAdaptersInfo,
      .get_interface_info = &::GetInterfaceInfo,
      .ip_release_address = &::IpReleaseAddress,
      .ip_renew_address = &::IpRenewAddress,
      .convert_interface_guid_to_luid = &::ConvertInterfaceGuidToLuid,
      .reg_open_key = &::RegOpenKeyExW,
      .reg_enum_key = &::RegEnumKeyExW,
      .reg_get_value = &::RegGetValueW,
      .reg_close_key = &::RegCloseKey,
      .open_sc_manager = &::OpenSCManagerW,
      .open_service = &::OpenServiceW,
      .query_service_status = &::QueryServiceStatus,
      .query_service_config = &::QueryServiceConfigW,
      .close_service_handle = &::CloseServiceHandle,
      .open_process_token = &::OpenProcessToken,
      .get_token_information = &::GetTokenInformation,
      .create_well_known_sid = &::CreateWellKnownSid,
      .check_token_membership = &::CheckTokenMembership,
      .close_handle = &::CloseHandle,
      .get_system_metrics = &::GetSystemMetrics,
      .process_id_to_session_id = &::ProcessIdToSessionId,
  };
  return kApi;
}

}  // namespace unlease::hw
