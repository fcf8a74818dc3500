#include "apps/unlease/advice.h"

#include <algorithm>

#include "engine/error.h"

namespace unlease::app {
namespace {

constexpr std::string_view kNotOfARelease =
    "Nobody that we know of on a release: the table is shared by 35 methods, and this code belongs to those that set "
    "something. Only a provider that raises it by itself gives it.";
constexpr std::string_view kReportTheProvider =
    "Look at what answers in place of Windows' own provider: the number is not explained by the machine's state.";
constexpr std::string_view kLookBelow =
    "Look at the adapter's own error, in --json or --trace, or in the machine's event log; check the system's files "
    "with "
    "`sfc /scannow`.";
constexpr std::string_view kIpx =
    "Nobody today: IPX left Windows with Vista. Only a provider that raises it by itself, or the misreading of a Win32 "
    "error with the same number, gives it.";
constexpr std::string_view kCheckTheReading =
    "Make sure that the number is the method's ReturnValue and not a Win32 error of the same value; see the other "
    "reading.";
constexpr std::string_view kFixTheServer =
    "Correct the option on the DHCP server, renew, and release again; until then `ipconfig /release` on the one "
    "adapter may still work.";

constexpr std::uint32_t v(ReturnCode code) { return value(code); }
constexpr Advice only(ReturnCode code, std::string_view met_by, std::string_view remedy) {
  return {v(code), v(code), met_by, remedy};
}

using enum ReturnCode;

constexpr Advice kRows[] = {
    only(kSuccess,
         "Everybody whose adapters all gave up their leases, and also who had none to give up. It says nothing of the "
         "server: a release gets no answer and is not sent twice, so a dead server is a success too.",
         "Nothing. Where it matters that the address is free again, ask the DHCP server."),
    only(kSuccessRebootRequired,
         "Whoever has an adapter whose driver or stack takes changes only with a restart (Win32 1641, 3010, 3011).",
         "Restart before relying on the new state. Test for 0 and 1, not for 0 alone."),
    {2, 63,
     "Nobody: the page has no such value, and unlease never returns one. Seen in a script, it is most likely a Win32 "
     "error from another call.",
     kCheckTheReading},
    only(kNotSupported, "Whoever runs on a system without the call: Wine 8 answers every release so (Win32 50).",
         "Run it on Windows. Do not try again."),
    only(kUnknownFailure,
         "Whoever meets an error below 101 that has no code of its own, such as ERROR_GEN_FAILURE (31) from a driver; "
         "also an exception in the DHCP client (Win32 127).",
         "Look at the adapter's own error, in --json or --trace, or in the machine's event log under Dhcp-Client. "
         "Updating the driver or disabling and enabling the adapter often helps."),
    only(
        kInvalidSubnetMask,
        "Whoever got a lease whose mask (option 1) has holes or is zero, as we model it: the settings are checked when "
        "they are rewritten.",
        kFixTheServer),
    only(kInstanceError,
         "Whoever pulls a dock, a USB or a virtual adapter in the middle of the call: it was listed and then was gone.",
         "List the adapters again and repeat the call."),
    only(kInvalidInputParameter,
         "Callers of the IP Helper API that pass a name of the wrong form (Win32 87). The method itself takes no "
         "parameters, so a script meets it only through a damaged adapter entry.",
         "Pass the name that GetInterfaceInfo gives. From a script: remove and detect the adapter again."),
    only(kTooManyGateways, "Whoever has more than five gateways on an adapter, by hand or by option 3 of the lease.",
         "Leave at most five gateways, on the adapter or on the server."),
    only(
        kInvalidIpAddress,
        "Whoever was leased an address that no host can have, such as one of 224.0.0.0 and above, from a server with a "
        "wrong pool.",
        kFixTheServer),
    only(kInvalidGateway, "Whoever has a gateway that no host can have, by hand or by option 3 of the lease.",
         "Correct the gateway on the adapter or on the server."),
    only(kRegistryError,
         "Whoever cannot read or write the adapter's registry key: hardened permissions, security software, a damaged "
         "hive.",
         "Restore the permissions below HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces; for "
         "damage, remove the adapter in the Device Manager and detect it again."),
    only(kInvalidDomainName,
         "Whoever got a lease whose domain name (option 15) is not a valid name: spaces, underscores, empty labels.",
         kFixTheServer),
    only(kInvalidHostName,
         "Whoever has a computer name that DNS does not allow: a space, an underscore, a hyphen at an end.",
         "Rename the machine within letters, digits and inner hyphens."),
    only(kNoWinsServer,
         "Whoever has the NetBIOS node type P (peer) without a WINS server, by hand or by option 46 of the lease.",
         "Use the hybrid node type, or name a WINS server."),
    only(kInvalidFile,
         "Hardly anybody on a release, which has no file of its own: something below it met one that is not valid "
         "(Win32 1006).",
         kLookBelow),
    only(kInvalidSystemPath,
         "Hardly anybody on a release, which has no path of its own: something below it met one that is not valid "
         "(Win32 161).",
         kLookBelow),
    only(kFileCopyFailed,
         "Whoever's disk is full (Win32 112); a release itself copies nothing, but something below it may (Win32 266).",
         "Free space on the system disk, and try again."),
    only(kInvalidSecurityParameter,
         "Hardly anybody on a release: an access list, identifier or descriptor below it is damaged (Win32 1336 to "
         "1338).",
         kLookBelow),
    only(kTcpipServiceError,
         "Whoever's TCP/IP stack does not take the change: a filter driver or VPN client in its way, a stack half "
         "removed.",
         "Restart; then `netsh int ip reset`, and look for filter drivers on the adapter."),
    only(kDhcpServiceError,
         "Whoever's DHCP client service is stopped, disabled, gone, or crashed during the call; hardened images often "
         "have it disabled. Some saw the change made all the same.",
         "Start the service: `sc query dhcp`, `sc config dhcp start= auto`, `net start dhcp`. Check the address before "
         "trying again."),
    only(
        kUnableToRenew,
        "Callers of the renewing methods for whom no server answers, or whose new address another host uses. A release "
        "does not give it.",
        "See that a DHCP server is reachable: link, VLAN, relay, free addresses in the pool."),
    only(kUnableToRelease,
         "Whoever's release does not come to its end: the DHCP client hangs, a time limit passed, or the address is "
         "still there afterwards. A dead DHCP server is not a cause, for a release waits for no answer.",
         "Look at which adapter it is and whether its address is gone; restart the DHCP client service, then try "
         "again."),
    only(
        kIpNotEnabled,
        "Whoever has a disabled adapter, or one without a link, that is under DHCP: docks, Wi-Fi switched off, virtual "
        "switches. Loops over all adapters break on it.",
        "Filter on IPEnabled, or let such adapters be skipped: ip_disabled = \"skip\"."),
    only(kIpxNotEnabled, kIpx, kCheckTheReading),
    only(kFrameNumberBounds, kIpx, kCheckTheReading),
    only(kInvalidFrameType, kIpx, kCheckTheReading),
    only(kInvalidNetworkNumber, kIpx, kCheckTheReading),
    only(kDuplicateNetworkNumber, kIpx, kCheckTheReading),
    only(kParameterOutOfBounds, kNotOfARelease, kReportTheProvider),
    only(kAccessDenied,
         "Whoever is not elevated, or is not in Administrators or Network Configuration Operators; remote callers with "
         "a filtered token. The denial is this number, not an HRESULT of the call.",
         "Run it elevated. From remote: an account with full administrative rights there."),
    only(kOutOfMemory, "Whoever's machine has no memory, page file or other resource left at that moment.",
         "Free memory and try again; look for the process that leaks."),
    only(kAlreadyExists,
         "Hardly anybody on a release: something below it wanted to create what was there (Win32 80, 183).",
         "Try again once; then look at the adapter's own error."),
    only(kNotFound,
         "Whoever has an adapter that is half removed: it is listed, its registry key is gone; ghosts of virtual and "
         "USB "
         "adapters.",
         "Remove the ghost in the Device Manager (show hidden devices), and detect the hardware again."),
    only(kUnableToNotifyService,
         "Whoever's service other than DHCP, DNS and TCP/IP is stopped, disabled or stuck when it should hear of the "
         "change. The release itself may be done.",
         "See which service the adapter's own error (1051 to 1079) tells of, and start it."),
    only(kUnableToNotifyDns,
         "Whoever has the DNS client service stopped or disabled, a common tuning tip. The address is gone; the name "
         "may still be registered.",
         "Start the DNS client service; `ipconfig /registerdns` once there is a new address."),
    only(kInterfaceNotConfigurable,
         "Whoever calls while an earlier release or renewal of the same adapter is under way, or while somebody else "
         "holds the device (Win32 170, 2404).",
         "Wait until the earlier call has returned, and try again."),
    only(kPartial,
         "Whoever has several adapters of which not all could be released, or that failed for different reasons. The "
         "number hides which and why, and no page says how it is formed: unlease's rule is an assumption.",
         "Look at each adapter: `unlease release --scenario FILE`, --json, or the instance method ReleaseDHCPLease one "
         "by one."),
    {99, 99, "Nobody: the page leaves this value out, and unlease never returns it.", kCheckTheReading},
    only(kDhcpNotEnabled,
         "Callers of the instance method on an adapter whose address is set by hand; with ReleaseDHCPLeaseAll, whoever "
         "has an adapter that left DHCP during the call, or a policy that calls 'no target' an error.",
         "Filter on DHCPEnabled. There is nothing to release."),
    {101, hresult::kNoWriteLock - 1,
     "Whoever meets an error that has no code of its own: a Win32 error as it is, or an HRESULT from 0x80000000 on. "
     "Callers that decode only the table's values report it as unknown.",
     "Read it as a Win32 error or an HRESULT, as below, and follow that."},
    {hresult::kNoWriteLock, hresult::kNoWriteLock,
     "Whoever calls shortly after another change of the network configuration: someone else, often an earlier release, "
     "a VPN client or an open connection dialog, holds its write lock.",
     "Wait a few seconds and try again; close what is changing network settings."},
    {hresult::kNoWriteLock + 1, 0xFFFFFFFF,
     "Whoever meets a COM or WMI error below the method. COM clients that read the number as signed see it negative.",
     "Read it as an HRESULT, as below, and follow that."},
};

constexpr bool covers_every_number() {
  std::uint64_t next = 0;
  for (const Advice& row : kRows) {
    if (row.first != next || row.last < row.first) return false;
    next = std::uint64_t{row.last} + 1;
  }
  return next == std::uint64_t{1} << 32U;
}
static_assert(covers_every_number());

}  // namespace

std::span<const Advice> advice_rows() { return kRows; }

const Advice& advice(ReturnCode code) { return *std::ranges::lower_bound(kRows, value(code), {}, &Advice::last); }

}  // namespace unlease::app
