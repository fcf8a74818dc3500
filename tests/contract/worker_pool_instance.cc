// The worker pool under the contract suite, over calls that a script answers. Most situations are the machine's, not
// the pool's: the pool passes on what the call says.
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "hw/worker_pool.h"
#include "tests/contract/harness.h"
#include "tests/support/mock_hal.h"
#include "tests/support/scripted_machine.h"

namespace unlease::contract {
namespace {

using test::guid_of;
using test::ScriptedMachine;

class PooledMachine final : public Machine {
 public:
  explicit PooledMachine(std::span<const Situation> adapters) {
    for (std::uint32_t number = 0; number < adapters.size(); ++number) add(number, adapters[number]);
    script_->answer = [failing = failing_](Operation, const Guid& adapter) {
      return failing.contains(adapter) ? win32_error(Origin::kApi, 31) : Error{};
    };
    hw::WorkerPoolOptions options;
    options.make_thread = [this](const std::function<void()>& work) {
      if (without_threads_) throw std::system_error(std::make_error_code(std::errc::not_enough_memory));
      return std::thread(work);
    };
    pool_ = std::make_unique<hw::WorkerPool>(script_, options);
  }
  PooledMachine(const PooledMachine&) = delete;
  PooledMachine& operator=(const PooledMachine&) = delete;
  ~PooledMachine() override {
    pool_.reset();
    script_->let_all_go();
    const std::future<void> gone = script_->gone();
    script_.reset();
    gone.wait();
  }

  Hal& hal() override { return *pool_; }
  void change() override { without_threads_ = out_of_memory_; }
  void let_go() override { script_->let_all_go(); }

 private:
  void add(std::uint32_t number, Situation situation) {
    if (situation == Situation::kNoAdapters) return;
    script_->machine.push_back(test::adapter_of(number));
    if (situation == Situation::kHeld) script_->hold(guid_of(number));
    if (situation == Situation::kDriverFails) failing_.insert(guid_of(number));
    if (situation == Situation::kOutOfMemory) out_of_memory_ = true;
    if (situation == Situation::kEnumerationFails) {
      script_->snapshot_error = win32_error(Origin::kEnumeration, win32::kAccessDenied);
    }
  }

  std::shared_ptr<ScriptedMachine> script_ = std::make_shared<ScriptedMachine>(std::vector<Adapter>{});
  std::set<Guid> failing_;
  bool out_of_memory_ = false;
  bool without_threads_ = false;
  std::unique_ptr<hw::WorkerPool> pool_;
};

class WorkerPoolHarness final : public Harness {
 public:
  std::string_view name() const override { return "worker_pool"; }
  bool can(Situation situation) const override {
    switch (situation) {
      case Situation::kBound:
      case Situation::kHeld:
      case Situation::kDriverFails:
      case Situation::kOutOfMemory:
      case Situation::kEnumerationFails:
      case Situation::kNoAdapters:
        return true;
      default:
        return false;
    }
  }
  std::unique_ptr<Machine> make(std::span<const Situation> adapters) const override {
    return std::make_unique<PooledMachine>(adapters);
  }
};

const WorkerPoolHarness kWorkerPool;

INSTANTIATE_TEST_SUITE_P(Contract, HalTest, testing::Values(&kWorkerPool), name_of);

}  // namespace
}  // namespace unlease::contract
