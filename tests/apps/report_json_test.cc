// What the simulator never has to say of a call: there, an operation starts when it is begun.
#include "apps/unlease/report_json.h"

#include <chrono>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace unlease::app {
namespace {

TEST(ReportJson, KeepsTheTimeInAQueueApartFromTheTimeOfTheWork) {
  Report report;
  Outcome& outcome = report.outcomes.emplace_back();
  outcome.queued = Instant(std::chrono::nanoseconds(1));
  outcome.started = Instant(std::chrono::nanoseconds(20));
  outcome.ended = Instant(std::chrono::nanoseconds(300));
  std::ostringstream text;
  JsonWriter json(text);
  json.begin_object();
  write_report(json, report, [](const Guid&) { return "Ethernet"; });
  json.end_object();
  const nlohmann::json written = nlohmann::json::parse(text.str()).at("outcomes").at(0);
  EXPECT_EQ(written.at("queued_ns"), 1);
  EXPECT_EQ(written.at("started_ns"), 20);
  EXPECT_EQ(written.at("ended_ns"), 300);
}

}  // namespace
}  // namespace unlease::app
