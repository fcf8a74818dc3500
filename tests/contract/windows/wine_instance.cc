// The IP Helper backend under the contract suite, over Wine's own functions. Only in the network that tests/in_network
// makes: on any other machine this would release what is in use.
#include <algorithm>
#include <cstdlib>
#include <expected>
#include <iterator>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "hw/iphelper/iphelper_machine.h"
#include "hw/worker_pool.h"
#include "tests/contract/harness.h"

namespace unlease::contract {
namespace {

bool in_test_network() { return std::getenv("UNLEASE_TEST_NETWORK") != nullptr; }

// Ethernet adapters that Wine has, as many as there are situations: one that is down for kDisabled, else one that is
// not. One that is gone is one that Wine never had: it makes no difference to who asks by GUID.
class SomeAdapters final : public hw::BlockingMachine {
 public:
  explicit SomeAdapters(std::span<const Situation> wanted)
      : wine_(hw::windows_api(), std::ranges::find(wanted, Situation::kNotUnderDhcp) == wanted.end()),
        wanted_(wanted.begin(), wanted.end()) {}

  std::expected<std::span<const Adapter>, Error> adapters() override {
    const auto all = wine_.adapters();
    if (!all) return all;
    std::vector<Adapter> ethernet;
    std::ranges::copy_if(*all, std::back_inserter(ethernet),
                         [](const Adapter& adapter) { return adapter.kind == AdapterKind::kEthernet; });
    adapters_.clear();
    for (const Situation situation : wanted_) {
      const bool up = situation != Situation::kDisabled;
      const auto found = std::ranges::find(ethernet, up, &Adapter::ipv4_enabled);
      EXPECT_NE(found, ethernet.end()) << "tests/in_network makes too few";
      if (found == ethernet.end()) break;
      adapters_.push_back(*found);
      if (situation == Situation::kGone) adapters_.back().guid.bytes.fill(0xEE);
      ethernet.erase(found);
    }
    return adapters_;
  }
  Error perform(Operation operation, const Guid& adapter) noexcept override {
    return wine_.perform(operation, adapter);
  }

 private:
  hw::IpHelperMachine wine_;  // assumes DHCP, which Wine never says, but where an adapter is to be without
  std::vector<Situation> wanted_;
  std::vector<Adapter> adapters_;
};

class WineMachine final : public Machine {
 public:
  explicit WineMachine(std::span<const Situation> adapters) : pool_(std::make_shared<SomeAdapters>(adapters)) {}

  Hal& hal() override { return pool_; }
  void change() override {}
  void let_go() override {}

 private:
  hw::WorkerPool pool_;
};

class WineHarness final : public Harness {
 public:
  std::string_view name() const override { return "iphelper_wine8"; }
  // Wine has no service "Dhcp", always some adapter, and all that are up have IPv4 only with an address.
  bool can(Situation situation) const override {
    static const std::set<Situation> kKnown{Situation::kBound, Situation::kServiceAbsent, Situation::kDisabled,
                                            Situation::kGone, Situation::kNotUnderDhcp};
    return kKnown.contains(situation);
  }
  std::unique_ptr<Machine> make(std::span<const Situation> adapters) const override {
    return std::make_unique<WineMachine>(adapters);
  }
};

std::vector<const Harness*> harnesses() {
  static const WineHarness kWine;
  return in_test_network() ? std::vector<const Harness*>{&kWine} : std::vector<const Harness*>{};
}

INSTANTIATE_TEST_SUITE_P(ContractWine, HalTest, testing::ValuesIn(harnesses()), name_of);

TEST(ContractOverWine, RunsInANetworkOfItsOwn) {
  if (!in_test_network()) GTEST_SKIP() << "no network namespace could be made, see tests/in_network: not run over Wine";
}

}  // namespace
}  // namespace unlease::contract
