// The values of a scenario file that are one of a few words, in the order in which the reference shows them.
// scenario_format.cc is the only user.
#pragma once

#include <array>

#include "sim/scenario.h"
#include "sim/scenario_codec.h"

namespace unlease::sim {

inline constexpr std::array kCauses = {Named{"natural", Cause::kNatural}, Named{"modelled", Cause::kModelled},
                                       Named{"injected", Cause::kInjected}};
inline constexpr std::array kHostProfiles = {Named{"windows", HostProfile::kWindows},
                                             Named{"wine8", HostProfile::kWine8}};
inline constexpr std::array kDhcpServices = {
    Named{"running", DhcpService::kRunning},   Named{"stopped", DhcpService::kStopped},
    Named{"disabled", DhcpService::kDisabled}, Named{"absent", DhcpService::kAbsent},
    Named{"crashing", DhcpService::kCrashing}, Named{"hung", DhcpService::kHung}};
inline constexpr std::array kServices = {Named{"running", Service::kRunning}, Named{"stopped", Service::kStopped}};
inline constexpr std::array kRegistries = {Named{"ok", Registry::kOk}, Named{"denied", Registry::kDenied},
                                           Named{"missing", Registry::kMissing}, Named{"corrupt", Registry::kCorrupt}};
inline constexpr std::array kMemories = {Named{"ok", Memory::kOk}, Named{"exhausted", Memory::kExhausted}};
inline constexpr std::array kServerProfiles = {
    Named{"strict", ServerProfile::kStrict}, Named{"kea", ServerProfile::kKea}, Named{"isc", ServerProfile::kIsc},
    Named{"dnsmasq", ServerProfile::kDnsmasq}, Named{"udhcpd", ServerProfile::kUdhcpd}};
inline constexpr std::array kServerStates = {Named{"up", ServerState::kUp}, Named{"down", ServerState::kDown}};
inline constexpr std::array kNodeTypes = {Named{"broadcast", NodeType::kBroadcast}, Named{"peer", NodeType::kPeer},
                                          Named{"mixed", NodeType::kMixed}, Named{"hybrid", NodeType::kHybrid}};
inline constexpr std::array kLinks = {Named{"up", Link::kUp}, Named{"down", Link::kDown},
                                      Named{"disabled", Link::kDisabled}, Named{"removed", Link::kRemoved}};
inline constexpr std::array kLeaseStates = {
    Named{"none", LeaseState::kNone}, Named{"bound", LeaseState::kBound}, Named{"renewing", LeaseState::kRenewing},
    Named{"rebinding", LeaseState::kRebinding}, Named{"expired", LeaseState::kExpired}};
inline constexpr std::array kQuirks = {Named{"option_50", Quirk::kOption50},
                                       Named{"no_ciaddr", Quirk::kNoCiaddr},
                                       Named{"source_zero", Quirk::kSourceZero},
                                       Named{"address_first", Quirk::kAddressFirst},
                                       Named{"timer_after_release", Quirk::kTimerAfter},
                                       Named{"release_twice", Quirk::kReleaseTwice},
                                       Named{"no_release", Quirk::kNoRelease},
                                       Named{"wrong_server_id", Quirk::kWrongServerId},
                                       Named{"old_address", Quirk::kOldAddress}};
inline constexpr std::array kFaultOns = {Named{"enumerate", FaultOn::kEnumerate}, Named{"release", FaultOn::kRelease},
                                         Named{"renew", FaultOn::kRenew}};
inline constexpr std::array kEffects = {Named{"none", Effect::kNone}, Named{"full", Effect::kFull},
                                        Named{"late", Effect::kLate}};
inline constexpr std::array kCalls = {
    Named{"ReleaseDHCPLeaseAll", Call::kReleaseDhcpLeaseAll}, Named{"RenewDHCPLeaseAll", Call::kRenewDhcpLeaseAll},
    Named{"ReleaseDHCPLease", Call::kReleaseDhcpLease}, Named{"RenewDHCPLease", Call::kRenewDhcpLease}};
inline constexpr std::array kDecisions = {
    Named{"completed", Decision::kCompleted}, Named{"timed_out", Decision::kTimedOut},
    Named{"vanished", Decision::kVanished},   Named{"unverified", Decision::kUnverified},
    Named{"skipped", Decision::kSkipped},     Named{"not_started", Decision::kNotStarted}};
// A disagreement without a cause breaks an invariant, so that nobody expects it: its place is that of none.
inline constexpr auto kLedgerCauses = [] {
  std::array<Named<LeaseFate>, kLeaseFates.size()> causes{};
  for (std::size_t i = 0; i < causes.size(); ++i) causes[i] = {kLeaseFates[i].name, static_cast<LeaseFate>(i)};
  causes[static_cast<std::size_t>(LeaseFate::kUnknown)].name = "none";
  return causes;
}();
inline constexpr std::array kNoAdapterPolicies = {Named{"success", ReturnCode::kSuccess},
                                                  Named{"100", ReturnCode::kDhcpNotEnabled}};
inline constexpr std::array kNoLeasePolicies = {Named{"success", ReturnCode::kSuccess},
                                                Named{"83", ReturnCode::kUnableToRelease}};
inline constexpr std::array kIpDisabledPolicies = {Named{"84", false}, Named{"skip", true}};

template <>
struct Codec<Cause> : Choice<Cause, kCauses> {};
template <>
struct Codec<HostProfile> : Choice<HostProfile, kHostProfiles> {};
template <>
struct Codec<DhcpService> : Choice<DhcpService, kDhcpServices> {};
template <>
struct Codec<Service> : Choice<Service, kServices> {};
template <>
struct Codec<Registry> : Choice<Registry, kRegistries> {};
template <>
struct Codec<Memory> : Choice<Memory, kMemories> {};
template <>
struct Codec<ServerProfile> : Choice<ServerProfile, kServerProfiles> {};
template <>
struct Codec<ServerState> : Choice<ServerState, kServerStates> {};
template <>
struct Codec<NodeType> : Choice<NodeType, kNodeTypes> {};
template <>
struct Codec<Link> : Choice<Link, kLinks> {};
template <>
struct Codec<LeaseState> : Choice<LeaseState, kLeaseStates> {};
template <>
struct Codec<Quirk> : Choice<Quirk, kQuirks> {};
template <>
struct Codec<FaultOn> : Choice<FaultOn, kFaultOns> {};
template <>
struct Codec<Effect> : Choice<Effect, kEffects> {};
template <>
struct Codec<Call> : Choice<Call, kCalls> {};
template <>
struct Codec<LeaseFate> : Choice<LeaseFate, kLedgerCauses> {};
template <>
struct Codec<Decision> : Choice<Decision, kDecisions> {};

}  // namespace unlease::sim
