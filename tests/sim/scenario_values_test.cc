#include "sim/scenario_values.h"

#include <chrono>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/scenario_test_support.h"

namespace unlease::sim {
namespace {

using namespace std::chrono_literals;

TEST(ScenarioValues, DurationsAreExact) {
  EXPECT_EQ(parse_duration("0s"), 0s);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("1d2h3m4s5ms6us7ns"), 26h + 3min + 4s + 5ms + 6us + 7ns);
  EXPECT_EQ(parse_duration("0.00000000005m"), 3ns);
  EXPECT_EQ(parse_duration("1.000000000000000000000s"), 1s);
  EXPECT_EQ(parse_duration("36500d"), kLongestDuration);
  EXPECT_THAT(parse_duration("0.5ns").error(), testing::HasSubstr("finer than a nanosecond"));
  EXPECT_THAT(parse_duration("36500d1ns").error(), testing::HasSubstr("100 years"));
  EXPECT_THAT(parse_duration("99999999999999999999s").error(), testing::HasSubstr("100 years"));
  EXPECT_THAT(parse_duration("-1s").error(), testing::HasSubstr("negative"));
  EXPECT_THAT(parse_duration("5").error(), testing::HasSubstr("\"5s\""));
  for (const char* none : {"", "s", "5 s", "1s ", "+1s", "1.s", ".5s", "1S", "1week", "1s2", "1e3s"}) {
    EXPECT_FALSE(parse_duration(none)) << none;
  }
}

TEST(ScenarioValues, DurationsComeBackAsTheyWere) {
  for (const char* text : {"0s", "1ns", "250ms", "8h", "365d", "1h30m", "1s500ms", "36500d"}) {
    EXPECT_EQ(duration_text(parse_duration(text).value_or(-1s)), text);
  }
}

TEST(ScenarioValues, AddressesAreFourPlainNumbers) {
  EXPECT_EQ(parse_ipv4("255.0.10.1"), ip(255, 0, 10, 1));
  for (const char* none : {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", "1..2.3", "a.b.c.d",
                           "-1.2.3.4", "1.2.3.0x4", "99999999999.1.1.1"}) {
    EXPECT_FALSE(parse_ipv4(none)) << none;
  }
}

TEST(ScenarioValues, ProbabilitiesRoundToBillionths) {
  EXPECT_EQ(to_probability(0.0), Probability{0});
  EXPECT_EQ(to_probability(1.0), kCertain);
  EXPECT_EQ(to_probability(0.1), Probability{100'000'000});
  EXPECT_EQ(to_probability(1.0 / 3), Probability{333'333'333});
  EXPECT_EQ(to_probability(2.0 / 3), Probability{666'666'667});
  EXPECT_THAT(to_probability(1e-12).error(), testing::HasSubstr("one in a billion"));
  for (const double none :
       {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_FALSE(to_probability(none)) << none;
  }
  EXPECT_EQ(probability_text(Probability{0}), "0.0");
  EXPECT_EQ(probability_text(Probability{250'000'000}), "0.25");
  EXPECT_EQ(probability_text(Probability{100'000'000}), "0.1");
  EXPECT_EQ(probability_text(Probability{1}), "0.000000001");
  EXPECT_EQ(probability_text(kCertain), "1.0");
}

}  // namespace
}  // namespace unlease::sim
