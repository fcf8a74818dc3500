// What went wrong, as the layer below said it: who said it, in which numbering, and the number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace unlease {

// Who reported the error. The mapping to return codes depends on it: a "service not active" of the DHCP client
// service is another documented code than one of TCP/IP.
enum class Origin : std::uint8_t {
  kApi,          // the IP Helper call for the adapter
  kEnumeration,  // listing the adapters
  kDhcpService,  // the DHCP client service
  kDnsClient,    // the DNS client service
  kTcpip,        // the TCP/IP service or driver
  kRegistry,     // the adapter's registry key
  kSettings,     // the adapter's IP settings, validated
  kEngine,       // unlease itself: its own timeout, a verify that failed
};
inline constexpr int kOriginCount = 8;

// Which numbering `Error::value` belongs to.
enum class Domain : std::uint8_t {
  kWin32,     // a system error code (winerror.h), 0 to 0x7FFFFFFF
  kHresult,   // an HRESULT, severity bit set
  kProvider,  // a documented ReturnCode raised as such; never 2-63, 98 or 99
};
inline constexpr int kDomainCount = 3;

// Eight bytes, a plain value. Value 0 is success in every domain.
struct Error {
  Origin origin = Origin::kApi;
  Domain domain = Domain::kWin32;
  std::uint32_t value = 0;

  friend constexpr bool operator==(const Error&, const Error&) = default;
};
static_assert(sizeof(Error) == 8);

constexpr Error win32_error(Origin origin, std::uint32_t value) { return {origin, Domain::kWin32, value}; }
constexpr Error hresult_error(Origin origin, std::uint32_t value) { return {origin, Domain::kHresult, value}; }

// True where a provider may raise `code` as such: documented, and not 98, which only aggregation gives.
constexpr bool is_provider_value(std::uint32_t code) { return code <= 1 || (code >= 64 && code != 98 && code != 99); }
// Precondition: is_provider_value(code).
constexpr Error provider_error(Origin origin, std::uint32_t code) { return {origin, Domain::kProvider, code}; }

// Numbers that the engine or a HAL raises itself; the full list of names is behind find_error_name.
namespace win32 {
inline constexpr std::uint32_t kSuccess = 0;
inline constexpr std::uint32_t kFileNotFound = 2;
inline constexpr std::uint32_t kAccessDenied = 5;
inline constexpr std::uint32_t kNotEnoughMemory = 8;
inline constexpr std::uint32_t kNotSupported = 50;
inline constexpr std::uint32_t kSemTimeout = 121;
inline constexpr std::uint32_t kBusy = 170;
inline constexpr std::uint32_t kNoData = 232;
inline constexpr std::uint32_t kRegistryCorrupt = 1015;
inline constexpr std::uint32_t kServiceDisabled = 1058;
inline constexpr std::uint32_t kServiceDoesNotExist = 1060;
inline constexpr std::uint32_t kServiceNotActive = 1062;
inline constexpr std::uint32_t kNotFound = 1168;
inline constexpr std::uint32_t kAddressNotAssociated = 1228;
inline constexpr std::uint32_t kTimeout = 1460;
inline constexpr std::uint32_t kRpcCallFailed = 1726;
inline constexpr std::uint32_t kSuccessRebootInitiated = 1641;
inline constexpr std::uint32_t kSuccessRebootRequired = 3010;
inline constexpr std::uint32_t kSuccessRestartRequired = 3011;
inline constexpr std::uint32_t kInvalidState = 5023;
}  // namespace win32

namespace hresult {
inline constexpr std::uint32_t kNoWriteLock = 0x8004A024;  // NETCFG_E_NO_WRITE_LOCK
}  // namespace hresult

// An HRESULT of FACILITY_WIN32 with severity 1 (0x8007nnnn) as the Win32 error nnnn it wraps; anything else unchanged,
// 0x80070000 too: nothing makes that one from a failure, and as a Win32 0 it would turn into a success.
Error unwrap_hresult(Error error);

// True for the Win32 codes that mean success with a reboot (1641, 3010, 3011; an HRESULT that wraps one too), and for
// the provider's code 1.
bool is_success_with_reboot(Error error);

// True for those, and for 0.
constexpr bool is_success(Error error) { return error.value == 0 || is_success_with_reboot(error); }

// True for ERROR_NO_DATA, plain or wrapped: from an enumeration it means an empty list.
bool is_no_data(Error error);

// A name of winerror.h, winsock2.h, dhcpsapi.h, wbemcli.h or netcfgx.h.
struct ErrorName {
  std::uint32_t value;
  Domain domain;  // kWin32 or kHresult
  std::string_view name;
  std::string_view meaning;  // a short phrase of ours
};

// All known names, ascending by (domain, value); names of one value stand together. Static storage.
std::span<const ErrorName> error_names();

// By number: the first name of (domain, value), null where we know none. The provider domain has no names here.
const ErrorName* find_error_name(Domain domain, std::uint32_t value);

// By name, exactly: "ERROR_ACCESS_DENIED", "WBEM_E_ACCESS_DENIED". Null where we know none.
const ErrorName* find_error_name(std::string_view name);

std::string_view name(Origin origin);  // "api", "dhcp_service", ...
std::string_view name(Domain domain);  // "win32", "hresult", "provider"

// "ERROR_ACCESS_DENIED (5) from api", "0x8004A024 NETCFG_E_NO_WRITE_LOCK from api", "return code 86 from settings",
// "99999 from api" without a name. An HRESULT that wraps a Win32 error shows that one's name.
std::string describe(Error error);

}  // namespace unlease
