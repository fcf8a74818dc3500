// The hardware abstraction layer: everything the engine knows of a machine.
//
// The shape is "submit and wait". begin() starts an operation and returns; wait() gives back what has completed. So the
// engine is one plain loop without callbacks, locks or threads, ten thousand releases in flight cost no thread, and a
// simulator needs no hook for its virtual time: it advances inside wait(). A blocking API fits behind this with a
// pool of workers.
//
// Rules that hold for every Hal (tests/contract runs them over each):
//   1. All calls come from one thread. Nothing is called back.
//   2. Each begin() yields at most one Completion, and it is never returned by a wait() that preceded the begin().
//   3. Completion::queued <= started <= ended, and ended <= now() when wait() returns it.
//   4. Completions come in order of `ended`; those of one instant come together, in one batch.
//   5. now() never goes back.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "engine/error.h"
#include "engine/time.h"

namespace unlease {

// The identity of an adapter, the only one that outlives a snapshot: interface indexes are reused, names are changed.
struct Guid {
  std::array<std::uint8_t, 16> bytes{};

  friend constexpr auto operator<=>(const Guid&, const Guid&) = default;
};

// "{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}", upper case; the first eight bytes are printed in order, as stored.
std::string to_string(const Guid& guid);

// An IPv4 address, in host order: 10.0.0.1 is 0x0A000001. 0.0.0.0 means "none" wherever an address may be absent.
struct Ipv4 {
  std::uint32_t value = 0;

  constexpr bool is_none() const { return value == 0; }
  friend constexpr auto operator<=>(const Ipv4&, const Ipv4&) = default;
};

std::string to_string(Ipv4 address);  // "10.0.0.1"

// An adapter's name without an allocation: `base` alone, or "base ordinal" where ordinal > 0. 16 bytes, for there may
// be a million. The text of `base` lives as long as the Hal.
class AdapterName {
 public:
  constexpr AdapterName() = default;
  // Precondition: `base` has less than 4 GiB.
  constexpr explicit AdapterName(std::string_view base, std::uint32_t ordinal = 0)
      : text_(base.data()), size_(static_cast<std::uint32_t>(base.size())), ordinal_(ordinal) {}

  constexpr std::string_view base() const { return {text_, size_}; }
  constexpr std::uint32_t ordinal() const { return ordinal_; }

 private:
  const char* text_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t ordinal_ = 0;
};

std::string to_string(AdapterName name);  // "Ethernet 17"

// What kind of interface it is, as far as the method cares: only kEthernet can be a target.
enum class AdapterKind : std::uint8_t { kEthernet, kLoopback, kTunnel, kReceiveOnly };

// One adapter of a snapshot.
struct Adapter {
  Guid guid;
  AdapterName name;
  std::uint32_t interface_index = 0;
  Ipv4 address;               // the IPv4 address it has from DHCP or by hand; none if it has none
  bool dhcp_enabled = false;  // the adapter is configured by DHCP
  bool ipv4_enabled = true;   // IPv4 is bound to it and its link is up: what WMI calls IPEnabled
  AdapterKind kind = AdapterKind::kEthernet;
};

// A dense index into the span that adapters() returned last.
enum class AdapterHandle : std::uint32_t {};

// Counts up by one a begin(), never reused within one Hal. The first one may be any value.
enum class OperationId : std::uint64_t {};

enum class Operation : std::uint8_t { kRelease, kRenew };
std::string_view name(Operation operation);  // "release", "renew"

// The end of one operation.
struct Completion {
  OperationId id{};
  Error error;      // is_success(error) where it succeeded
  Instant queued;   // begin() was called
  Instant started;  // the machine began to work on it
  Instant ended;    // it was done
};

class Hal {
 public:
  Hal() = default;
  Hal(const Hal&) = delete;
  Hal& operator=(const Hal&) = delete;
  virtual ~Hal() = default;

  // A snapshot of the machine's adapters, valid until the next call of adapters(), like the handles into it.
  // An error's origin is kEnumeration. Operations in flight are not affected.
  virtual std::expected<std::span<const Adapter>, Error> adapters() = 0;

  // Starts `operation` and returns at once. Everything that can go wrong is in the Completion, also that the adapter is
  // gone (ERROR_NOT_FOUND). On an adapter whose earlier operation has not finished it completes at once with
  // ERROR_BUSY. Precondition: `adapter` is a handle into the latest snapshot.
  virtual OperationId begin(Operation operation, AdapterHandle adapter) = 0;

  // Blocks until something completed or `deadline` came, and returns all completions of the first such instant, and
  // where that has passed perhaps those of later ones up to now(); one with ended <= deadline wins over the deadline.
  // Empty means the deadline: then now() >= deadline, unless that is kNever and nothing can ever complete. Valid until
  // the next call of wait().
  virtual std::span<const Completion> wait(Instant deadline) = 0;

  // The present on this Hal's clock.
  virtual Instant now() const = 0;
};

}  // namespace unlease
