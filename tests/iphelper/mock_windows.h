// Windows' functions as Google Mock has them, behind the table that the IP Helper backend calls. Without expectations
// they answer as a healthy Windows with `adapters` does.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "hw/iphelper/api.h"
#include "tests/support/mock_hal.h"

namespace unlease::hw::test {

using unlease::test::guid_of;

struct FakeAddress {
  Ipv4 address;
  std::uint8_t prefix_length = 24;
  bool from_dhcp = true;
};

// An adapter as the various functions see it; without changes it is an Ethernet adapter with a lease.
struct FakeAdapter {
  explicit FakeAdapter(std::uint32_t number);

  Guid guid;
  std::wstring friendly_name;
  DWORD index = 0;
  IFTYPE type = IF_TYPE_ETHERNET_CSMACD;
  IF_OPER_STATUS status = IfOperStatusUp;
  ULONG flags = IP_ADAPTER_DHCP_ENABLED | IP_ADAPTER_IPV4_ENABLED;
  std::vector<FakeAddress> addresses;
  Ipv4 gateway{0x0A000001};
  Ipv4 dhcp_server{0x0A000001};
  std::int64_t lease_obtained = 1'700'000'000;
  std::int64_t lease_expires = 1'700'086'400;
  bool in_interface_info = true;
  std::wstring interface_prefix = L"\\DEVICE\\TCPIP_";  // of its name there
  ULONG length = sizeof(IP_ADAPTER_ADDRESSES);          // of its record: an older Windows has shorter ones
};

class MockWindows {
 public:
  MockWindows();
  MockWindows(const MockWindows&) = delete;
  MockWindows& operator=(const MockWindows&) = delete;
  virtual ~MockWindows();

  MOCK_METHOD(ULONG, get_adapters_addresses, (ULONG, ULONG, void*, IP_ADAPTER_ADDRESSES*, ULONG*));
  MOCK_METHOD(DWORD, get_adapters_info, (IP_ADAPTER_INFO*, ULONG*));
  MOCK_METHOD(DWORD, get_interface_info, (IP_INTERFACE_INFO*, ULONG*));
  MOCK_METHOD(DWORD, ip_release_address, (IP_ADAPTER_INDEX_MAP*));
  MOCK_METHOD(DWORD, ip_renew_address, (IP_ADAPTER_INDEX_MAP*));
  MOCK_METHOD(DWORD, convert_interface_guid_to_luid, (const GUID*, NET_LUID*));
  MOCK_METHOD(LSTATUS, reg_open_key, (std::wstring path));
  MOCK_METHOD(LSTATUS, reg_enum_key, (DWORD index, wchar_t* name, DWORD* size));
  MOCK_METHOD(LSTATUS, reg_get_value, ());
  MOCK_METHOD(std::optional<std::wstring>, reg_text, (std::wstring key, std::wstring value));
  MOCK_METHOD(std::optional<DWORD>, reg_number, (std::wstring key, std::wstring value));
  // The errors of those that leave them in GetLastError().
  MOCK_METHOD(DWORD, open_sc_manager, ());
  MOCK_METHOD(DWORD, open_service, ());
  MOCK_METHOD(DWORD, query_service_status, ());
  MOCK_METHOD(DWORD, query_service_config, ());
  MOCK_METHOD(DWORD, open_process_token, ());
  MOCK_METHOD(DWORD, get_token_information, ());
  MOCK_METHOD(DWORD, create_well_known_sid, ());
  MOCK_METHOD(DWORD, check_token_membership, ());

  // What the functions write into a buffer for `adapters`; ERROR_INSUFFICIENT_BUFFER and the like as Windows has them.
  ULONG write_addresses(IP_ADAPTER_ADDRESSES* out, ULONG* size) const;
  DWORD write_info(IP_ADAPTER_INFO* out, ULONG* size) const;
  DWORD write_interfaces(IP_INTERFACE_INFO* out, ULONG* size) const;

  // The functions of the one MockWindows there is.
  const Api& api() const;

  std::vector<FakeAdapter> adapters;
  bool elevated = true;
  bool network_operator = false;
  bool remote_session = false;
  DWORD session = 1;                         // of this process
  std::optional<DWORD> console_session = 1;  // GlassSessionId
  DWORD dhcp_service_state = SERVICE_RUNNING;
  DWORD dhcp_service_start = SERVICE_AUTO_START;
  std::atomic<int> open_handles = 0;  // of the registry, services and tokens together

 private:
  const FakeAdapter* find(const std::wstring& key) const;
};

}  // namespace unlease::hw::test
