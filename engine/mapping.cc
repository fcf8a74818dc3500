#include "engine/mapping.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <optional>
#include <utility>

namespace unlease {
namespace {

using enum ReturnCode;
using Values = std::pair<std::uint32_t, std::uint32_t>;  // inclusive

constexpr auto kEither = std::nullopt;  // operation
constexpr auto kAnyone = std::nullopt;  // origin
constexpr auto kRelease = Operation::kRelease;
constexpr auto kRenew = Operation::kRenew;
constexpr Values kAnyFailure = {0, 0xFFFFFFFF};
constexpr Values only(std::uint32_t value) { return {value, value}; }

constexpr MappingRow documented(Values values, ReturnCode code, std::string_view reason) {
  return {kEither, kAnyone, values.first, values.second, code, false, reason};
}
constexpr MappingRow assumed(std::optional<Operation> operation, std::optional<Origin> origin, Values values,
                             ReturnCode code, std::string_view reason) {
  return {operation, origin, values.first, values.second, code, true, reason};
}

// Specific first: successes, which nothing overrides; one origin and one value; values that mean the same whoever
// reports them; whole origins; values.
constexpr MappingRow kMappingRows[] = {
    documented(only(0), kSuccess, "The method's page and every API below it give 0 for success."),
    assumed(kEither, kAnyone, only(1641), kSuccessRebootRequired,
            "The value says success with a restart, as 1 does; no page says that the method translates it."),
    assumed(kEither, kAnyone, {3010, 3011}, kSuccessRebootRequired,
            "The values say success with a restart to come, as 1 does; no page says that the method translates them."),

    assumed(kEither, Origin::kRegistry, {2, 3}, kNotFound,
            "The adapter's registry key is gone: that is an object not found rather than a registry at fault."),
    assumed(kRelease, Origin::kApi, only(1228), kSuccess,
            "Field reports tell of 1228 on adapters that never had a lease; there was nothing to release, unless the "
            "policy no_lease says otherwise."),

    assumed(kEither, kAnyone, only(5), kAccessDenied,
            "Field reports tell of denial as return value 91; no page says where it comes from."),
    assumed(kEither, kAnyone, only(740), kAccessDenied, "A caller who is not elevated lacks a right like any other."),
    assumed(kEither, kAnyone, only(1314), kAccessDenied,
            "A caller without the privilege lacks a right like any other."),

    assumed(kEither, Origin::kRegistry, kAnyFailure, kRegistryError,
            "The page has one code for all trouble with the registry."),
    assumed(kEither, Origin::kDhcpService, kAnyFailure, kDhcpServiceError,
            "The page has one code for all trouble with the DHCP service; field reports tell of it even where the "
            "change was made."),
    assumed(kEither, Origin::kDnsClient, kAnyFailure, kUnableToNotifyDns,
            "The page has one code for all trouble with the DNS service."),
    assumed(kEither, Origin::kTcpip, kAnyFailure, kTcpipServiceError,
            "The page has one code for all trouble with the TCP/IP service."),
    assumed(kRelease, Origin::kEngine, kAnyFailure, kUnableToRelease,
            "Our own timeout, or an address that stayed: the release did not happen as far as we can tell."),
    assumed(kRenew, Origin::kEngine, kAnyFailure, kUnableToRenew,
            "Our own timeout: the renewal did not happen as far as we can tell."),

    assumed(kEither, kAnyone, {2, 3}, kNotFound, "The code's name is that of these errors."),
    assumed(kEither, kAnyone, only(8), kOutOfMemory, "The code's name is that of the error."),
    assumed(kEither, kAnyone, only(14), kOutOfMemory, "The code's name is that of the error."),
    assumed(kEither, kAnyone, only(50), kNotSupported,
            "GetInterfaceInfo documents 50 for systems that do not support it; 64 says the same of the method."),
    assumed(kEither, kAnyone, only(55), kInstanceError, "The device was listed and then went away."),
    assumed(kEither, kAnyone, only(80), kAlreadyExists, "A file that was to be created was there."),
    assumed(kEither, kAnyone, only(87), kInvalidInputParameter,
            "IpReleaseAddress documents 87 for an adapter name that it does not accept; passed on raw it would read as "
            "an invalid frame type."),
    assumed(kEither, kAnyone, only(112), kFileCopyFailed, "A full disk is what usually makes a copy fail."),
    assumed(kEither, kAnyone, only(120), kNotSupported, "A function that is not implemented is not supported."),
    assumed(kRelease, kAnyone, only(121), kUnableToRelease, "The release was given up for lack of an answer."),
    assumed(kRenew, kAnyone, only(121), kUnableToRenew, "No server answered in time."),
    assumed(kEither, kAnyone, only(127), kUnknownFailure,
            "IpReleaseAddress documents 127 as an exception during the request to DHCP, which says no more than 65."),
    assumed(kEither, kAnyone, only(161), kInvalidSystemPath, "The code's name is close to that of the error."),
    assumed(kEither, kAnyone, only(170), kInterfaceNotConfigurable,
            "The adapter has an operation in flight and takes no other."),
    assumed(kEither, kAnyone, only(183), kAlreadyExists, "The code's name is that of the error."),
    assumed(kEither, kAnyone, only(266), kFileCopyFailed, "The copy itself failed."),
    assumed(kEither, kAnyone, only(1006), kInvalidFile, "The code's name is close to that of the error."),
    assumed(kEither, kAnyone, {1009, 1013}, kRegistryError,
            "These values speak of the registry, whoever reports them."),
    assumed(kEither, kAnyone, {1015, 1016}, kRegistryError,
            "These values speak of the registry, whoever reports them; 1014, between, tells of a recovery."),
    assumed(kEither, kAnyone, only(1018), kRegistryError,
            "The registry key is marked for deletion, whoever reports it."),
    assumed(kEither, kAnyone, {1051, 1079}, kUnableToNotifyService,
            "A service other than DHCP, DNS and TCP/IP, which have codes of their own, could not be reached."),
    assumed(kEither, kAnyone, only(1168), kInstanceError, "The adapter was listed and then was not to be found."),
    assumed(kEither, kAnyone, only(1210), kInvalidHostName, "A computer name that is not well formed."),
    assumed(kEither, kAnyone, only(1212), kInvalidDomainName, "The code's name is that of the error."),
    assumed(kEither, kAnyone, {1336, 1338}, kInvalidSecurityParameter,
            "An access list, security identifier or security descriptor is damaged."),
    assumed(kEither, kAnyone, only(1450), kOutOfMemory, "The system's resources ran out, memory among them."),
    assumed(kEither, kAnyone, only(1455), kOutOfMemory, "The page file is too small, so there is no memory to be had."),
    assumed(kRelease, kAnyone, only(1460), kUnableToRelease, "The release was given up at a time limit."),
    assumed(kRenew, kAnyone, only(1460), kUnableToRenew, "The renewal was given up at a time limit."),
    assumed(kEither, kAnyone, only(1722), kDhcpServiceError,
            "The release is an RPC to the DHCP service; there is no server at its other end."),
    assumed(kEither, kAnyone, only(1726), kDhcpServiceError,
            "The release is an RPC to the DHCP service; the service went away during the call."),
    assumed(kEither, kAnyone, only(1753), kDhcpServiceError,
            "The release is an RPC to the DHCP service; the service has not registered its endpoint."),
    assumed(kEither, kAnyone, only(2404), kInterfaceNotConfigurable, "Somebody else is using the device."),
    assumed(kRelease, kAnyone, only(4100), kUnableToRelease,
            "The DHCP client met an address conflict; it could not finish the release."),
    assumed(kRenew, kAnyone, only(4100), kUnableToRenew, "The DHCP client declined the address: another host uses it."),
    assumed(kEither, kAnyone, {9000, 9999}, kUnableToNotifyDns, "The range belongs to DNS, whoever reports it."),
};

bool is_any_failure(const MappingRow& row) { return Values{row.first, row.last} == kAnyFailure; }

// `plain` is unwrapped and not of the provider domain.
bool applies(const MappingRow& row, Operation operation, Error plain) {
  if (row.operation && *row.operation != operation) return false;
  if (row.origin && *row.origin != plain.origin) return false;
  if (is_any_failure(row)) return !is_success(plain);
  // S_OK is the one HRESULT that a row of Win32 values speaks of.
  const bool comparable = plain.domain == Domain::kWin32 || plain.value == win32::kSuccess;
  return comparable && row.first <= plain.value && plain.value <= row.last;
}

ReturnCode provider_code(Error error) {
  assert(is_provider_value(error.value) && "a provider raises documented codes, and never 98");
  return is_provider_value(error.value) ? ReturnCode{error.value} : kUnknownFailure;
}

}  // namespace

std::span<const MappingRow> mapping_rows() { return kMappingRows; }

const MappingRow* find_mapping(Operation operation, Error error) {
  if (error.domain == Domain::kProvider) return nullptr;
  const Error plain = unwrap_hresult(error);
  const auto found =
      std::ranges::find_if(kMappingRows, [&](const MappingRow& row) { return applies(row, operation, plain); });
  return found == std::end(kMappingRows) ? nullptr : &*found;
}

ReturnCode map_error(Operation operation, Error error, const Policies& policies) {
  if (error.domain == Domain::kProvider) return provider_code(error);
  if (const MappingRow* row = find_mapping(operation, error)) {
    // A row that calls a failure a success is the one of the release that had no lease.
    return row->code == kSuccess && !is_success(error) ? policies.no_lease : row->code;
  }
  const std::uint32_t raw = unwrap_hresult(error).value;
  return is_other(ReturnCode{raw}) ? ReturnCode{raw} : kUnknownFailure;
}

ReturnCode map_enumeration_error(Operation operation, Error error) {
  // Without a list of adapters nobody can say that there was no lease.
  return map_error(operation, error, Policies{.no_lease = kUnableToRelease});
}

void Aggregate::add(ReturnCode code) {
  if (is_success(code)) {
    ++succeeded_;
    reboot_ = reboot_ || code == kSuccessRebootRequired;
    return;
  }
  mixed_failures_ = mixed_failures_ || (failed_ > 0 && code != failure_);
  failure_ = code;
  ++failed_;
}

ReturnCode Aggregate::result(const Policies& policies) const {
  if (succeeded_ == 0 && failed_ == 0) return policies.no_dhcp_adapters;
  if (failed_ == 0) return reboot_ ? kSuccessRebootRequired : kSuccess;
  if (succeeded_ == 0 && !mixed_failures_) return failure_;
  return kPartial;
}

}  // namespace unlease
