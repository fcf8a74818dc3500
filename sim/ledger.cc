#include "sim/ledger.h"

#include <array>

namespace unlease::sim {
namespace {

constexpr std::array<std::string_view, kLeaseFateCount> kFateNames{
    "unknown",       "in_flight",   "accepted",         "lost",
    "partitioned",   "link_down",   "unresolved",       "address_gone",
    "server_down",   "no_receiver", "malformed",        "wrong_server_id",
    "server_policy", "not_sent",    "adapter_removed",  "dhcp_switched_off",
    "expired",       "refused",     "shared_client_id", "unacknowledged"};

// In the order of DropReason.
constexpr std::array<LeaseFate, kDropReasonCount> kDropFates{
    LeaseFate::kUnknown,    LeaseFate::kLost,       LeaseFate::kPartitioned,
    LeaseFate::kLinkDown,   LeaseFate::kUnresolved, LeaseFate::kAddressGone,
    LeaseFate::kServerDown, LeaseFate::kNoReceiver, LeaseFate::kMalformed};

// In the order of ReleaseVerdict.
constexpr std::array<LeaseFate, kReleaseVerdictCount> kVerdictFates{LeaseFate::kAccepted, LeaseFate::kServerPolicy,
                                                                    LeaseFate::kServerPolicy, LeaseFate::kWrongServerId,
                                                                    LeaseFate::kWrongServerId};

}  // namespace

std::string_view name(LeaseFate fate) { return kFateNames[static_cast<std::size_t>(fate)]; }
LeaseFate fate_of(DropReason reason) { return kDropFates[static_cast<std::size_t>(reason)]; }
LeaseFate fate_of(ReleaseVerdict verdict) { return kVerdictFates[static_cast<std::size_t>(verdict)]; }

}  // namespace unlease::sim
