// What the simulator never has to say of a call: there, an operation starts when it is begun.
#include "apps/unlease/report_json.h"

#include <chrono>
#include <span>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace unlease::app {
namespace {

TEST(ReportJson, KeepsTheTimeInAQueueApartFromTheTimeOfTheWork) {
  Report report;
  report.outcomes.push_back({.queued = Instant(std::chrono::nanoseconds(1)),
                             .started = Instant(std::chrono::nanoseconds(20)),
                             .ended = Instant(std::chrono::nanoseconds(300))});
  std::ostringstream text;
  JsonWriter json(text);
  json.begin_object();
  write_report(json, report, sim::AdapterTable(std::span<const sim::AdapterSpec>()));
  json.end_object();
  const nlohmann::json outcome = nlohmann::json::parse(text.str()).at("outcomes").at(0);
  EXPECT_EQ(outcome.at("queued_ns"), 1);
  EXPECT_EQ(outcome.at("started_ns"), 20);
  EXPECT_EQ(outcome.at("ended_ns"), 300);
}

}  // namespace
}  // namespace unlease::app
