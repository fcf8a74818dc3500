#include "sim/ledger.h"

#include <array>

namespace unlease::sim {
namespace {

// In the order of DropReason.
constexpr std::array<LeaseFate, kDropReasonCount> kDropFates{
    LeaseFate::kUnknown,    LeaseFate::kLost,       LeaseFate::kPartitioned,
    LeaseFate::kLinkDown,   LeaseFate::kUnresolved, LeaseFate::kAddressGone,
    LeaseFate::kServerDown, LeaseFate::kNoReceiver, LeaseFate::kMalformed};

// In the order of ReleaseVerdict.
constexpr std::array<LeaseFate, kReleaseVerdictCount> kVerdictFates{LeaseFate::kAccepted, LeaseFate::kServerPolicy,
                                                                    LeaseFate::kServerPolicy, LeaseFate::kWrongServerId,
                                                                    LeaseFate::kWrongServerId};

constexpr std::array<std::string_view, 3> kHolderNames{"both", "server", "client"};

}  // namespace

std::string_view name(HeldBy holder) { return kHolderNames[static_cast<std::size_t>(holder)]; }
LeaseFate fate_of(DropReason reason) { return kDropFates[static_cast<std::size_t>(reason)]; }
LeaseFate fate_of(ReleaseVerdict verdict) { return kVerdictFates[static_cast<std::size_t>(verdict)]; }

}  // namespace unlease::sim
