// `unlease adapters` and `unlease release` on the machines of scenarios.
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ScenarioMachine : public CommandLineTest {
 protected:
  // Two adapters that are targets, one without a link, and one that is not under DHCP.
  static std::string machine(std::string_view more = "") {
    return "version = 1\n" + std::string(more) + std::string(kWorld) +
           "[[adapter]]\nname = \"Wi-Fi\"\nlink = \"down\"\n[[adapter]]\nname = \"Static\"\ndhcp = false\n"
           "[[fault]]\nadapter = \"Ethernet\"\nerror = \"ERROR_GEN_FAILURE\"\n";
  }
};

TEST_F(ScenarioMachine, AdaptersAreATable) {
  write("a.toml", machine());
  const Ran ran = unlease({"adapters", "--scenario", "a.toml"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("NAME"));
  EXPECT_THAT(ran.out, HasSubstr("\nEthernet  {"));
  EXPECT_THAT(ran.out, HasSubstr("10.0.0.10  yes"));
  EXPECT_THAT(ran.out, HasSubstr("\nStatic "));
}

TEST_F(ScenarioMachine, ReleaseShowsEachOutcomeAndTheNumber) {
  write("a.toml", machine());
  const Ran ran = unlease({"release", "--scenario", "a.toml"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("ERROR_GEN_FAILURE (31) from api"));
  EXPECT_THAT(ran.out, HasSubstr("Wi-Fi     84 (IP not enabled on adapter)"));
  EXPECT_THAT(ran.out, HasSubstr("ReleaseDHCPLeaseAll returned 98 (Not all DHCP leases could be released/renewed)"));

  write("b.toml", releasing(98));
  EXPECT_EQ(unlease({"release", "--scenario", "b.toml"}).code, 0) << "what the file expects does not matter";
}

TEST_F(ScenarioMachine, ReleaseUsesTheOptionsOfTheScenario) {
  write("a.toml", machine("[engine]\nip_disabled = \"skip\"\n"));
  EXPECT_THAT(unlease({"release", "--scenario", "a.toml"}).out, HasSubstr("returned 65 (Unknown failure)"));
}

TEST_F(ScenarioMachine, ADryRunListsTheTargetsAndReleasesNothing) {
  write("a.toml", machine());
  const Ran ran = unlease({"release", "--scenario", "a.toml", "--dry-run"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("would be released"));
  EXPECT_THAT(ran.out, HasSubstr("not under DHCP"));
  EXPECT_THAT(ran.out, HasSubstr("2 adapters would be targets; nothing was released\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("returned")));
}

TEST_F(ScenarioMachine, AListThatFailsIsSaid) {
  write("a.toml", "version = 1\n" + std::string(kWorld) + "[[fault]]\non = \"enumerate\"\nerror = 8\n");
  const Ran ran = unlease({"release", "--scenario", "a.toml"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("returned 92 (Out of memory)"));
  EXPECT_THAT(ran.err, HasSubstr("the adapters cannot be listed: ERROR_NOT_ENOUGH_MEMORY (8) from enumeration"));
  EXPECT_EQ(unlease({"release", "--scenario", "a.toml", "--dry-run"}).code, 1);
  EXPECT_EQ(unlease({"adapters", "--scenario", "a.toml"}).code, 1);
}

TEST_F(ScenarioMachine, ReleaseTakesYesAndDoesNotNeedIt) {
  write("a.toml", releasing(0));
  EXPECT_EQ(unlease({"release", "--scenario", "a.toml", "--yes"}).out,
            unlease({"release", "--scenario", "a.toml"}).out);
}

TEST_F(ScenarioMachine, AssumeDhcpMakesEveryAdapterATarget) {
  write("a.toml", "version = 1\n[[adapter]]\nname = \"Static\"\ndhcp = false\n");
  EXPECT_THAT(unlease({"release", "--scenario", "a.toml"}).out, HasSubstr("returned 0"));
  EXPECT_THAT(unlease({"release", "--scenario", "a.toml", "--assume-dhcp"}).out, HasSubstr("returned 100"));
  EXPECT_THAT(unlease({"release", "--scenario", "a.toml", "--assume-dhcp", "--dry-run"}).out,
              HasSubstr("1 adapter would be a target"));
}

TEST_F(ScenarioMachine, TheDocumentsNameTheFile) {
  write("a.toml", releasing(0));
  const auto listed = nlohmann::json::parse(unlease({"adapters", "--scenario", "./a.toml", "--json", "-"}).out);
  EXPECT_EQ(listed.at("scenario"), "./a.toml");
  EXPECT_FALSE(listed.at("adapters").at(0).contains("dhcp_source")) << "a scenario has no such thing";
  const auto released = nlohmann::json::parse(unlease({"release", "--scenario", "a.toml", "--json", "-"}).out);
  EXPECT_EQ(released.at("scenario"), "a.toml");
  EXPECT_EQ(released.at("outcomes").at(0).at("adapter"), "Ethernet");
}

}  // namespace
}  // namespace unlease::app
