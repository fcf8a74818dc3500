// The values of a scenario file that are written as text: durations, addresses, pools, probabilities. Reading them,
// and writing them the way a file would.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "engine/hal.h"
#include "engine/time.h"
#include "sim/scenario.h"

namespace unlease::sim {

// Longer spans are refused, so that no sum of a few overflows.
inline constexpr Duration kLongestDuration = std::chrono::hours(24) * 36500;

// Each parser's error is a sentence part that says what is wrong with the text and what to write instead.
template <class T>
using Parsed = std::expected<T, std::string>;

// "30s", "1.5s", "1h30m": numbers with a unit of ns, us, ms, s, m, h, d. Exact to the nanosecond or refused.
Parsed<Duration> parse_duration(std::string_view text);
std::string duration_text(Duration duration);  // "1h30m"; the largest units that make it exact

Parsed<Ipv4> parse_ipv4(std::string_view text);      // "10.0.0.1"
Parsed<PoolSpec> parse_pool(std::string_view text);  // "10.0.0.10-10.0.0.250"; not reversed
std::string pool_text(const PoolSpec& pool);

// 0 to 1, rounded to the nearest part per billion; a positive number that would round to none is refused.
Parsed<Probability> to_probability(double value);
std::string probability_text(Probability probability);  // "0.25", "0.0"

// "none", "any", or an address.
Parsed<ExpectedAddress> parse_expected_address(std::string_view text);
std::string expected_address_text(const ExpectedAddress& expected);

}  // namespace unlease::sim
