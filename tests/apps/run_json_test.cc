// The documents of docs/json-output.md.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

class JsonOutput : public CommandLineTest {};

const Json& only(const Json& list) {
  EXPECT_EQ(list.size(), 1U);
  return list.at(0);
}

TEST_F(JsonOutput, APassedScenarioHasTheDocumentedMembers) {
  write("scenarios/a.toml", not_elevated());
  const Ran ran = unlease({"run", "--json", "-", "--seed", "18446744073709551615"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Json json = Json::parse(ran.out);
  EXPECT_EQ(json.at("format"), "unlease-run");
  EXPECT_EQ(json.at("version"), 1);
  EXPECT_THAT(json.at("overrides"), IsEmpty());
  EXPECT_EQ(json.at("exit_code"), 0);
  EXPECT_EQ(json.at("totals"),
            Json::parse(R"({"passed":1,"failed":0,"violated":0,"invalid":0,"skipped":0,"error":0})"));

  const Json& scenario = only(json.at("scenarios"));
  EXPECT_EQ(scenario.at("file"), "scenarios/a.toml");
  EXPECT_EQ(scenario.at("verdict"), "passed");
  EXPECT_EQ(scenario.at("name"), "91: not elevated");
  EXPECT_EQ(scenario.at("tags"), Json::array({"code-91"}));
  EXPECT_EQ(scenario.at("cause"), "natural");
  EXPECT_EQ(scenario.at("code"), 91);
  EXPECT_EQ(scenario.at("code_name"), "Access denied");
  EXPECT_EQ(scenario.at("seed"), 18446744073709551615U);
  EXPECT_THAT(scenario.at("fingerprint").get<std::string>(), MatchesRegex("[0-9a-f]{16}"));
  EXPECT_GT(scenario.at("records"), 0);
  EXPECT_TRUE(scenario.at("virtual_ns").is_number_integer());
  EXPECT_THAT(scenario.at("failures"), IsEmpty());
  EXPECT_THAT(scenario.at("violations"), IsEmpty());

  const Json& call = only(scenario.at("calls"));
  EXPECT_EQ(call.at("call"), "ReleaseDHCPLeaseAll");
  EXPECT_TRUE(call.at("adapter").is_null());
  EXPECT_EQ(call.at("code"), 91);
  EXPECT_EQ(call.at("late_completions"), 0);
}

TEST_F(JsonOutput, AnOutcomeHasAdapterCodeErrorDecisionAndTimes) {
  write("scenarios/a.toml", "version = 1\n[expect]\ncode = 65\n" + std::string(kWorld) +
                                "[[fault]]\non = \"release\"\nerror = \"ERROR_GEN_FAILURE\"\ndelay = \"2s\"\n");
  const Ran ran = unlease({"run", "--json", "-"});
  ASSERT_EQ(ran.code, 0) << ran.out << ran.err;
  const Json json = Json::parse(ran.out);
  const Json& outcome = only(only(only(json.at("scenarios")).at("calls")).at("outcomes"));
  EXPECT_EQ(outcome.at("adapter"), "Ethernet");
  EXPECT_THAT(outcome.at("guid").get<std::string>(), MatchesRegex("\\{[0-9A-F-]{36}\\}"));
  EXPECT_EQ(outcome.at("code"), 65);
  EXPECT_EQ(outcome.at("decision"), "completed");
  EXPECT_EQ(outcome.at("error"),
            Json::parse(R"({"origin":"api","domain":"win32","value":31,"name":"ERROR_GEN_FAILURE"})"));
  EXPECT_LE(outcome.at("queued_ns"), outcome.at("started_ns"));
  EXPECT_GE(outcome.at("ended_ns"), 2'000'000'000);
}

TEST_F(JsonOutput, FailuresViolationsAndDiagnosticsAreThere) {
  write("a.toml", releasing(98));
  write("b.toml", misspelt());
  write("c.toml", violating());
  const Ran ran = unlease({"run", "a.toml", "b.toml", "c.toml", "--json", "result.json"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_THAT(ran.out, HasSubstr("0 passed, 3 failed, 0 skipped")) << "text is printed beside a file";
  const Json json = Json::parse(read("result.json"));
  EXPECT_EQ(json.at("exit_code"), 4);

  const Json& failure = only(json.at("scenarios").at(0).at("failures"));
  EXPECT_EQ(failure.at("line"), 5);
  EXPECT_EQ(failure.at("subject"), "code");
  EXPECT_THAT(failure.at("expected").get<std::string>(), HasSubstr("98"));
  EXPECT_THAT(failure.at("actual").get<std::string>(), HasSubstr("0"));

  EXPECT_EQ(json.at("scenarios").at(1).at("verdict"), "invalid");
  const Json& diagnostic = only(json.at("scenarios").at(1).at("diagnostics"));
  EXPECT_EQ(diagnostic.at("line"), 2);
  EXPECT_EQ(diagnostic.at("column"), 1);
  EXPECT_THAT(diagnostic.at("message").get<std::string>(), HasSubstr("did you mean 'name'?"));

  EXPECT_EQ(json.at("scenarios").at(2).at("verdict"), "violated");
  const Json& violation = only(json.at("scenarios").at(2).at("violations"));
  EXPECT_EQ(violation.at("invariant"), 12);
  EXPECT_EQ(violation.at("at_ns"), 2'000'000'000);
  EXPECT_TRUE(violation.at("history").is_array());
}

TEST_F(JsonOutput, TheLedgerHasTheLeasesOnWhichBothSidesAgreeToo) {
  write("a.toml", not_elevated());
  EXPECT_EQ(unlease({"run", "a.toml", "--json", "out.json"}).code, 0);
  const Json json = Json::parse(read("out.json"));
  const Json expected = Json::parse(
      R"([{"adapter":"Ethernet","server":"dhcp1","address":"10.0.0.10","held_by":"both","client_state":"bound",
           "client_ends_ns":28800000000000,"server_ends_ns":28800000000000,"cause":null}])");
  EXPECT_EQ(only(json.at("scenarios")).at("ledger"), expected);
}

TEST_F(JsonOutput, TheLedgerNamesBothSidesAndTheCause) {
  write("a.toml", releasing(0) + "[[segment]]\nname = \"lan\"\nloss = 1.0\n");
  EXPECT_EQ(unlease({"run", "a.toml", "--json", "out.json"}).code, 0);
  const Json json = Json::parse(read("out.json"));
  const Json expected = Json::parse(
      R"([{"adapter":"Ethernet","server":"dhcp1","address":"10.0.0.10","held_by":"server","client_state":null,
           "client_ends_ns":null,"server_ends_ns":28800000000000,"cause":"lost"}])");
  EXPECT_EQ(only(json.at("scenarios")).at("ledger"), expected);
}

TEST_F(JsonOutput, SkippedScenariosAndOverridesAreListed) {
  write("a.toml", releasing(0));
  write("b.toml", releasing(0));
  const Ran ran = unlease({"run", "a.toml", "b.toml", "--set", "host.elevated=false", "--fail-fast", "--json", "-"});
  EXPECT_EQ(ran.code, 1);
  const Json json = Json::parse(ran.out);
  EXPECT_EQ(only(json.at("overrides")), Json::parse(R"({"path":"host.elevated","value":"false"})"));
  EXPECT_EQ(json.at("scenarios").at(1).at("verdict"), "skipped");
  EXPECT_EQ(json.at("totals").at("skipped"), 1);
}

TEST_F(JsonOutput, AdaptersAndReleaseWriteTheirOwnDocuments) {
  write("a.toml", releasing(0));
  const Json adapters = Json::parse(unlease({"adapters", "--scenario", "a.toml", "--json", "-"}).out);
  EXPECT_EQ(adapters.at("format"), "unlease-adapters");
  const Json& adapter = only(adapters.at("adapters"));
  EXPECT_EQ(adapter.at("name"), "Ethernet");
  EXPECT_EQ(adapter.at("address"), "10.0.0.10");
  EXPECT_EQ(adapter.at("dhcp_enabled"), true);
  EXPECT_EQ(adapter.at("ip_enabled"), true);
  EXPECT_EQ(adapter.at("kind"), "ethernet");

  const Json release = Json::parse(unlease({"release", "--scenario", "a.toml", "--json", "-"}).out);
  EXPECT_EQ(release.at("format"), "unlease-release");
  EXPECT_EQ(release.at("code"), 0);
  EXPECT_EQ(only(release.at("outcomes")).at("guid"), adapter.at("guid"));
}

}  // namespace
}  // namespace unlease::app
