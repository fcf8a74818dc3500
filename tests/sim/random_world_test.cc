// Random machines in random weather: whatever happens to leases, no invariant breaks, and the ledger knows every cause.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/sim/random_test_support.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

// Writes a scenario, one choice after the other.
class ScenarioWriter {
 public:
  explicit ScenarioWriter(std::uint64_t seed) : seed_(seed), random_(seed) {}

  std::string write() {
    text_ = fmt::format("\n[run]\nseed = {}\ndeadline = \"30d\"\n[engine]\nmax_in_flight = {}\ntimeout = \"{}\"\n",
                        seed_, 1 + random_.below(3), any("1s", "10s", "30s"));
    segment("servers", "");
    segment("floor", "relay = { server = \"far\", address = \"10.0.2.1\" }\n");
    server("far", "servers", "10.0.0.1", any("10.0.2.10-10.0.2.12", "10.0.2.10-10.0.2.60"));
    server("near", "floor", "10.0.3.1", any("10.0.3.10-10.0.3.12", "10.0.3.10-10.0.3.60"));
    for (const std::string_view name : {"A", "B", "C"}) adapter(name);
    if (random_.below(2) == 0) fault();
    const std::uint64_t steps = 4 + random_.below(10);
    for (std::uint64_t i = 0; i < steps; ++i) step();
    at(any("1ms", "1s", "30s", "100s"));
    text_ += "expect = { packets = { decline = 0 } }\n";
    return text_;
  }

 private:
  template <class... Words>
  std::string_view any(Words... words) {
    const std::array<std::string_view, sizeof...(Words)> all{words...};
    return all[random_.below(all.size())];
  }

  void segment(std::string_view name, std::string_view relay) {
    text_ += fmt::format(
        "[[segment]]\nname = \"{}\"\nlatency = \"{}\"\njitter = \"{}\"\nloss = {}\nduplicate = {}\nreorder = {}\n{}",
        name, any("1ms", "50ms", "2s"), any("0s", "20ms", "3s"), any("0.0", "0.1", "0.5"), any("0.0", "0.5", "1.0"),
        any("0.0", "0.5"), relay);
  }
  void server(std::string_view name, std::string_view where, std::string_view address, std::string_view pool) {
    text_ += fmt::format(
        "[[server]]\nname = \"{}\"\nsegment = \"{}\"\naddress = \"{}\"\npool = \"{}\"\nlease = \"{}\"\nprofile = "
        "\"{}\"\noptions = {{ {} }}\n",
        name, where, address, pool, any("16s", "30s", "60s", "600s"), any("strict", "kea", "isc", "dnsmasq", "udhcpd"),
        identifier());
  }
  // The server's own address, the other one's, or nobody's.
  std::string_view identifier() {
    return any("", "", "", "server_id = \"10.0.0.1\"", "server_id = \"10.0.3.1\"", "server_id = \"10.0.3.9\"");
  }
  void adapter(std::string_view name) {
    text_ += fmt::format("[[adapter]]\nname = \"{}\"\nsegment = \"floor\"\n", name);
    const std::string_view state = any("acquire", "bound", "renewing", "rebinding", "expired");
    if (state == "acquire") {
      text_ += "lease = { acquire = true }\n";
    } else {
      text_ += fmt::format("lease = {{ server = \"{}\", state = \"{}\" }}\n", any("far", "near"), state);
    }
    if (random_.below(5) == 0) text_ += fmt::format("client_id = \"{}\"\n", any("same", name));
  }
  void fault() {
    text_ +=
        fmt::format("[[fault]]\non = \"{}\"\nadapter = \"{}\"\n{}{}{}", any("release", "renew"), any("*", "A", "B"),
                    any("", "error = 0\n", "error = 31\n"), any("delay = \"2s\"\n", "delay = \"500ms\"\n"),
                    any("", "effect = \"late\"\n", "effect = \"full\"\n", "effect = \"none\"\n"));
  }
  void at(std::string_view pause) {
    now_ += parse(pause);
    text_ += fmt::format("[[step]]\nat = \"{}ms\"\n", now_);
  }
  static std::uint64_t parse(std::string_view pause) {
    const std::uint64_t number = std::stoull(std::string(pause));
    return pause.ends_with("ms") ? number : number * 1000;
  }
  void step() {
    at(any("0s", "1ms", "500ms", "3s", "14999ms", "15s", "30s", "30001ms", "60s"));
    const std::string_view adapter = any("A", "B", "C");
    const std::string_view server = any("far", "near");
    switch (random_.below(9)) {
      case 0:
        text_ += "call = \"ReleaseDHCPLeaseAll\"\n";
        return;
      case 1:
        text_ += "call = \"RenewDHCPLeaseAll\"\n";
        return;
      case 2:
        text_ += fmt::format("call = \"{}\"\nadapter = \"{}\"\n", any("ReleaseDHCPLease", "RenewDHCPLease"), adapter);
        return;
      case 3:
        set(fmt::format("adapter = \"{}\", link = \"{}\"", adapter, any("up", "down", "disabled", "removed")));
        return;
      case 4:
        set(fmt::format("adapter = \"{}\", dhcp = {}", adapter, any("true", "false")));
        return;
      case 5:
        set(fmt::format("segment = \"{}\", partitioned = {}", any("servers", "floor"), any("true", "false")));
        return;
      case 6:
        set(fmt::format("server = \"{}\", state = \"{}\"", server, any("up", "down")));
        return;
      case 7:
        set(fmt::format("server = \"{}\", options = {{ {} }}", server, identifier()));
        return;
      default:
        set(fmt::format("host = {{ {} }}",
                        any("dhcp_service = \"hung\"", "dhcp_service = \"running\"", "registry = \"denied\"",
                            "registry = \"ok\"", "tcpip = \"stopped\"", "tcpip = \"running\"", "write_lock = \"5s\"")));
    }
  }
  void set(const std::string& change) { text_ += "set = { " + change + " }\n"; }

  std::uint64_t seed_;
  TestRandom random_;
  std::uint64_t now_ = 0;
  std::string text_;
};

TEST(RandomWorld, BreaksNoInvariantAndPlaysTheSameTwice) {
  const std::uint64_t first = random_test_seed();
  constexpr std::uint64_t kRuns = 150;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    const std::uint64_t seed = first + run;
    SCOPED_TRACE(how_to_repeat(seed, "RandomWorld.*"));
    const std::string text = ScenarioWriter(seed).write();
    const PlayResult result = play_text(text);
    ASSERT_NE(result.verdict, Verdict::kViolated) << text << text_of(result);
    ASSERT_EQ(play_text(text).fingerprint, result.fingerprint) << text;
  }
}

}  // namespace
}  // namespace unlease::sim
