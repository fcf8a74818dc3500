// Results that no correct program gives, made by hand: how a violation and an internal error are shown.
#include "apps/unlease/run_result.h"

#include <sstream>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/command_line.h"

namespace unlease::app {
namespace {

using testing::HasSubstr;

Selected loaded() { return {"a.toml", sim::load_scenario_text(releasing(0), "a.toml")}; }

RunResult violated() {
  sim::Violation violation;
  violation.invariant = 4;
  violation.event = 8;
  violation.at = Instant(std::chrono::milliseconds(5));
  violation.adapter = 0;
  violation.what = "sent twice";
  violation.history.push_back(
      {.ordinal = 11,
       .record = {.at = Instant(std::chrono::milliseconds(4)), .kind = sim::TraceKind::kAddressRemoved}});
  RunResult result;
  result.verdict = RunVerdict::kViolated;
  result.play.emplace();
  result.play->seed = 3;
  result.play->violations.push_back(std::move(violation));
  return result;
}

TEST(RunText, AViolationComesWithItsAdapterAndWhatHappenedBefore) {
  std::ostringstream out;
  RunText(out, {.repeat_with = " --set 'a=b'"}).add(loaded(), violated());
  EXPECT_THAT(out.str(), HasSubstr("  a.toml: invariant 4 does not hold at 5ms, event 8, adapter \"Ethernet\"\n"
                                   "      sent twice\n"));
  EXPECT_THAT(out.str(),
              HasSubstr("      {\"event\":11,\"at_ns\":4000000,\"kind\":\"address_removed\",\"adapter\":\"Ethernet\""));
  EXPECT_THAT(out.str(), HasSubstr("unlease run a.toml --seed 3 --set 'a=b' --trace\n"));
}

TEST(RunText, OfManyFailuresTheFirstOnesAreShownAndTheRestCounted) {
  RunResult result;
  result.verdict = RunVerdict::kFailed;
  result.play.emplace();
  result.play->failures.resize(25, {.position = {}, .subject = "code", .expected = "1", .actual = "0"});
  std::ostringstream out;
  RunText(out, {}).add(loaded(), result);
  EXPECT_THAT(out.str(), HasSubstr("  a.toml: code\n      expected  1\n      got       0\n"));
  EXPECT_THAT(out.str(), HasSubstr("  and 5 more\n"));
}

TEST(RunJson, AViolationHasItsHistoryAndAnInternalErrorItsText) {
  RunResult failed;
  failed.verdict = RunVerdict::kError;
  failed.error = "out of memory";
  RunTotals totals;
  totals[RunVerdict::kViolated] = 1;
  totals[RunVerdict::kError] = 1;
  std::ostringstream out;
  RunJson json(out, {});
  json.add(loaded(), violated());
  json.add(loaded(), failed);
  json.finish(totals);

  const auto document = nlohmann::json::parse(out.str());
  EXPECT_EQ(document.at("exit_code"), 4);
  const auto& violation = document.at("scenarios").at(0).at("violations").at(0);
  EXPECT_EQ(violation.at("event"), 8);
  EXPECT_EQ(violation.at("adapter"), "Ethernet");
  EXPECT_EQ(violation.at("history").at(0).at("kind"), "address_removed");
  EXPECT_EQ(violation.at("history").at(0).at("event"), 11);
  EXPECT_EQ(document.at("scenarios").at(1).at("error"), "out of memory");
  EXPECT_EQ(totals.not_passed(), 2U);
}

}  // namespace
}  // namespace unlease::app
