// The IP Helper backend under the contract suite, over functions of Windows that are mocked. They answer what is
// documented or was seen in the field; a situation of which nobody knows what Windows answers is left out.
#include <future>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>

#include "hw/iphelper/iphelper_machine.h"
#include "hw/worker_pool.h"
#include "tests/contract/harness.h"
#include "tests/iphelper/mock_windows.h"

namespace unlease::contract {
namespace {

using hw::test::FakeAdapter;
using hw::test::MockWindows;
using ::testing::EndsWith;
using ::testing::NiceMock;
using ::testing::Return;

class MockedMachine final : public Machine {
 public:
  explicit MockedMachine(std::span<const Situation> adapters);
  MockedMachine(const MockedMachine&) = delete;
  MockedMachine& operator=(const MockedMachine&) = delete;
  // Ends when the last thread has left the functions, which are ours.
  ~MockedMachine() override {
    pool_.reset();
    let_go();
    gone_.get_future().wait();
  }

  Hal& hal() override { return *pool_; }
  void change() override {
    std::erase_if(windows_.adapters, [this](const FakeAdapter& adapter) { return pulled_.contains(adapter.index); });
  }
  void let_go() override {
    if (!std::exchange(is_free_, true)) may_go_.set_value();
  }

 private:
  void add(std::uint32_t number, Situation situation);
  void make_machine(Situation situation);

  // What IpReleaseAddress and IpRenewAddress answer.
  DWORD answer(DWORD index) const {
    if (held_.contains(index)) free_.wait();
    if (failing_.contains(index)) return ERROR_GEN_FAILURE;
    if (without_service_) return RPC_S_SERVER_UNAVAILABLE;
    return without_lease_.contains(index) ? ERROR_ADDRESS_NOT_ASSOCIATED : NO_ERROR;
  }

  NiceMock<MockWindows> windows_;
  std::set<DWORD> held_, failing_, without_lease_, pulled_;  // by interface index
  bool without_service_ = false;
  std::promise<void> may_go_;
  std::shared_future<void> free_ = may_go_.get_future().share();
  bool is_free_ = false;
  std::promise<void> gone_;
  std::unique_ptr<hw::WorkerPool> pool_;
};

MockedMachine::MockedMachine(std::span<const Situation> adapters) {
  for (std::uint32_t number = 0; number < adapters.size(); ++number) add(number, adapters[number]);
  const auto by_index = [this](const IP_ADAPTER_INDEX_MAP* map) { return answer(map->Index); };
  ON_CALL(windows_, ip_release_address).WillByDefault(by_index);
  const auto renewed = [this](const IP_ADAPTER_INDEX_MAP* map) {
    const DWORD error = answer(map->Index);
    return error == ERROR_ADDRESS_NOT_ASSOCIATED ? DWORD{NO_ERROR} : error;  // it gets a lease then
  };
  ON_CALL(windows_, ip_renew_address).WillByDefault(renewed);
  const std::shared_ptr<hw::IpHelperMachine> machine(new hw::IpHelperMachine(windows_.api()),
                                                     [this](hw::IpHelperMachine* left) {
                                                       delete left;
                                                       gone_.set_value();
                                                     });
  pool_ = std::make_unique<hw::WorkerPool>(machine);
}

void MockedMachine::add(std::uint32_t number, Situation situation) {
  if (situation == Situation::kNoAdapters) return;
  FakeAdapter& adapter = windows_.adapters.emplace_back(number);
  if (situation == Situation::kHeld) held_.insert(adapter.index);
  if (situation == Situation::kDriverFails) failing_.insert(adapter.index);
  if (situation == Situation::kGone) pulled_.insert(adapter.index);
  if (situation == Situation::kWithoutLease) {
    without_lease_.insert(adapter.index);
    adapter.addresses.clear();
  }
  if (situation == Situation::kNotUnderDhcp) adapter.flags = IP_ADAPTER_IPV4_ENABLED;
  if (situation == Situation::kDisabled) {
    adapter.status = IfOperStatusDown;
    adapter.in_interface_info = false;
    adapter.addresses.clear();
  }
  make_machine(situation);
}

void MockedMachine::make_machine(Situation situation) {
  if (situation == Situation::kNotElevated) windows_.elevated = false;
  if (situation == Situation::kServiceStopped || situation == Situation::kServiceDisabled) {
    windows_.dhcp_service_state = SERVICE_STOPPED;
  }
  if (situation == Situation::kServiceDisabled) windows_.dhcp_service_start = SERVICE_DISABLED;
  if (situation == Situation::kServiceAbsent) {
    without_service_ = true;
    ON_CALL(windows_, open_service).WillByDefault(Return(ERROR_SERVICE_DOES_NOT_EXIST));
  }
  if (situation == Situation::kRegistryCorrupt) {
    ON_CALL(windows_, reg_open_key(EndsWith(L"}"))).WillByDefault(Return(ERROR_REGISTRY_CORRUPT));
  }
  if (situation == Situation::kEnumerationFails) {
    ON_CALL(windows_, get_adapters_addresses).WillByDefault(Return(ERROR_ACCESS_DENIED));
    ON_CALL(windows_, get_adapters_info).WillByDefault(Return(ERROR_ACCESS_DENIED));
    ON_CALL(windows_, reg_open_key).WillByDefault(Return(ERROR_ACCESS_DENIED));
  }
}

class MockHarness final : public Harness {
 public:
  std::string_view name() const override { return "iphelper_mock"; }
  bool can(Situation situation) const override {
    static const std::set<Situation> kKnown{Situation::kBound,
                                            Situation::kHeld,
                                            Situation::kWithoutLease,
                                            Situation::kNotUnderDhcp,
                                            Situation::kDriverFails,
                                            Situation::kGone,
                                            Situation::kDisabled,
                                            Situation::kNotElevated,
                                            Situation::kServiceStopped,
                                            Situation::kServiceDisabled,
                                            Situation::kServiceAbsent,
                                            Situation::kRegistryCorrupt,
                                            Situation::kEnumerationFails,
                                            Situation::kNoAdapters};
    return kKnown.contains(situation);
  }
  std::unique_ptr<Machine> make(std::span<const Situation> adapters) const override {
    return std::make_unique<MockedMachine>(adapters);
  }
};

const MockHarness kMock;

INSTANTIATE_TEST_SUITE_P(ContractIpHelper, HalTest, testing::Values(&kMock), name_of);

}  // namespace
}  // namespace unlease::contract
