// Every documented error of every function that the backend calls, and what the user gets: docs/windows-errors.md. To
// rewrite that after a change: UNLEASE_UPDATE_DOCS=1 cmake/wine build/windows/tests/iphelper_tests.exe
#include <array>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "engine/method.h"
#include "engine/return_code.h"
#include "hw/iphelper/iphelper_machine.h"
#include "hw/worker_pool.h"
#include "tests/iphelper/mock_windows.h"

namespace unlease::hw::test {
namespace {

using ::testing::EndsWith;
using ::testing::NiceMock;
using ::testing::Return;

using Windows = NiceMock<MockWindows>;

// A function, what its documentation and the field know it to answer, and how the mock is made to. Where the
// documentation names no error, one that any such function may have.
struct Function {
  std::string_view name;
  std::size_t member;  // of Api, by its offset
  Operation operation;
  std::vector<DWORD> errors;
  void (*answer)(Windows&, DWORD error);
};

// What cannot fail to anybody's harm: what closes, and what is asked only for the warning of a remote session.
constexpr std::array kHarmless{offsetof(Api, reg_close_key), offsetof(Api, close_service_handle),
                               offsetof(Api, close_handle), offsetof(Api, get_system_metrics),
                               offsetof(Api, process_id_to_session_id)};

// The registry alone knows adapters.
void leave_the_registry(Windows& windows) {
  ON_CALL(windows, get_adapters_addresses).WillByDefault(Return(ERROR_NOT_ENOUGH_MEMORY));
  ON_CALL(windows, get_adapters_info).WillByDefault(Return(ERROR_NOT_SUPPORTED));
}

const std::vector<Function> kFunctions{
    {"IpReleaseAddress",
     offsetof(Api, ip_release_address),
     Operation::kRelease,
     {ERROR_SUCCESS, ERROR_ACCESS_DENIED, ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_SEM_TIMEOUT,
      ERROR_PROC_NOT_FOUND, ERROR_SERVICE_NOT_ACTIVE, ERROR_NOT_FOUND, ERROR_ADDRESS_NOT_ASSOCIATED,
      RPC_S_SERVER_UNAVAILABLE, hresult::kNoWriteLock},
     [](Windows& windows, DWORD error) { ON_CALL(windows, ip_release_address).WillByDefault(Return(error)); }},
    {"IpRenewAddress",
     offsetof(Api, ip_renew_address),
     Operation::kRenew,
     {ERROR_SUCCESS, ERROR_ACCESS_DENIED, ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_SEM_TIMEOUT,
      ERROR_PROC_NOT_FOUND, ERROR_NOT_FOUND, RPC_S_SERVER_UNAVAILABLE},
     [](Windows& windows, DWORD error) { ON_CALL(windows, ip_renew_address).WillByDefault(Return(error)); }},
    {"GetInterfaceInfo",
     offsetof(Api, get_interface_info),
     Operation::kRelease,
     {ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_INSUFFICIENT_BUFFER, ERROR_NO_DATA},
     [](Windows& windows, DWORD error) { ON_CALL(windows, get_interface_info).WillByDefault(Return(error)); }},
    {"GetAdaptersAddresses",
     offsetof(Api, get_adapters_addresses),
     Operation::kRelease,
     {ERROR_NOT_ENOUGH_MEMORY, ERROR_INVALID_PARAMETER, ERROR_BUFFER_OVERFLOW, ERROR_NO_DATA,
      ERROR_ADDRESS_NOT_ASSOCIATED},
     [](Windows& windows, DWORD error) { ON_CALL(windows, get_adapters_addresses).WillByDefault(Return(error)); }},
    {"GetAdaptersInfo",
     offsetof(Api, get_adapters_info),
     Operation::kRelease,
     {ERROR_INVALID_DATA, ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_BUFFER_OVERFLOW, ERROR_NO_DATA},
     [](Windows& windows, DWORD error) { ON_CALL(windows, get_adapters_info).WillByDefault(Return(error)); }},
    {"GetAdaptersInfo after GetAdaptersAddresses failed with 8",
     offsetof(Api, get_adapters_info),
     Operation::kRelease,
     {ERROR_INVALID_DATA, ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_BUFFER_OVERFLOW, ERROR_NO_DATA},
     [](Windows& windows, DWORD error) {
       ON_CALL(windows, get_adapters_addresses).WillByDefault(Return(ERROR_NOT_ENOUGH_MEMORY));
       ON_CALL(windows, get_adapters_info).WillByDefault(Return(error));
     }},
    {"GetInterfaceInfo after both failed",
     offsetof(Api, get_interface_info),
     Operation::kRelease,
     {ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_INSUFFICIENT_BUFFER, ERROR_NO_DATA},
     [](Windows& windows, DWORD error) {
       leave_the_registry(windows);
       ON_CALL(windows, get_interface_info).WillByDefault(Return(error));
     }},
    {"ConvertInterfaceGuidToLuid after both failed",
     offsetof(Api, convert_interface_guid_to_luid),
     Operation::kRelease,
     {ERROR_INVALID_PARAMETER},
     [](Windows& windows, DWORD error) {
       leave_the_registry(windows);
       ON_CALL(windows, convert_interface_guid_to_luid).WillByDefault(Return(error));
     }},
    {"RegOpenKeyEx after both failed",
     offsetof(Api, reg_open_key),
     Operation::kRelease,
     {ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED},
     [](Windows& windows, DWORD error) {
       leave_the_registry(windows);
       ON_CALL(windows, reg_open_key).WillByDefault(Return(static_cast<LSTATUS>(error)));
     }},
    {"RegEnumKeyEx after both failed",
     offsetof(Api, reg_enum_key),
     Operation::kRelease,
     {ERROR_NO_MORE_ITEMS, ERROR_MORE_DATA, ERROR_ACCESS_DENIED},
     [](Windows& windows, DWORD error) {
       leave_the_registry(windows);
       ON_CALL(windows, reg_enum_key).WillByDefault(Return(static_cast<LSTATUS>(error)));
     }},
    {"RegGetValue after both failed",
     offsetof(Api, reg_get_value),
     Operation::kRelease,
     {ERROR_FILE_NOT_FOUND, ERROR_MORE_DATA, ERROR_INVALID_PARAMETER, ERROR_UNSUPPORTED_TYPE},
     [](Windows& windows, DWORD error) {
       leave_the_registry(windows);
       ON_CALL(windows, reg_get_value).WillByDefault(Return(static_cast<LSTATUS>(error)));
     }},
    {"RegOpenKeyEx of the adapter's key",
     offsetof(Api, reg_open_key),
     Operation::kRelease,
     {ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED, ERROR_BADDB, ERROR_BADKEY, ERROR_CANTOPEN, ERROR_REGISTRY_CORRUPT,
      ERROR_KEY_DELETED},
     [](Windows& windows, DWORD error) {
       ON_CALL(windows, reg_open_key(EndsWith(L"}"))).WillByDefault(Return(static_cast<LSTATUS>(error)));
     }},
    {"OpenSCManager",
     offsetof(Api, open_sc_manager),
     Operation::kRelease,
     {ERROR_ACCESS_DENIED, ERROR_DATABASE_DOES_NOT_EXIST},
     [](Windows& windows, DWORD error) { ON_CALL(windows, open_sc_manager).WillByDefault(Return(error)); }},
    {"OpenService",
     offsetof(Api, open_service),
     Operation::kRelease,
     {ERROR_ACCESS_DENIED, ERROR_INVALID_HANDLE, ERROR_INVALID_NAME, ERROR_SERVICE_DOES_NOT_EXIST},
     [](Windows& windows, DWORD error) { ON_CALL(windows, open_service).WillByDefault(Return(error)); }},
    {"IpReleaseAddress without the service \"Dhcp\"",
     offsetof(Api, open_service),
     Operation::kRelease,
     {ERROR_NOT_SUPPORTED, RPC_S_SERVER_UNAVAILABLE},
     [](Windows& windows, DWORD error) {
       ON_CALL(windows, open_service).WillByDefault(Return(ERROR_SERVICE_DOES_NOT_EXIST));
       ON_CALL(windows, ip_release_address).WillByDefault(Return(error));
     }},
    {"QueryServiceStatus",
     offsetof(Api, query_service_status),
     Operation::kRelease,
     {ERROR_ACCESS_DENIED, ERROR_INVALID_HANDLE},
     [](Windows& windows, DWORD error) {
       windows.dhcp_service_state = SERVICE_STOPPED;
       ON_CALL(windows, query_service_status).WillByDefault(Return(error));
     }},
    {"QueryServiceConfig of a stopped service",
     offsetof(Api, query_service_config),
     Operation::kRelease,
     {ERROR_ACCESS_DENIED, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_HANDLE},
     [](Windows& windows, DWORD error) {
       windows.dhcp_service_state = SERVICE_STOPPED;
       ON_CALL(windows, query_service_config).WillByDefault(Return(error));
     }},
    {"the service \"Dhcp\" is not running",
     offsetof(Api, query_service_status),
     Operation::kRelease,
     {ERROR_SERVICE_NOT_ACTIVE, ERROR_SERVICE_DISABLED},
     [](Windows& windows, DWORD error) {
       windows.dhcp_service_state = SERVICE_STOPPED;
       windows.dhcp_service_start = error == ERROR_SERVICE_DISABLED ? SERVICE_DISABLED : SERVICE_DEMAND_START;
     }},
    {"OpenProcessToken",
     offsetof(Api, open_process_token),
     Operation::kRelease,
     {ERROR_ACCESS_DENIED},
     [](Windows& windows, DWORD error) { ON_CALL(windows, open_process_token).WillByDefault(Return(error)); }},
    {"GetTokenInformation, not elevated",
     offsetof(Api, get_token_information),
     Operation::kRelease,
     {ERROR_ACCESS_DENIED, ERROR_INSUFFICIENT_BUFFER},
     [](Windows& windows, DWORD error) {
       windows.elevated = false;
       ON_CALL(windows, get_token_information).WillByDefault(Return(error));
     }},
    {"the process is not elevated",
     offsetof(Api, get_token_information),
     Operation::kRelease,
     {ERROR_ACCESS_DENIED},
     [](Windows& windows, DWORD) { windows.elevated = false; }},
    {"CreateWellKnownSid, for a network configuration operator",
     offsetof(Api, create_well_known_sid),
     Operation::kRelease,
     {ERROR_INVALID_PARAMETER, ERROR_INSUFFICIENT_BUFFER},
     [](Windows& windows, DWORD error) {
       windows.elevated = false;
       windows.network_operator = true;
       ON_CALL(windows, create_well_known_sid).WillByDefault(Return(error));
     }},
    {"CheckTokenMembership, of a network configuration operator",
     offsetof(Api, check_token_membership),
     Operation::kRelease,
     {ERROR_ACCESS_DENIED, ERROR_INVALID_PARAMETER},
     [](Windows& windows, DWORD error) {
       windows.elevated = false;
       windows.network_operator = true;
       ON_CALL(windows, check_token_membership).WillByDefault(Return(error));
     }},
};

// "5 `ERROR_ACCESS_DENIED`"
std::string answer_text(DWORD error) {
  if (error == ERROR_SUCCESS) return "0";
  const bool is_hresult = FAILED(static_cast<HRESULT>(error));
  const ErrorName* const known = find_error_name(is_hresult ? Domain::kHresult : Domain::kWin32, error);
  EXPECT_NE(known, nullptr) << error;
  const std::string number = fmt::format(fmt::runtime(is_hresult ? "0x{:08X}" : "{}"), error);
  return known == nullptr ? number : fmt::format("{} `{}`", number, known->name);
}

// What a user of `unlease release` on such a machine is told.
std::string row(const Function& function, DWORD error) {
  Windows windows;
  windows.adapters.emplace_back(0U);
  function.answer(windows, error);
  const auto machine = std::make_shared<IpHelperMachine>(windows.api());
  WorkerPool hal(machine);
  const Report report = function.operation == Operation::kRelease ? release_dhcp_lease_all(hal, Options{})
                                                                  : renew_dhcp_lease_all(hal, Options{});
  EXPECT_EQ(windows.open_handles, 0) << function.name << ' ' << error;

  std::string because = "no adapter";
  if (report.enumeration_error) because = describe(*report.enumeration_error);
  if (!report.outcomes.empty()) because = describe(report.outcomes.front().error);
  std::string source = "-";
  if (!machine->details().empty()) source = name(machine->details().front().dhcp_source);
  return fmt::format("| {} | {} | {} | {} | {} |\n", function.name, answer_text(error),
                     fmt::format("{} ({})", value(report.code), name(report.code)), because, source);
}

std::string table() {
  std::string text =
      "# What the functions of Windows answer, and what the user gets\n\n"
      "One Ethernet adapter with a lease, released (renewed, for IpRenewAddress) by `unlease`, where the function in "
      "the\n"
      "first column always answers so. Run with the functions mocked, and compared, by `ctest -R IpHelperErrors`. "
      "Where\n"
      "a look at the service, the token or the registry is itself refused, the release is tried all the same. \"Both\" "
      "are\n"
      "GetAdaptersAddresses, failing with 8, and GetAdaptersInfo, with 50. NotifyUnicastIpAddressChange is not "
      "called:\n"
      "whether an address is gone is seen in snapshots.\n\n"
      "| function | answer | the method returns | because of | DHCP or not, says |\n|---|---|---|---|---|\n";
  for (const Function& function : kFunctions) {
    for (const DWORD error : function.errors) text += row(function, error);
  }
  return text;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(IpHelperErrors, OfEachFunctionOfTheTableAreThere) {
  std::set<std::size_t> members(kHarmless.begin(), kHarmless.end());
  for (const Function& function : kFunctions) members.insert(function.member);
  EXPECT_EQ(members.size(), sizeof(Api) / sizeof(Api::close_handle)) << "a function of Api without a row";
}

TEST(IpHelperErrors, AreThoseOfTheDocument) {
  const std::string path = UNLEASE_SOURCE_DIR "/docs/windows-errors.md";
  const std::string now = table();
  if (std::getenv("UNLEASE_UPDATE_DOCS") != nullptr) std::ofstream(path, std::ios::binary) << now;
  EXPECT_EQ(read(path), now);
}

}  // namespace
}  // namespace unlease::hw::test
