// A process that releases on three adapters, two of whose calls never return, and ends all the same. Exits with 1 where
// what it is told is wrong; whoever runs it sees to it that it ends.
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "engine/method.h"
#include "hw/worker_pool.h"

namespace {

using unlease::Adapter;
using unlease::Decision;

class HangingMachine final : public unlease::hw::BlockingMachine {
 public:
  HangingMachine() : adapters_(3) {
    for (std::size_t i = 0; i < adapters_.size(); ++i) {
      adapters_[i].guid.bytes[0] = static_cast<std::uint8_t>(i);
      adapters_[i].dhcp_enabled = true;
    }
  }

  std::expected<std::span<const Adapter>, unlease::Error> adapters() override { return adapters_; }
  unlease::Error perform(unlease::Operation, const unlease::Guid& adapter) noexcept override {
    while (adapter != adapters_.back().guid) std::this_thread::sleep_for(std::chrono::hours(1));
    return {};
  }

 private:
  std::vector<Adapter> adapters_;
};

}  // namespace

int main() {
  unlease::hw::WorkerPool pool(std::make_shared<HangingMachine>(),
                               {.max_workers = 1, .give_up_after = std::chrono::milliseconds(1)});
  const unlease::Report report = unlease::release_dhcp_lease_all(pool, {.timeout = std::chrono::seconds(2)});
  for (const unlease::Outcome& outcome : report.outcomes) fmt::print("{}\n", name(outcome.decision));
  const bool good = report.outcomes.size() == 3 && report.outcomes[0].decision == Decision::kTimedOut &&
                    report.outcomes[1].decision == Decision::kTimedOut &&
                    report.outcomes[2].decision == Decision::kCompleted;
  return good ? 0 : 1;
}
