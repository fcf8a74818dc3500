// The return value of the DHCP methods of Win32_NetworkAdapterConfiguration, as Microsoft documents it.
// Source: "ReleaseDHCPLeaseAll method of the Win32_NetworkAdapterConfiguration class", section "Return value".
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace unlease {

// The method's uint32. Every value is representable: 101 and above carry other systems' errors ("Other").
// The enumerators are the documented values; 2-63 and 99 are undocumented and never produced.
enum class ReturnCode : std::uint32_t {
  kSuccess = 0,
  kSuccessRebootRequired = 1,
  kNotSupported = 64,
  kUnknownFailure = 65,
  kInvalidSubnetMask = 66,
  kInstanceError = 67,
  kInvalidInputParameter = 68,
  kTooManyGateways = 69,
  kInvalidIpAddress = 70,
  kInvalidGateway = 71,
  kRegistryError = 72,
  kInvalidDomainName = 73,
  kInvalidHostName = 74,
  kNoWinsServer = 75,
  kInvalidFile = 76,
  kInvalidSystemPath = 77,
  kFileCopyFailed = 78,
  kInvalidSecurityParameter = 79,
  kTcpipServiceError = 80,
  kDhcpServiceError = 81,
  kUnableToRenew = 82,
  kUnableToRelease = 83,
  kIpNotEnabled = 84,
  kIpxNotEnabled = 85,
  kFrameNumberBounds = 86,
  kInvalidFrameType = 87,
  kInvalidNetworkNumber = 88,
  kDuplicateNetworkNumber = 89,
  kParameterOutOfBounds = 90,
  kAccessDenied = 91,
  kOutOfMemory = 92,
  kAlreadyExists = 93,
  kNotFound = 94,
  kUnableToNotifyService = 95,
  kUnableToNotifyDns = 96,
  kInterfaceNotConfigurable = 97,
  kPartial = 98,
  kDhcpNotEnabled = 100,
  kFirstOther = 101,
};

constexpr std::uint32_t value(ReturnCode code) { return static_cast<std::uint32_t>(code); }
constexpr bool is_success(ReturnCode code) { return value(code) <= 1; }
constexpr bool is_other(ReturnCode code) { return value(code) >= value(ReturnCode::kFirstOther); }
// 0, 1, 64-98, 100, and 101-4294967295 as "Other".
constexpr bool is_documented(ReturnCode code) {
  const std::uint32_t v = value(code);
  return v <= 1 || (v >= 64 && v != 99);
}

// A row of Microsoft's table. The row of "Other" covers 101-4294967295, each other row one value.
struct ReturnCodeRow {
  std::uint32_t first;
  std::uint32_t last;
  std::string_view name;     // the page's heading, word for word: "Unable to release DHCP lease"
  std::string_view meaning;  // one or two sentences of ours: what it tells the caller of a release
};

// All rows, ascending. Static storage.
std::span<const ReturnCodeRow> return_code_rows();

// The row that covers `code`; null for the undocumented values.
const ReturnCodeRow* find_row(ReturnCode code);

// "Unable to release DHCP lease"; "undocumented" where no row covers it. Static storage.
std::string_view name(ReturnCode code);

}  // namespace unlease
