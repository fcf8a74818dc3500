#include "sim/host.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sim/outside.h"
#include "sim/random.h"

namespace unlease::sim {
namespace {

constexpr FaultOn fault_on(Operation operation) {
  return operation == Operation::kRelease ? FaultOn::kRelease : FaultOn::kRenew;
}

// What a DHCP service in that state answers; kRunning and kHung answer nothing of their own.
std::optional<Error> service_error(DhcpService service) {
  constexpr std::uint32_t kErrors[] = {
      0, win32::kServiceNotActive, win32::kServiceDisabled, win32::kServiceDoesNotExist, win32::kRpcCallFailed, 0};
  const std::uint32_t error = kErrors[static_cast<std::size_t>(service)];
  if (error == 0) return std::nullopt;
  return win32_error(Origin::kDhcpService, error);
}

Error registry_error(Registry registry) {
  constexpr std::uint32_t kErrors[] = {0, win32::kAccessDenied, win32::kFileNotFound, win32::kRegistryCorrupt};
  return win32_error(Origin::kRegistry, kErrors[static_cast<std::size_t>(registry)]);
}

Error service_error(Service service, Origin origin) {
  return win32_error(origin, service == Service::kRunning ? win32::kSuccess : win32::kServiceNotActive);
}

// A fault that answers something of its own, rather than delaying what would have happened.
bool has_answer(const FaultSpec& fault) { return fault.error || fault.effect; }

Effect effect_of(const FaultSpec& fault) {
  if (fault.effect) return *fault.effect;
  return fault.error && is_success(*fault.error) ? Effect::kFull : Effect::kNone;
}

// Of all that it says but its chance: that another chance draws the same luck keeps what a lower one met.
std::uint64_t identity_of(const FaultSpec& fault) {
  std::uint64_t hash = identity(fault.adapter.pattern, static_cast<std::uint32_t>(fault.on));
  const std::uint64_t keys[] = {fault.error ? pack(*fault.error) : 0,
                                static_cast<std::uint64_t>(fault.delay.count()),
                                static_cast<std::uint64_t>(effect_of(fault)),
                                fault.hang ? 1U : 0U,
                                fault.nth.value_or(0),
                                fault.times.value_or(0)};
  for (const std::uint64_t key : keys) hash = detail::mix(hash ^ key);
  return hash;
}

// The argument of a late effect's event: the operation, and how many had been begun on its adapter.
std::uint32_t late_effect_of(Operation operation, std::uint32_t begun) {
  return ((begun << 1U) | static_cast<std::uint32_t>(operation)) & Event::kArgumentMask;
}
Operation operation_of(std::uint32_t late_effect) { return static_cast<Operation>(late_effect & 1U); }

}  // namespace

Host::Host(Context& context, Machine& machine)
    : context_(context), machine_(machine), state_(context.scenario.host), adapters_(context.adapters.size()) {
  for (const FaultSpec& fault : context.scenario.faults) faults_.push_back({.who = identity_of(fault)});
}

// Counts the call for the fault, and tells whether the fault meets it.
bool Host::meets(std::size_t fault, FaultOn on, std::uint32_t adapter) {
  const FaultSpec& spec = context_.scenario.faults[fault];
  if (spec.on != on) return false;
  std::uint64_t who = faults_[fault].who;
  std::uint64_t counter = enumerations_;
  if (on != FaultOn::kEnumerate) {
    const AdapterName name = context_.adapters.name(adapter);
    if (!matches(spec.adapter, name)) return false;
    who ^= identity(name.base(), name.ordinal());
    counter = adapters_[adapter].begun;
  }
  FaultState& state = faults_[fault];
  ++state.matched;
  if (state.matched < spec.nth.value_or(1)) return false;
  const std::uint64_t most = spec.times ? *spec.times : (spec.nth ? 1 : UINT64_MAX);
  if (state.met >= most) return false;
  return happens(spec.chance, draw(context_.seed, Concern::kFault, who, counter));
}

std::uint16_t Host::meet_fault(FaultOn on, std::uint32_t adapter) {
  std::uint16_t met = kNoFault;
  for (std::size_t fault = 0; fault < faults_.size(); ++fault) {
    if (!meets(fault, on, adapter) || met != kNoFault) continue;
    met = static_cast<std::uint16_t>(fault);
    ++faults_[fault].met;
    context_.record(TraceKind::kFault, adapter, static_cast<std::uint8_t>(on),
                    has_answer(context_.scenario.faults[fault]) ? 1 : 0, fault);
  }
  return met;
}

Host::Enumeration Host::enumerate() {
  Enumeration result;
  const std::uint16_t met = meet_fault(FaultOn::kEnumerate, kNone);
  ++enumerations_;
  if (met != kNoFault) {
    const FaultSpec& fault = context_.scenario.faults[met];
    result.delay = fault.delay;
    if (fault.error && !is_success(*fault.error)) result.error = fault.error;
  }
  return result;
}

std::uint32_t Host::allocate() {
  if (free_slot_ == kNone) {
    slots_.emplace_back();
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  return std::exchange(free_slot_, slots_[free_slot_].adapter);
}

void Host::wait(std::uint32_t slot, Phase phase, Duration delay) {
  slots_[slot].phase = phase;
  Instant from = context_.now;
  // Otherwise a World that is late on a real wire would do everything that is overdue in one burst. A call's timeout
  // counts from its own beginning all the same, and so includes the lateness.
  if (context_.outside != nullptr && delay > Duration::zero()) from = std::max(from, context_.outside->now());
  context_.queue.push({saturating_add(from, delay), EventKind::kOperation, slot, ++slots_[slot].stamp});
}

OperationId Host::begin(Operation operation, std::uint32_t adapter) {
  assert(last_id_ != UINT32_MAX);
  if (last_id_ == 0) completions_.reserve(adapters_.size());  // for a first wave, which is mostly the only one
  const OperationId id{++last_id_};
  context_.record(TraceKind::kOperationBegan, adapter, static_cast<std::uint8_t>(operation), 0, last_id_);
  const std::uint32_t slot = allocate();
  AdapterView& view = adapters_[adapter];
  const bool busy = view.slot != kNone;
  const std::uint16_t fault = busy ? kNoFault : meet_fault(fault_on(operation), adapter);
  if (!busy) ++view.begun;
  slots_[slot] = {.queued = context_.now,
                  .id = last_id_,
                  .adapter = adapter,
                  .stamp = slots_[slot].stamp,
                  .fault = fault,
                  .operation = operation};
  if (busy) {
    finish(slot, win32_error(Origin::kApi, win32::kBusy));
    return id;
  }
  view.slot = slot;
  const FaultSpec* spec = fault_of(slots_[slot]);
  if (spec != nullptr && spec->delay > Duration::zero()) {
    wait(slot, Phase::kDelayed, spec->delay);
  } else {
    perform(slot);
  }
  return id;
}

const FaultSpec* Host::fault_of(const Slot& slot) const {
  return slot.fault == kNoFault ? nullptr : &context_.scenario.faults[slot.fault];
}

const FaultSpec* Host::script_of(const Slot& slot) const {
  const FaultSpec* fault = fault_of(slot);
  return fault != nullptr && (fault->hang || has_answer(*fault)) ? fault : nullptr;
}

void Host::answer(std::uint32_t slot, Error error) {
  const FaultSpec* script = script_of(slots_[slot]);
  if (script == nullptr) {
    finish(slot, error);
  } else if (script->hang) {
    slots_[slot].phase = Phase::kHung;
  } else {
    finish(slot, script->error.value_or(Error{}));
  }
}

void Host::resume(std::uint32_t slot, std::uint32_t stamp) {
  const Slot& state = slots_[slot];
  if ((state.stamp & Event::kArgumentMask) != stamp) return;
  switch (state.phase) {
    case Phase::kRenewing:
      finish(slot, win32_error(Origin::kApi, win32::kSemTimeout));
      return;
    case Phase::kDelayed:
    case Phase::kServiceHung:
      perform(slot);
      return;
    case Phase::kFree:
    case Phase::kHung:
    case Phase::kLeaving:
      assert(false);
  }
}

void Host::perform(std::uint32_t slot) {
  if (const FaultSpec* script = script_of(slots_[slot])) {
    perform_scripted(slot, effect_of(*script));
    return;
  }
  const AdapterStatus status = machine_.status(slots_[slot].adapter);
  if (const std::optional<Error> error = cause(status)) {
    finish(slot, *error);
    return;
  }
  if (state_.dhcp_service == DhcpService::kHung) {
    slots_[slot].phase = Phase::kServiceHung;
    return;
  }
  if (slots_[slot].operation == Operation::kRelease) {
    perform_release(slot, status);
  } else {
    perform_renew(slot);
  }
}

void Host::perform_scripted(std::uint32_t slot, Effect effect) {
  const std::uint32_t adapter = slots_[slot].adapter;
  if (effect == Effect::kLate) {
    context_.queue.push({context_.now + kLateEffectDelay, EventKind::kLateEffect, adapter,
                         late_effect_of(slots_[slot].operation, adapters_[adapter].begun)});
  }
  const AdapterStatus status = machine_.status(adapter);
  if (effect == Effect::kFull && status.present && status.dhcp) {
    if (slots_[slot].operation == Operation::kRelease) {
      perform_release(slot, status);
      return;
    }
    machine_.renew_client(adapter);
  }
  answer(slot, {});
}

// What refuses the operation before anything has happened.
std::optional<Error> Host::cause(const AdapterStatus& status) const {
  if (hides_dhcp()) return win32_error(Origin::kApi, win32::kNotSupported);
  if (state_.memory == Memory::kExhausted) return win32_error(Origin::kApi, win32::kNotEnoughMemory);
  if (!state_.elevated) return win32_error(Origin::kApi, win32::kAccessDenied);
  if (state_.dhcp_service == DhcpService::kHung) return std::nullopt;
  if (const std::optional<Error> error = service_error(state_.dhcp_service)) return error;
  if (!status.present) return win32_error(Origin::kApi, win32::kNotFound);
  if (!status.dhcp) return provider_error(Origin::kApi, value(ReturnCode::kDhcpNotEnabled));
  if (!status.ip_enabled) return provider_error(Origin::kTcpip, value(ReturnCode::kIpNotEnabled));
  return std::nullopt;
}

bool Host::locked() const { return lock_taken_ < context_.now && context_.now < lock_free_; }

void Host::perform_release(std::uint32_t slot, const AdapterStatus& status) {
  const std::uint32_t adapter = slots_[slot].adapter;
  if (!status.has_lease && !status.has_address) {
    machine_.stop_client(adapter);  // a release ends discovery, too
    answer(slot, win32_error(Origin::kApi, win32::kAddressNotAssociated));
    return;
  }
  if (locked() && script_of(slots_[slot]) == nullptr) {
    finish(slot, hresult_error(Origin::kSettings, hresult::kNoWriteLock));
    return;
  }
  // Without a lease, an earlier release left the address behind: only the rest is to be done.
  slots_[slot].phase = Phase::kLeaving;
  if (!status.has_lease || machine_.send_release(adapter)) take_down(slot, status);
}

void Host::perform_renew(std::uint32_t slot) {
  if (locked()) {
    finish(slot, hresult_error(Origin::kSettings, hresult::kNoWriteLock));
    return;
  }
  wait(slot, Phase::kRenewing, kRenewPatience);
  machine_.renew_client(slots_[slot].adapter);
}

void Host::release_left(std::uint32_t adapter) {
  const std::uint32_t slot = adapters_[adapter].slot;
  if (slot != kNone && slots_[slot].phase == Phase::kLeaving) take_down(slot, machine_.status(adapter));
}

void Host::lease_gained(std::uint32_t adapter) {
  const std::uint32_t slot = adapters_[adapter].slot;
  if (slot == kNone || slots_[slot].phase != Phase::kRenewing) return;
  finish(slot, configure(adapter, machine_.status(adapter), false));
}

// Of `status`, only its settings are looked at: they are the same before and after the DHCPRELEASE.
void Host::take_down(std::uint32_t slot, const AdapterStatus& status) {
  const std::uint32_t adapter = slots_[slot].adapter;
  if (slots_[slot].id == 0 || script_of(slots_[slot]) != nullptr) {
    machine_.remove_address(adapter);
    answer(slot, {});
    return;
  }
  const Error error = configure(adapter, status, true);
  if (is_success(error)) {
    lock_taken_ = context_.now;
    lock_free_ = saturating_add(context_.now, state_.write_lock);
  }
  finish(slot, error);
}

// Rewrites the adapter's configuration; what fails leaves the later steps undone.
Error Host::configure(std::uint32_t adapter, const AdapterStatus& status, bool remove_address) {
  if (const Error error = registry_error(state_.registry); !is_success(error)) return error;
  if (const Error error = settings_error(*status.settings, status.leased); !is_success(error)) return error;
  if (const Error error = service_error(state_.tcpip, Origin::kTcpip); !is_success(error)) return error;
  if (remove_address) machine_.remove_address(adapter);
  if (const Error error = service_error(state_.dns_client, Origin::kDnsClient); !is_success(error)) return error;
  return {};
}

void Host::finish(std::uint32_t slot, Error error) {
  Slot& state = slots_[slot];
  const Slot done = state;
  if (adapters_[done.adapter].slot == slot) adapters_[done.adapter].slot = kNone;
  state.phase = Phase::kFree;
  ++state.stamp;
  state.adapter = std::exchange(free_slot_, slot);
  if (done.id == 0) return;
  context_.record(TraceKind::kOperationEnded, done.adapter, static_cast<std::uint8_t>(done.operation), 0, done.id,
                  pack(error));
  completions_.push_back({.id = OperationId{done.id},
                          .error = error,
                          .queued = done.queued,
                          .started = done.queued,
                          .ended = context_.now});
}

// Where another operation has the adapter by then, that one decides what becomes of the lease. A renewal is nothing
// that anyone waits for once there was another operation.
void Host::late_effect(std::uint32_t adapter, std::uint32_t which) {
  const AdapterStatus status = machine_.status(adapter);
  const AdapterView& view = adapters_[adapter];
  const Operation operation = operation_of(which);
  const bool latest = which == late_effect_of(operation, view.begun);
  const bool hangs = latest && view.slot != kNone && slots_[view.slot].phase == Phase::kHung;
  if ((view.slot != kNone && !hangs) || !status.present || !status.dhcp) return;
  if (operation == Operation::kRenew && !latest) return;
  context_.record(TraceKind::kLateEffect, adapter, static_cast<std::uint8_t>(operation));
  if (operation == Operation::kRenew) {
    machine_.renew_client(adapter);
    return;
  }
  if (hangs) {  // and goes on to do so
    perform_release(view.slot, status);
    return;
  }
  if (!status.has_lease && !status.has_address) {
    machine_.stop_client(adapter);
    return;
  }
  const std::uint32_t slot = allocate();
  slots_[slot] = {.queued = context_.now, .adapter = adapter, .stamp = slots_[slot].stamp};
  adapters_[adapter].slot = slot;
  perform_release(slot, status);
}

void Host::interrupt(std::uint32_t adapter, Error error) {
  const std::uint32_t slot = adapters_[adapter].slot;
  if (slot == kNone) return;
  const Phase phase = slots_[slot].phase;
  if (phase != Phase::kDelayed && phase != Phase::kLeaving && phase != Phase::kRenewing) return;
  const FaultSpec* script = script_of(slots_[slot]);
  if (script != nullptr && script->hang) {
    slots_[slot].phase = Phase::kHung;
    ++slots_[slot].stamp;
  } else {
    finish(slot, error);
  }
}

void Host::apply(const SetSpec::Host& change) {
  const auto set = [](auto& value, const auto& wanted) {
    if (wanted) value = *wanted;
  };
  set(state_.elevated, change.elevated);
  set(state_.dhcp_service, change.dhcp_service);
  set(state_.dns_client, change.dns_client);
  set(state_.tcpip, change.tcpip);
  set(state_.registry, change.registry);
  set(state_.memory, change.memory);
  set(state_.write_lock, change.write_lock);
  if (state_.dhcp_service == DhcpService::kHung) return;
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].phase == Phase::kServiceHung) wait(slot, Phase::kServiceHung, Duration::zero());
  }
}

}  // namespace unlease::sim
