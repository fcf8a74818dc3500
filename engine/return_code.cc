#include "engine/return_code.h"

#include <algorithm>
#include <array>

namespace unlease {
namespace {

constexpr ReturnCodeRow row(ReturnCode code, std::string_view name, std::string_view meaning) {
  return {value(code), value(code), name, meaning};
}

constexpr std::array kReturnCodeRows = {
    row(ReturnCode::kSuccess, "Successful completion, no reboot required",
        "Every adapter under DHCP gave its lease back, or there was nothing to do. That a server heard of it is not "
        "said: a DHCPRELEASE has no answer."),
    row(ReturnCode::kSuccessRebootRequired, "Successful completion, reboot required",
        "As 0, but at least one adapter needs a reboot before the change is effective."),
    row(ReturnCode::kNotSupported, "Method not supported on this platform",
        "The system cannot release leases at all. Trying again does not help."),
    row(ReturnCode::kUnknownFailure, "Unknown failure",
        "Something failed and no other code fits; look at each adapter's own error."),
    row(ReturnCode::kInvalidSubnetMask, "Invalid subnet mask",
        "The table is shared with methods that set addresses. On a release: the adapter's stored mask is not valid."),
    row(ReturnCode::kInstanceError, "An error occurred while processing an Instance that was returned",
        "An adapter that had been listed could not be worked on; most likely it went away meanwhile."),
    row(ReturnCode::kInvalidInputParameter, "Invalid input parameter",
        "The layer below did not accept the call, although the method takes no parameters: the adapter's name did not "
        "fit, for instance."),
    row(ReturnCode::kTooManyGateways, "More than 5 gateways specified",
        "Meant for SetGateways. On a release: the adapter's stored settings have too many gateways."),
    row(ReturnCode::kInvalidIpAddress, "Invalid IP address",
        "Meant for methods that set addresses. On a release: an address in the adapter's settings is not valid."),
    row(ReturnCode::kInvalidGateway, "Invalid gateway IP address",
        "Meant for SetGateways. On a release: a gateway in the adapter's settings is not valid."),
    row(ReturnCode::kRegistryError, "An error occurred while accessing the Registry for the requested information",
        "The adapter's settings in the registry could not be read or written; its lease may be half gone."),
    row(ReturnCode::kInvalidDomainName, "Invalid domain name",
        "Meant for SetDNSDomain. On a release: the adapter's stored domain name is not valid."),
    row(ReturnCode::kInvalidHostName, "Invalid host name",
        "Meant for methods that set names. On a release: the host name in the settings is not valid."),
    row(ReturnCode::kNoWinsServer, "No primary/secondary WINS server defined",
        "Meant for SetWINSServer. On a release: the node type asks for WINS, and no WINS server is set."),
    row(ReturnCode::kInvalidFile, "Invalid file",
        "Meant for methods that read files. A release has no file of its own; a file below it was not valid."),
    row(ReturnCode::kInvalidSystemPath, "Invalid system path",
        "Meant for methods that read files. A release has no path of its own; a path below it was not valid."),
    row(ReturnCode::kFileCopyFailed, "File copy failed",
        "Meant for methods that copy files. A release copies none; something below it failed to."),
    row(ReturnCode::kInvalidSecurityParameter, "Invalid security parameter",
        "Meant for IP security. On a release: a security descriptor or identifier below it was not valid."),
    row(ReturnCode::kTcpipServiceError, "Unable to configure TCP/IP service",
        "TCP/IP did not take the change; the address may still be on the adapter."),
    row(ReturnCode::kDhcpServiceError, "Unable to configure DHCP service",
        "The DHCP client service is stopped, disabled or did not answer. Some callers saw the change made all the "
        "same."),
    row(ReturnCode::kUnableToRenew, "Unable to renew DHCP lease",
        "No server gave a lease: none answered in time, or it offered an address that is in use. A release does not "
        "give this."),
    row(ReturnCode::kUnableToRelease, "Unable to release DHCP lease",
        "The release did not come to its end: it timed out, or the address is still there. A dead server is not a "
        "cause, since a release has no answer."),
    row(ReturnCode::kIpNotEnabled, "IP not enabled on adapter",
        "The adapter is under DHCP, but has no IP at the moment: often it is disabled or its link is down."),
    row(ReturnCode::kIpxNotEnabled, "IPX not enabled on adapter",
        "Meant for the IPX methods. A release has no cause for it."),
    row(ReturnCode::kFrameNumberBounds, "Frame/network number bounds error",
        "Meant for the IPX methods. A release has no cause for it."),
    row(ReturnCode::kInvalidFrameType, "Invalid frame type",
        "Meant for the IPX methods. Not to be confused with Win32 error 87, an invalid parameter."),
    row(ReturnCode::kInvalidNetworkNumber, "Invalid network number",
        "Meant for the IPX methods. A release has no cause for it."),
    row(ReturnCode::kDuplicateNetworkNumber, "Duplicate network number",
        "Meant for the IPX methods. A release has no cause for it."),
    row(ReturnCode::kParameterOutOfBounds, "Parameter out of bounds",
        "Meant for methods that set numbers. On a release: a stored setting is outside its range."),
    row(ReturnCode::kAccessDenied, "Access denied",
        "The caller may not release leases: it is not an administrator, or not elevated."),
    row(ReturnCode::kOutOfMemory, "Out of memory", "Memory or another of the system's resources ran out; try again."),
    row(ReturnCode::kAlreadyExists, "Already exists", "Something that was to be created was there before."),
    row(ReturnCode::kNotFound, "Path, file or object not found",
        "Something that belongs to the adapter is missing, its registry key for instance."),
    row(ReturnCode::kUnableToNotifyService, "Unable to notify service",
        "A service that has to hear of the change is not running or did not take it; the release itself may be done."),
    row(ReturnCode::kUnableToNotifyDns, "Unable to notify DNS service",
        "The DNS client service did not hear that the address is gone; the release itself may be done."),
    row(ReturnCode::kInterfaceNotConfigurable, "Interface not configurable",
        "The adapter is busy with an earlier change, or somebody holds on to it; try again later."),
    row(ReturnCode::kPartial, "Not all DHCP leases could be released/renewed",
        "Adapters had different outcomes, and at least one failed. Only each adapter's own outcome says which."),
    row(ReturnCode::kDhcpNotEnabled, "DHCP not enabled on adapter",
        "The adapter's address was set by hand, so there is no lease to release."),
    ReturnCodeRow{value(ReturnCode::kFirstOther), 0xFFFFFFFF, "Other",
                  "An error of another system, passed through: a Win32 error code, or an HRESULT from 2147483648 on "
                  "(shown as a negative number to some callers)."},
};

static_assert(std::ranges::is_sorted(kReturnCodeRows, {}, &ReturnCodeRow::first));

}  // namespace

std::span<const ReturnCodeRow> return_code_rows() { return kReturnCodeRows; }

const ReturnCodeRow* find_row(ReturnCode code) {
  const auto found = std::ranges::lower_bound(kReturnCodeRows, value(code), {}, &ReturnCodeRow::last);
  return found == kReturnCodeRows.end() || found->first > value(code) ? nullptr : &*found;
}

std::string_view name(ReturnCode code) {
  const ReturnCodeRow* found = find_row(code);
  return found == nullptr ? "undocumented" : found->name;
}

}  // namespace unlease
