#include "sim/scenario_override.h"

#include <chrono>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario_loader.h"
#include "tests/sim/scenario_test_support.h"

namespace unlease::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Override> changes(std::initializer_list<std::string_view> texts) {
  std::vector<Override> all;
  for (const std::string_view text : texts) {
    auto change = parse_override(text);
    all.push_back(change ? *change : Override{std::string(text), std::nullopt});
  }
  return all;
}

TEST(Overrides, AreSplitAtTheFirstEqualsSign) {
  EXPECT_EQ(parse_override("host.elevated=false")->path, "host.elevated");
  EXPECT_EQ(parse_override(" name = a=b ")->path, "name");
  EXPECT_EQ(parse_override(" name = a=b ")->value, "a=b");
  EXPECT_EQ(parse_override("name=")->value, "");
  EXPECT_EQ(parse_override("name"), std::nullopt);
  EXPECT_EQ(parse_override("=x"), std::nullopt);
  EXPECT_EQ(parse_override(""), std::nullopt);
}

TEST(Overrides, SetKeysAsIfTheFileSaidSo) {
  const Scenario s = valid(source_file("tests/data/every_key.toml"),
                           changes({"host.elevated=true", "engine.timeout=5s", "name=\"x\"", "about=two words",
                                    "adapter.link=down", "dhcp_service=running", "tags=[\"a\"]", "run={ seed = 3 }"}));
  EXPECT_TRUE(s.host.elevated);
  EXPECT_EQ(s.engine.timeout, 5s);
  EXPECT_EQ(s.name, "x");
  EXPECT_EQ(s.about, "two words");
  for (const AdapterSpec& adapter : s.adapters) EXPECT_EQ(adapter.link, Link::kDown);
  EXPECT_EQ(s.host.dhcp_service, DhcpService::kRunning);
  EXPECT_THAT(s.tags, ElementsAre("a"));
  EXPECT_EQ(s.run.seed, 3U);
  EXPECT_EQ(s.run.profile, HostProfile::kWindows);
}

TEST(Overrides, MakeTheTablesOnTheirWay) {
  const Scenario s =
      valid("version = 1\n[[adapter]]\nname = \"E\"\n",
            changes({"host.registry=denied", "adapter.settings.node_type=mixed", "expect.packets.ack=0"}));
  EXPECT_EQ(s.host.registry, Registry::kDenied);
  EXPECT_EQ(s.adapters.at(0).settings.node_type, NodeType::kMixed);
  EXPECT_EQ(value_of(s.expect.packets.ack), 0U);
}

TEST(Overrides, RemovedKeysHaveTheirDefaults) {
  const Scenario s = valid(
      source_file("tests/data/every_key.toml"),
      changes({"fault", "elevated", "engine", "server.options.subnet_mask", "step", "run.seed", "adapter.quirks"}));
  EXPECT_THAT(s.faults, IsEmpty());
  EXPECT_TRUE(s.host.elevated);
  EXPECT_FALSE(s.engine.verify);
  EXPECT_EQ(s.servers.at(1).options.subnet_mask, std::nullopt) << "which the file calls by its other name, mask";
  EXPECT_EQ(s.steps.size(), 1U);
  EXPECT_EQ(s.run.seed, 1U);
  EXPECT_THAT(s.adapters.at(1).quirks, IsEmpty());
}

TEST(Overrides, AStepOrFaultThatDoesNothingWithoutTheRemovedKeyGoesWithIt) {
  const Scenario s = valid(R"(
version = 1
name = "x"
[[adapter]]
name = "Ethernet"
[[fault]]
on = "release"
delay = "1s"
[[fault]]
on = "release"
error = 5
delay = "1s"
[[step]]
call = "ReleaseDHCPLeaseAll"
[[step]]
set = { adapter = "Ethernet", link = "down" }
)",
                           changes({"step.set", "fault.delay"}));
  ASSERT_EQ(s.steps.size(), 1U);
  EXPECT_TRUE(s.steps[0].call);
  ASSERT_EQ(s.faults.size(), 1U);
  EXPECT_TRUE(s.faults[0].error);
}

TEST(Overrides, ValuesCannotSmuggleInOtherKeys) {
  const Scenario s = valid("version = 1", changes({"name=1\nabout = 2"}));
  EXPECT_EQ(s.name, "1\nabout = 2");
  EXPECT_EQ(s.about, "");
}

TEST(Overrides, MistakesNameTheOverride) {
  const auto all = changes({"bogus=1", "adapter.link=up", "host.elevated=maybe", "engine.timeout=5", "tags.x=1"});
  EXPECT_THAT(
      mistakes_in("version = 1", all),
      ElementsAre(" error: override of 'bogus': 'bogus' is no key of the format, write a dotted path like "
                  "'host.elevated'",
                  " error: override of 'adapter.link': the file has no [[adapter]] whose 'link' could change; add a "
                  "[[adapter]]",
                  testing::StartsWith(" error: override of 'tags.x': 'tags.x' is no key of the format"),
                  testing::StartsWith(" error: override of 'host.elevated': 'elevated' wants true or false"),
                  testing::StartsWith(" error: override of 'engine.timeout': 'timeout': a duration needs a unit")));
}

TEST(ScenarioPaths, AllAreDistinctAndLeadToThemselves) {
  std::set<std::string> seen;
  for (const std::string& path : scenario_paths()) {
    EXPECT_TRUE(seen.insert(path).second) << path;
    EXPECT_EQ(resolve_path(path), path);
  }
  EXPECT_THAT(seen, testing::IsSupersetOf({"fault", "host", "adapter.settings.host_name", "server.options.routers",
                                           "step.set", "step.set.host.elevated", "engine.assume_dhcp", "run.profile"}));
}

TEST(ScenarioPaths, EndsOfOnePathAndAliasesLeadToIt) {
  EXPECT_EQ(resolve_path("dhcp_service"), "host.dhcp_service");
  EXPECT_EQ(resolve_path("lease.state"), "adapter.lease.state");
  EXPECT_EQ(resolve_path("set"), "step.set");
  EXPECT_EQ(resolve_path("server.options.mask"), "server.options.subnet_mask");
}

TEST(ScenarioPaths, OthersAreRefusedWithARemedy) {
  EXPECT_THAT(resolve_path("deadline").error(), HasSubstr("may be run.deadline or engine.deadline"));
  EXPECT_THAT(resolve_path("host.elevatd").error(), HasSubstr("did you mean 'host.elevated'?"));
  EXPECT_THAT(resolve_path("dhcp_servise").error(), HasSubstr("did you mean 'host.dhcp_service'?"));
  EXPECT_THAT(resolve_path("").error(), HasSubstr("no key"));
  EXPECT_THAT(resolve_path("service").error(), HasSubstr("no key")) << "half a key";
}

}  // namespace
}  // namespace unlease::sim
