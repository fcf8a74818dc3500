// The simulator under the contract suite, as Windows and as Wine 8.
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/scenario_loader.h"
#include "sim/simulated_machine.h"
#include "tests/contract/harness.h"

namespace unlease::contract {
namespace {

constexpr Instant kChange{std::chrono::seconds(1)};

// What is held completes after an hour: until then nobody waits, and after let_go() nobody minds.
std::string adapter_text(std::size_t index, Situation situation) {
  const auto adapter = [&](std::string_view keys) {
    return fmt::format("[[adapter]]\nname = \"a{}\"\n{}\n", index, keys);
  };
  const auto bound = [&](std::string_view keys) {
    return adapter(fmt::format("lease = {{ server = \"dhcp1\", state = \"bound\" }}\n{}", keys));
  };
  const auto fault = [&](std::string_view keys) {
    std::string text;
    for (const std::string_view operation : {"release", "renew"}) {
      text += fmt::format("[[fault]]\non = \"{}\"\nadapter = \"a{}\"\n{}\n", operation, index, keys);
    }
    return text;
  };
  switch (situation) {
    case Situation::kHeld:
      return bound("") + fault("delay = \"1h\"");
    case Situation::kWithoutLease:
      return adapter("");
    case Situation::kNotUnderDhcp:
      return adapter("dhcp = false");
    case Situation::kDisabled:
      return bound("link = \"disabled\"");
    case Situation::kDriverFails:
      return bound("") + fault("error = \"ERROR_GEN_FAILURE\"");
    case Situation::kGone:
      return bound("") +
             fmt::format("[[step]]\nat = \"1s\"\nset = {{ adapter = \"a{}\", link = \"removed\" }}\n", index);
    case Situation::kNoAdapters:
      return "";
    default:
      return bound("");
  }
}

std::string_view machine_text(Situation situation) {
  switch (situation) {
    case Situation::kNoServer:
      return "[[step]]\nat = \"1s\"\nset = { server = \"dhcp1\", state = \"down\" }\n";
    case Situation::kNotElevated:
      return "[host]\nelevated = false\n";
    case Situation::kServiceStopped:
      return "[host]\ndhcp_service = \"stopped\"\n";
    case Situation::kServiceDisabled:
      return "[host]\ndhcp_service = \"disabled\"\n";
    case Situation::kServiceAbsent:
      return "[host]\ndhcp_service = \"absent\"\n";
    case Situation::kServiceCrashing:
      return "[host]\ndhcp_service = \"crashing\"\n";
    case Situation::kRegistryCorrupt:
      return "[host]\nregistry = \"corrupt\"\n";
    case Situation::kTcpipStopped:
      return "[host]\ntcpip = \"stopped\"\n";
    case Situation::kDnsClientStopped:
      return "[host]\ndns_client = \"stopped\"\n";
    case Situation::kOutOfMemory:
      return "[[step]]\nat = \"1s\"\nset = { host = { memory = \"exhausted\" } }\n";
    case Situation::kEnumerationFails:
      return "[[fault]]\non = \"enumerate\"\nerror = \"ERROR_ACCESS_DENIED\"\n";
    default:
      return "";
  }
}

class Simulator final : public Machine {
 public:
  explicit Simulator(sim::Scenario scenario) : machine_(std::move(scenario)) {}

  Hal& hal() override { return machine_.hal(); }
  void change() override { machine_.hal().wait(kChange); }
  void let_go() override {}

 private:
  sim::SimulatedMachine machine_;
};

class SimulatorHarness final : public Harness {
 public:
  explicit SimulatorHarness(std::string_view profile)
      : profile_(profile), name_(fmt::format("simulator_{}", profile)) {}

  std::string_view name() const override { return name_; }
  bool can(Situation) const override { return true; }
  std::unique_ptr<Machine> make(std::span<const Situation> adapters) const override {
    std::string text = fmt::format(
        "version = 1\nname = \"contract\"\n[run]\nprofile = \"{}\"\n"
        "[[server]]\nname = \"dhcp1\"\naddress = \"10.0.0.1\"\npool = \"10.0.0.10-10.0.0.250\"\n",
        profile_);
    if (!adapters.empty()) text += machine_text(adapters.front());
    for (std::size_t index = 0; index < adapters.size(); ++index) text += adapter_text(index, adapters[index]);
    sim::Loaded loaded = sim::load_scenario_text(text, std::string(name_));
    for (const auto& diagnostic : loaded.diagnostics) ADD_FAILURE() << to_string(name_, diagnostic) << '\n' << text;
    return std::make_unique<Simulator>(std::move(*loaded.scenario));
  }

 private:
  std::string_view profile_;
  std::string name_;
};

const SimulatorHarness kWindows("windows");
const SimulatorHarness kWine8("wine8");

INSTANTIATE_TEST_SUITE_P(Contract, HalTest, testing::Values(&kWindows, &kWine8), name_of);

}  // namespace
}  // namespace unlease::contract
