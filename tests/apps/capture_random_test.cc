// Random machines, most of them absurd: each can be captured, and what was captured loads, passes and, without --raw,
// names no machine.
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <random>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "apps/unlease/captured_scenario.h"
#include "sim/runner.h"
#include "sim/scenario_loader.h"
#include "tests/apps/fake_machine.h"

namespace unlease::app {
namespace {

class RandomMachine {
 public:
  explicit RandomMachine(std::uint64_t seed) : random_(seed) {
    const std::size_t count = below(9);
    for (std::size_t i = 0; i < count; ++i) adapters_.push_back(adapter(static_cast<std::uint8_t>(i)));
  }

  const std::vector<hw::AdapterDetails>& adapters() const { return adapters_; }

 private:
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  // Few different ones, so that adapters meet; some that no host has; some from anywhere.
  Ipv4 address() {
    constexpr std::uint32_t kSome[] = {0,          0x0A000001, 0x0A0000FE, 0x0A000101, 0xC0A80101,
                                       0xC0A80201, 0xA9FE0102, 0x7F000001, 0xFFFFFFFF, 0xE0000001};
    switch (below(3)) {
      case 0:
        return Ipv4{kSome[below(std::size(kSome))]};
      case 1:
        return Ipv4{0x0A000000U + static_cast<std::uint32_t>(below(one_in(2) ? 6 : 70'000))};
      default:
        return Ipv4{static_cast<std::uint32_t>(random_())};
    }
  }

  std::string_view name() {
    constexpr std::string_view kSome[] = {"Ethernet", "Ethernet (2)", "Wi-Fi", "", "\"", "\\", "'''", "\xC3\xA9"};
    if (one_in(2)) return kSome[below(std::size(kSome))];
    std::string& text = names_.emplace_back();
    const std::size_t size = below(one_in(10) ? 6000 : 12);
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(random_());
    if (!one_in(2)) return text;
    const std::size_t place = below(text.size() + 1);
    return text.insert(place, identity());
  }

  // A GUID or MAC address, perhaps within another one.
  std::string identity() {
    std::string text;
    for (const char c : std::string_view(one_in(2) ? "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}" : "xx:xx:xx:xx:xx:xx")) {
      text += c == 'x' ? "0123456789abcdefABCDEF"[below(22)] : c;
    }
    if (!one_in(3)) return text;
    const std::size_t place = below(text.size());
    return text.insert(place, identity());
  }

  std::int64_t moment() {
    return one_in(4) ? static_cast<std::int64_t>(random_()) : 1'700'000'000 + static_cast<std::int64_t>(below(200'000));
  }

  hw::AdapterDetails adapter(std::uint8_t ordinal) {
    hw::AdapterDetails details = leased_adapter(name(), ordinal);
    if (one_in(4)) return details;
    details.adapter.kind = one_in(5) ? static_cast<AdapterKind>(below(4)) : AdapterKind::kEthernet;
    details.adapter.address = address();
    details.adapter.dhcp_enabled = !one_in(5);
    details.adapter.ipv4_enabled = !one_in(5);
    details.dhcp_source = static_cast<hw::DhcpSource>(below(hw::kDhcpSourceCount));
    details.prefix_length = static_cast<std::uint8_t>(one_in(5) ? random_() : below(33));
    details.gateway = address();
    details.dhcp_server = address();
    details.lease = hw::LeaseTimes{.obtained = moment(), .expires = moment()};
    if (one_in(4)) details.lease.reset();
    return details;
  }

  std::mt19937_64 random_;
  std::deque<std::string> names_;  // their texts stay where they are
  std::vector<hw::AdapterDetails> adapters_;
};

// GUIDs and MAC addresses.
std::string identity_in(const std::string& text) {
  static const std::regex kIdentity(
      "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{2}([-:][0-9A-Fa-f]{2}){5}");
  std::smatch found;
  return std::regex_search(text, found, kIdentity) ? found.str() : "";
}

TEST(CaptureRandom, AnyMachineGivesAScenarioThatPassesAndNamesNoMachine) {
  std::uint64_t first = 1;
  std::uint64_t last = 1000;
  if (const char* wanted = std::getenv("UNLEASE_TEST_SEED")) first = last = std::stoull(wanted);
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed) + "; repeat: UNLEASE_TEST_SEED=" + std::to_string(seed) +
                 " build/debug/tests/apps_tests --gtest_filter='CaptureRandom.*'");
    const RandomMachine machine(seed);
    const bool raw = seed % 2 == 0;
    const std::string text = captured_scenario(machine.adapters(), raw);
    if (!raw) {
      ASSERT_EQ(identity_in(text), "") << text;
    }
    const sim::Loaded loaded = sim::load_scenario_text(text, "captured");
    ASSERT_TRUE(loaded.scenario) << sim::to_string("captured", loaded.diagnostics.at(0)) << '\n' << text;
    ASSERT_EQ(sim::play(*loaded.scenario).verdict, sim::Verdict::kPassed) << text;
  }
}

}  // namespace
}  // namespace unlease::app
