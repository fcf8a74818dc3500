#include "engine/error.h"

#include <cassert>

#include <fmt/format.h>

#include "engine/return_code.h"

namespace unlease {
namespace {

// An HRESULT: severity in bit 31, the facility in bits 16 to 26, the code in bits 0 to 15. The four bits between are
// zero in everything that HRESULT_FROM_WIN32 makes.
constexpr std::uint32_t kWrappedWin32 = 0x80070000;
constexpr std::uint32_t kAllButCode = 0xFFFF0000;

std::string describe_win32(std::uint32_t value) {
  const ErrorName* known = find_error_name(Domain::kWin32, value);
  return known == nullptr ? fmt::format("{}", value) : fmt::format("{} ({})", known->name, value);
}

std::string describe_hresult(Error error) {
  const Error plain = unwrap_hresult(error);
  const ErrorName* known = find_error_name(plain.domain, plain.value);
  return known == nullptr ? fmt::format("0x{:08X}", error.value) : fmt::format("0x{:08X} {}", error.value, known->name);
}

std::string describe_value(Error error) {
  switch (error.domain) {
    case Domain::kWin32:
      return describe_win32(error.value);
    case Domain::kHresult:
      return describe_hresult(error);
    case Domain::kProvider:
      return fmt::format("return code {}", error.value);
  }
  assert(false && "not a Domain");
  return "?";
}

}  // namespace

Error unwrap_hresult(Error error) {
  if (error.domain != Domain::kHresult || (error.value & kAllButCode) != kWrappedWin32) return error;
  const std::uint32_t code = error.value & ~kAllButCode;
  // A wrapped 0 says "failed" outside and "succeeded" inside. The failure must not get lost.
  if (code == 0) return error;
  return win32_error(error.origin, code);
}

bool is_no_data(Error error) {
  const Error plain = unwrap_hresult(error);
  return plain.domain == Domain::kWin32 && plain.value == win32::kNoData;
}

bool is_success_with_reboot(Error error) {
  if (error.domain == Domain::kProvider) return ReturnCode{error.value} == ReturnCode::kSuccessRebootRequired;
  const Error plain = unwrap_hresult(error);
  return plain.domain == Domain::kWin32 &&
         (plain.value == win32::kSuccessRebootInitiated || plain.value == win32::kSuccessRebootRequired ||
          plain.value == win32::kSuccessRestartRequired);
}

std::string_view name(Origin origin) {
  switch (origin) {
    case Origin::kApi:
      return "api";
    case Origin::kEnumeration:
      return "enumeration";
    case Origin::kDhcpService:
      return "dhcp_service";
    case Origin::kDnsClient:
      return "dns_client";
    case Origin::kTcpip:
      return "tcpip";
    case Origin::kRegistry:
      return "registry";
    case Origin::kSettings:
      return "settings";
    case Origin::kEngine:
      return "engine";
  }
  assert(false && "not an Origin");
  return "?";
}

std::string_view name(Domain domain) {
  switch (domain) {
    case Domain::kWin32:
      return "win32";
    case Domain::kHresult:
      return "hresult";
    case Domain::kProvider:
      return "provider";
  }
  assert(false && "not a Domain");
  return "?";
}

std::string describe(Error error) { return fmt::format("{} from {}", describe_value(error), name(error.origin)); }

}  // namespace unlease
