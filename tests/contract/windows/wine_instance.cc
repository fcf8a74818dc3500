// The IP Helper backend under the contract suite, over Wine's own functions. Only in the network that tests/in_network
// makes: on any other machine this would release what is in use.
#include <algorithm>
#include <cstdlib>
#include <memory>
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

// The first so many Ethernet adapters that Wine has.
class SomeAdapters final : public hw::BlockingMachine {
 public:
  explicit SomeAdapters(std::size_t count) : count_(count) {}

  std::expected<std::span<const Adapter>, Error> adapters() override {
    const auto all = wine_.adapters();
    if (!all) return all;
    adapters_.clear();
    std::ranges::copy_if(*all, std::back_inserter(adapters_),
                         [](const Adapter& adapter) { return adapter.kind == AdapterKind::kEthernet; });
    EXPECT_GE(adapters_.size(), count_) << "tests/in_network makes too few";
    adapters_.resize(std::min(adapters_.size(), count_));
    return adapters_;
  }
  Error perform(Operation operation, const Guid& adapter) noexcept override { return wine_.perform(operation, adapter); }

 private:
  hw::IpHelperMachine wine_{hw::windows_api()};
  std::size_t count_;
  std::vector<Adapter> adapters_;
};

class WineMachine final : public Machine {
 public:
  explicit WineMachine(std::size_t count) : pool_(std::make_shared<SomeAdapters>(count)) {}

  Hal& hal() override { return pool_; }
  void change() override {}
  void let_go() override {}

 private:
  hw::WorkerPool pool_;
};

class WineHarness final : public Harness {
 public:
  std::string_view name() const override { return "iphelper_wine8"; }
  // Wine has no service "Dhcp", and its adapters have addresses, wherever these are from.
  bool can(Situation situation) const override {
    return situation == Situation::kBound || situation == Situation::kServiceAbsent;
  }
  std::unique_ptr<Machine> make(std::span<const Situation> adapters) const override {
    return std::make_unique<WineMachine>(adapters.size());
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
