// The contract suite: what it needs of a HAL to run over it. The rules of engine/hal.h must hold for every HAL
// (rules_test.cc); what a HAL answers is its column of answers.txt (answers_test.cc).
//
// A HAL joins by a file of its own that derives from Harness and says, for an object `kHarness` of that class:
//   INSTANTIATE_TEST_SUITE_P(Contract, HalTest, testing::Values(&kHarness), name_of);
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/hal.h"
#include "tests/support/checked_hal.h"

namespace unlease::contract {

// What an adapter is like, or the machine around it.
enum class Situation : std::uint8_t {
  kBound,         // under DHCP, with a lease; nothing is the matter
  kHeld,          // as kBound, but what is begun on it completes only after Machine::let_go()
  kWithoutLease,  // under DHCP
  kNotUnderDhcp,
  kDisabled,     // bound once, but without IP now
  kDriverFails,  // bound, but operations fail with ERROR_GEN_FAILURE
  kGone,         // bound, and pulled out by Machine::change()
  // Of the machine; all adapters are bound.
  kNoServer,  // no DHCP server answers any more
  kNotElevated,
  kServiceStopped,  // the DHCP client service; the next three, too
  kServiceDisabled,
  kServiceAbsent,
  kServiceCrashing,
  kRegistryCorrupt,
  kTcpipStopped,
  kDnsClientStopped,
  kOutOfMemory,       // since Machine::change()
  kEnumerationFails,  // with ERROR_ACCESS_DENIED
  kNoAdapters,
};

// A machine and the HAL over it. Destroying it ends also what is held.
class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  virtual Hal& hal() = 0;
  // Brings about what happens after the first snapshot: called once, right after it.
  virtual void change() = 0;
  // Lets complete what is held, and holds nothing any more. Before this, no wait() has a deadline more than a second
  // after now(), unless something comes that is not held.
  virtual void let_go() = 0;
};

// How to make machines for one HAL.
class Harness {
 public:
  Harness() = default;
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;
  virtual ~Harness() = default;

  // Its column in answers.txt, and a part of the tests' names: letters, digits and underscores.
  virtual std::string_view name() const = 0;
  // Whether this HAL can be put into a situation. kBound is required.
  virtual bool can(Situation situation) const = 0;
  // A machine with one adapter for each element, listed in this order. Situations of the machine are those of all
  // adapters; kNoAdapters stands alone, and for none. Precondition: it can be put into each.
  virtual std::unique_ptr<Machine> make(std::span<const Situation> adapters) const = 0;
};

// For messages, and instead of a number in the names of tests.
inline void PrintTo(const Harness* harness, std::ostream* out) { *out << harness->name(); }
inline std::string name_of(const testing::TestParamInfo<const Harness*>& info) {
  return std::string(info.param->name());
}

// A machine of the HAL under test, and its Hal, which checks the rules at each call.
class Subject {
 public:
  Subject(const Harness& harness, const std::vector<Situation>& adapters)
      : machine_(harness.make(adapters)), hal_(machine_->hal()) {}

  Machine& machine() { return *machine_; }
  test::CheckedHal& hal() { return hal_; }

 private:
  std::unique_ptr<Machine> machine_;
  test::CheckedHal hal_;
};

// Each test of it runs over every HAL.
class HalTest : public testing::TestWithParam<const Harness*> {};

}  // namespace unlease::contract
