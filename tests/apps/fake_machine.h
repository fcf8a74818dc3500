// The machine that the program runs on, as a test says.
#pragma once

#include <condition_variable>
#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/unlease/this_machine.h"
#include "hw/machine.h"

namespace unlease::app {

// An adapter under DHCP with a lease; the ordinal is its last GUID byte, interface index and part of its address.
// `name` outlives it.
inline hw::AdapterDetails leased_adapter(std::string_view name, std::uint8_t ordinal) {
  hw::AdapterDetails details;
  details.adapter.guid.bytes[15] = ordinal;
  details.adapter.name = AdapterName(name);
  details.adapter.interface_index = ordinal;
  details.adapter.address = Ipv4{0xC0A80100U + ordinal};  // 192.168.1.0/24
  details.adapter.dhcp_enabled = true;
  details.mac = {0x00, 0x15, 0x5D, 0xAB, 0xCD, ordinal};
  details.prefix_length = 24;
  details.gateway = Ipv4{0xC0A801FEU};
  details.dhcp_server = Ipv4{0xC0A801FEU};
  details.lease = hw::LeaseTimes{.obtained = 1'772'280'000, .expires = 1'772'280'000 + 86'400};
  return details;
}

class FakeMachine final : public hw::Machine {
 public:
  explicit FakeMachine(std::vector<hw::AdapterDetails> adapters) : details_(std::move(adapters)) {}

  std::expected<std::span<const Adapter>, Error> adapters() override {
    if (snapshot_error) return std::unexpected(*snapshot_error);
    adapters_.clear();
    for (const hw::AdapterDetails& details : details_) adapters_.push_back(details.adapter);
    return adapters_;
  }
  Error perform(Operation /*operation*/, const Guid& adapter) noexcept override {
    std::unique_lock lock(mutex_);
    released_.insert(adapter);
    // Longer than any test waits, but no longer than sanitizers wait for threads at the end.
    if (hanging.contains(adapter)) changed_.wait(lock, [&] { return let_go_; });
    const auto answer = answers.find(adapter);
    return answer == answers.end() ? Error{} : answer->second;
  }
  std::span<const hw::AdapterDetails> details() const override { return details_; }
  bool is_remote_session() const override { return remote; }

  void let_go() {
    const std::scoped_lock lock(mutex_);
    let_go_ = true;
    changed_.notify_all();
  }
  std::set<Guid> released() {
    const std::scoped_lock lock(mutex_);
    return released_;
  }

  // What the tests set before the machine is used.
  std::optional<Error> snapshot_error;
  std::map<Guid, Error> answers;  // success where there is none
  std::set<Guid> hanging;         // until let_go()
  bool remote = false;

 private:
  std::vector<hw::AdapterDetails> details_;
  std::vector<Adapter> adapters_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<Guid> released_;
  bool let_go_ = false;
};

inline ThisMachine here(const std::shared_ptr<hw::Machine>& machine) {
  return {.open = [machine](bool /*assume_dhcp*/) { return machine; }};
}

}  // namespace unlease::app
