// The Windows around the adapters: what an operation meets on its way, in order, and what a script answers instead.
//
// The order of causes: memory, elevation, the DHCP service, the adapter gone, not under DHCP, without IP, no lease, the
// configuration lock; then, after the DHCPRELEASE left or the ACK came, the four steps of rewriting the configuration:
// registry, settings, TCP/IP, DNS client. *Assumed*: nobody documents it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "engine/error.h"
#include "engine/hal.h"
#include "sim/context.h"
#include "sim/scenario.h"
#include "sim/settings.h"

namespace unlease::sim {

// How long after its answer a fault's late effect happens.
inline constexpr Duration kLateEffectDelay = std::chrono::seconds(1);
// How long Windows tries to renew before it gives up.
inline constexpr Duration kRenewPatience = std::chrono::seconds(60);

struct AdapterStatus {
  bool present = false;
  bool dhcp = false;
  bool ip_enabled = false;
  bool has_lease = false;
  bool has_address = false;
  const AdapterSettingsSpec* settings = nullptr;
  LeasedSettings leased;
};

// What the host can see of, and do to, an adapter and its DHCP client.
class Machine {
 public:
  virtual AdapterStatus status(std::uint32_t adapter) const = 0;
  // Ends the lease with a DHCPRELEASE. True: it has left, or never will. False: it waits for its next hop, and
  // Host::release_left() follows. Precondition: it has a lease.
  virtual bool send_release(std::uint32_t adapter) = 0;
  // Discovery and timers end; an address stays.
  virtual void stop_client(std::uint32_t adapter) = 0;
  // Host::lease_gained() follows when it succeeds.
  virtual void renew_client(std::uint32_t adapter) = 0;
  virtual void remove_address(std::uint32_t adapter) = 0;

 protected:
  ~Machine() = default;
};

class Host {
 public:
  // Keeps references to both.
  Host(Context& context, Machine& machine);

  // What listing the adapters takes and, where it fails, says. Each call counts for the faults on it.
  struct Enumeration {
    Duration delay{0};
    std::optional<Error> error;
  };
  Enumeration enumerate();
  // Wine never says that an adapter is under DHCP.
  bool hides_dhcp() const { return context_.scenario.run.profile == HostProfile::kWine8; }

  // What takes no time is done at once, and its completion waits to be taken.
  OperationId begin(Operation operation, std::uint32_t adapter);
  // All that completed and was not taken yet, in order of `ended`.
  std::vector<Completion>& completions() { return completions_; }

  // What happens to operations under way.
  void resume(std::uint32_t slot, std::uint32_t stamp);          // EventKind::kOperation
  void late_effect(std::uint32_t adapter, std::uint32_t which);  // EventKind::kLateEffect
  void release_left(std::uint32_t adapter);
  void lease_gained(std::uint32_t adapter);
  // The adapter went, or is under DHCP no more: an operation ends with `error`, unless a fault hangs it.
  void interrupt(std::uint32_t adapter, Error error);

  void apply(const SetSpec::Host& change);

  // How often the fault of that ordinal was met.
  std::uint64_t fault_count(std::size_t fault) const { return faults_[fault].met; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::uint16_t kNoFault = 0xFFFF;

  enum class Phase : std::uint8_t {
    kFree,         // the slot is
    kDelayed,      // waits for its event
    kHung,         // by a fault: for ever
    kServiceHung,  // until the DHCP service is not hung any more
    kLeaving,      // its DHCPRELEASE waits for the next hop
    kRenewing,
  };
  // Of an operation under way: 24 bytes, for there may be a million.
  struct Slot {
    Instant queued;
    std::uint32_t id = 0;       // 0: a late effect, for which nobody waits
    std::uint32_t adapter = 0;  // in a free slot: the next free one
    std::uint32_t stamp = 0;
    std::uint16_t fault = kNoFault;
    Operation operation{};
    Phase phase{};
  };
  static_assert(sizeof(Slot) == 24);
  struct AdapterView {
    std::uint32_t slot = kNone;
    std::uint32_t begun = 0;  // operations, for chance
  };
  struct FaultState {
    std::uint64_t matched = 0;
    std::uint64_t met = 0;
    std::uint64_t who = 0;  // for chance: made of what it says, not of where it stands
  };

  std::uint16_t meet_fault(FaultOn on, std::uint32_t adapter);
  bool meets(std::size_t fault, FaultOn on, std::uint32_t adapter);
  std::uint32_t allocate();
  void wait(std::uint32_t slot, Phase phase, Duration delay);
  void perform(std::uint32_t slot);
  void perform_scripted(std::uint32_t slot, Effect effect);
  std::optional<Error> cause(const AdapterStatus& status) const;
  bool locked() const;
  void perform_release(std::uint32_t slot, const AdapterStatus& status);
  void perform_renew(std::uint32_t slot);
  void take_down(std::uint32_t slot, const AdapterStatus& status);
  Error configure(std::uint32_t adapter, const AdapterStatus& status, bool remove_address);
  void finish(std::uint32_t slot, Error error);
  const FaultSpec* fault_of(const Slot& slot) const;
  // The fault that says how the operation ends; null where what would have happened anyway does.
  const FaultSpec* script_of(const Slot& slot) const;
  // Ends the operation, unless its script lets it hang.
  void answer(std::uint32_t slot, Error error);

  Context& context_;
  Machine& machine_;
  HostSpec state_;
  std::vector<AdapterView> adapters_;
  std::deque<Slot> slots_;
  std::uint32_t free_slot_ = kNone;
  std::vector<FaultState> faults_;
  std::vector<Completion> completions_;
  std::uint32_t last_id_ = 0;
  std::uint64_t enumerations_ = 0;
  Instant lock_taken_ = kNever;  // the write lock is held after this, until lock_free_
  Instant lock_free_ = Instant::min();
};

}  // namespace unlease::sim
