// Every documented error of every function that the backend calls, and what the user gets: docs/windows-errors.md. To
// rewrite that after a change: UNLEASE_UPDATE_DOCS=1 cmake/wine build/windows/tests/iphelper_tests.exe
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
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

// A function, what its documentation and the field know it to answer, and how the mock is made to.
struct Function {
  std::string_view name;
  Operation operation;
  std::vector<DWORD> errors;
  void (*answer)(Windows&, DWORD error);
};

const std::vector<Function>& functions() {
  static const std::vector<Function> kFunctions{
      {"IpReleaseAddress",
       Operation::kRelease,
       {ERROR_SUCCESS, ERROR_ACCESS_DENIED, ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_SEM_TIMEOUT,
        ERROR_PROC_NOT_FOUND, ERROR_SERVICE_NOT_ACTIVE, ERROR_NOT_FOUND, ERROR_ADDRESS_NOT_ASSOCIATED,
        RPC_S_SERVER_UNAVAILABLE, hresult::kNoWriteLock},
       [](Windows& windows, DWORD error) { ON_CALL(windows, ip_release_address).WillByDefault(Return(error)); }},
      {"IpRenewAddress",
       Operation::kRenew,
       {ERROR_SUCCESS, ERROR_ACCESS_DENIED, ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_SEM_TIMEOUT,
        ERROR_PROC_NOT_FOUND, ERROR_NOT_FOUND, RPC_S_SERVER_UNAVAILABLE},
       [](Windows& windows, DWORD error) { ON_CALL(windows, ip_renew_address).WillByDefault(Return(error)); }},
      {"GetInterfaceInfo",
       Operation::kRelease,
       {ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_INSUFFICIENT_BUFFER, ERROR_NO_DATA},
       [](Windows& windows, DWORD error) { ON_CALL(windows, get_interface_info).WillByDefault(Return(error)); }},
      {"GetAdaptersAddresses",
       Operation::kRelease,
       {ERROR_NOT_ENOUGH_MEMORY, ERROR_INVALID_PARAMETER, ERROR_BUFFER_OVERFLOW, ERROR_NO_DATA,
        ERROR_ADDRESS_NOT_ASSOCIATED},
       [](Windows& windows, DWORD error) { ON_CALL(windows, get_adapters_addresses).WillByDefault(Return(error)); }},
      {"GetAdaptersInfo",
       Operation::kRelease,
       {ERROR_INVALID_DATA, ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_BUFFER_OVERFLOW, ERROR_NO_DATA},
       [](Windows& windows, DWORD error) { ON_CALL(windows, get_adapters_info).WillByDefault(Return(error)); }},
      {"GetAdaptersInfo after GetAdaptersAddresses failed with 8",
       Operation::kRelease,
       {ERROR_INVALID_DATA, ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER, ERROR_BUFFER_OVERFLOW, ERROR_NO_DATA},
       [](Windows& windows, DWORD error) {
         ON_CALL(windows, get_adapters_addresses).WillByDefault(Return(ERROR_NOT_ENOUGH_MEMORY));
         ON_CALL(windows, get_adapters_info).WillByDefault(Return(error));
       }},
      {"RegOpenKeyEx after both failed",
       Operation::kRelease,
       {ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED},
       [](Windows& windows, DWORD error) {
         ON_CALL(windows, get_adapters_addresses).WillByDefault(Return(ERROR_NOT_ENOUGH_MEMORY));
         ON_CALL(windows, get_adapters_info).WillByDefault(Return(ERROR_NOT_SUPPORTED));
         ON_CALL(windows, reg_open_key).WillByDefault(Return(static_cast<LSTATUS>(error)));
       }},
      {"RegOpenKeyEx of the adapter's key",
       Operation::kRelease,
       {ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED, ERROR_BADDB, ERROR_BADKEY, ERROR_CANTOPEN, ERROR_REGISTRY_CORRUPT,
        ERROR_KEY_DELETED},
       [](Windows& windows, DWORD error) {
         ON_CALL(windows, reg_open_key(EndsWith(L"}"))).WillByDefault(Return(static_cast<LSTATUS>(error)));
       }},
      {"OpenSCManager",
       Operation::kRelease,
       {ERROR_ACCESS_DENIED, ERROR_DATABASE_DOES_NOT_EXIST},
       [](Windows& windows, DWORD error) { ON_CALL(windows, open_sc_manager).WillByDefault(Return(error)); }},
      {"OpenService",
       Operation::kRelease,
       {ERROR_ACCESS_DENIED, ERROR_INVALID_HANDLE, ERROR_INVALID_NAME, ERROR_SERVICE_DOES_NOT_EXIST},
       [](Windows& windows, DWORD error) { ON_CALL(windows, open_service).WillByDefault(Return(error)); }},
      {"the service \"Dhcp\" is not running",
       Operation::kRelease,
       {ERROR_SERVICE_NOT_ACTIVE, ERROR_SERVICE_DISABLED},
       [](Windows& windows, DWORD error) {
         windows.dhcp_service_state = SERVICE_STOPPED;
         windows.dhcp_service_start = error == ERROR_SERVICE_DISABLED ? SERVICE_DISABLED : SERVICE_DEMAND_START;
       }},
      {"OpenProcessToken",
       Operation::kRelease,
       {ERROR_ACCESS_DENIED},
       [](Windows& windows, DWORD error) { ON_CALL(windows, open_process_token).WillByDefault(Return(error)); }},
      {"the process is not elevated",
       Operation::kRelease,
       {ERROR_ACCESS_DENIED},
       [](Windows& windows, DWORD) { windows.elevated = false; }},
  };
  return kFunctions;
}

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
      "Where "
      "a\n"
      "look at the service, the token or the registry is itself refused, the release is tried all the same.\n\n"
      "| function | answer | the method returns | because of | DHCP or not, says |\n|---|---|---|---|---|\n";
  for (const Function& function : functions()) {
    for (const DWORD error : function.errors) text += row(function, error);
  }
  return text;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(IpHelperErrors, AreThoseOfTheDocument) {
  const std::string path = UNLEASE_SOURCE_DIR "/docs/windows-errors.md";
  const std::string now = table();
  if (std::getenv("UNLEASE_UPDATE_DOCS") != nullptr) std::ofstream(path, std::ios::binary) << now;
  EXPECT_EQ(read(path), now);
}

}  // namespace
}  // namespace unlease::hw::test
