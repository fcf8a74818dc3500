// What must hold between runs rather than within one: invariants 10, 11 and 13, over the suite and over worlds made for
// it; and pairs of runs that break each, which must be caught.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/mapping.h"
#include "sim/context.h"
#include "tests/sim/scenario_test_support.h"
#include "tests/sim/suite_files.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

// The scenarios of the suite, but for those of very many adapters, which are only more of the same.
std::vector<std::pair<std::string, Scenario>> scenarios() {
  std::vector<std::pair<std::string, Scenario>> found;
  for (const std::string& file : suite_files()) {
    Loaded loaded = load_scenario_file(suite_path(file));
    EXPECT_TRUE(loaded.scenario) << file;
    if (!loaded.scenario || AdapterTable(loaded.scenario->adapters).size() > 10'000) continue;
    found.emplace_back(file, std::move(*loaded.scenario));
  }
  EXPECT_GT(found.size(), 100U);
  return found;
}

// --- 10: the number depends on the multiset of outcomes alone ------------------------------------------------------

::testing::AssertionResult number_follows_from_the_multiset(const Scenario& scenario, const Report& report) {
  if (report.enumeration_error) return ::testing::AssertionSuccess();
  std::vector<ReturnCode> codes;
  for (const Outcome& outcome : report.outcomes) {
    if (outcome.decision != Decision::kSkipped) codes.push_back(outcome.code);
  }
  std::ranges::sort(codes);
  Aggregate aggregate;
  for (const ReturnCode code : codes) aggregate.add(code);
  const ReturnCode number = aggregate.result(scenario.engine.policies);
  if (number == report.code) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << value(report.code) << " where the outcomes come to " << value(number);
}

// Adapters of every outcome, in any order.
constexpr std::string_view kKinds[] = {"lease = { server = \"dhcp1\", state = \"bound\" }\n", "link = \"down\"\n", "",
                                       "dhcp = false\n", "lease = { server = \"dhcp1\", state = \"renewing\" }\n"};

TEST(SeveralRuns, PermutingTheAdaptersKeepsTheNumber) {
  const std::pair<std::vector<std::size_t>, std::uint32_t> rows[] = {
      {{0, 1, 2, 3}, 98}, {{0, 2, 3, 4}, 0}, {{1, 1, 3, 3}, 84}, {{3, 3, 3, 3}, 0}, {{0, 0, 1, 4}, 98}};
  for (auto [kinds, number] : rows) {
    std::ranges::sort(kinds);
    do {
      std::string text(kServer);
      for (std::size_t i = 0; i < kinds.size(); ++i) {
        text += fmt::format("[[adapter]]\nname = \"a{}\"\n{}", i, kKinds[kinds[i]]);
      }
      EXPECT_EQ(code_of(play_text(text)), number) << text;
    } while (std::ranges::next_permutation(kinds).found);
  }
}

TEST(SeveralRuns, EveryNumberOfTheSuiteFollowsFromItsOutcomes) {
  for (const auto& [file, scenario] : scenarios()) {
    for (const CallResult& call : play(scenario).calls) {
      if (!call.adapter.empty()) continue;
      EXPECT_TRUE(number_follows_from_the_multiset(scenario, call.report)) << file;
    }
  }
}

TEST(InvariantCatchesOverRuns, NumberTenANumberThatTheFirstOutcomeDecides) {
  const auto scenario = scenario_of(join(kServer, kBound, "[[adapter]]\nname = \"Wi-Fi\"\nlink = \"down\"\n"));
  Report report = play(*scenario).calls.at(0).report;
  EXPECT_TRUE(number_follows_from_the_multiset(*scenario, report));
  report.code = report.outcomes.at(0).code;
  EXPECT_FALSE(number_follows_from_the_multiset(*scenario, report));
}

// --- 11: an added adapter on a segment of its own changes nobody else's outcome -------------------------------------

constexpr std::string_view kFar = R"(
[[segment]]
name = "far away"
[[server]]
name = "far away"
segment = "far away"
address = "172.31.255.1"
pool = "172.31.255.10-172.31.255.20"
[[adapter]]
name = "far away"
segment = "far away"
lease = { server = "far away", state = "bound" }
)";

std::string with_far_adapter(const std::string& text, bool has_segments) {
  return text + (has_segments ? "" : "\n[[segment]]\nname = \"lan\"\n") + std::string(kFar);
}

// Where one thing that tells what became of an adapter of the first run, which has `adapters`, is another in the
// second.
std::optional<std::string> change_between(const PlayResult& first, const PlayResult& second, std::uint32_t adapters) {
  if (first.calls.size() != second.calls.size()) return "the number of calls";
  for (std::size_t call = 0; call < first.calls.size(); ++call) {
    const std::vector<Outcome>& before = first.calls[call].report.outcomes;
    const std::vector<Outcome>& after = second.calls[call].report.outcomes;
    for (std::size_t i = 0; i < before.size(); ++i) {
      const auto key = [](const Outcome& outcome) {
        return std::tuple(outcome.guid, outcome.error, outcome.code, outcome.decision, outcome.queued, outcome.ended);
      };
      if (i >= after.size() || key(before[i]) != key(after[i])) return fmt::format("call {}, outcome {}", call, i);
    }
  }
  std::vector<LedgerEntry> ledger = second.ledger;
  std::erase_if(ledger, [adapters](const LedgerEntry& entry) { return entry.adapter >= adapters; });
  if (ledger != first.ledger) return "the ledger";
  return std::nullopt;
}

// It would take a slot, or the fault be on it.
bool can_spare_an_adapter(const Scenario& scenario) {
  return scenario.engine.max_in_flight == 0 && std::ranges::none_of(scenario.faults, [](const FaultSpec& fault) {
           return fault.on == FaultOn::kEnumerate || matches(fault.adapter, AdapterName("far away"));
         });
}

TEST(SeveralRuns, AnAddedAdapterOnASegmentOfItsOwnChangesNoOtherOutcomeOfTheSuite) {
  std::size_t compared = 0;
  for (const auto& [file, scenario] : scenarios()) {
    if (!can_spare_an_adapter(scenario)) continue;
    const std::string text = source_file(file);
    const Loaded with =
        load_scenario_text(with_far_adapter(text, text.find("\n[[segment]]") != std::string::npos), file);
    ASSERT_TRUE(with.scenario) << to_string(file, with.diagnostics.front());
    const std::uint32_t adapters = AdapterTable(scenario.adapters).size();
    EXPECT_EQ(change_between(play(scenario), play(*with.scenario), adapters), std::nullopt) << file;
    ++compared;
  }
  EXPECT_GT(compared, 50U);
}

// Nor which of its packets are lost, late or doubled.
TEST(SeveralRuns, AnAddedAdapterOnASegmentOfItsOwnChangesNoLuck) {
  const std::string lossy = join(R"(
[[segment]]
name = "lan"
loss = 0.3
jitter = "5ms"
duplicate = 0.2
reorder = 0.2
)",
                                 kServer, "[[adapter]]\nname = \"pc\"\ncount = 9\nlease = { acquire = true }\n",
                                 "[[step]]\nat = \"1m\"\ncall = \"ReleaseDHCPLeaseAll\"\n");
  const auto deliveries = [](const PlayResult& result) {
    std::vector<std::pair<Instant, std::uint64_t>> found;
    for (const TraceRecord& record : records_of(result, TraceKind::kPacketDelivered)) {
      const NodeId receiver{low_half(record.y)};
      if (!is_server(receiver) && index_of(receiver) < 9) found.emplace_back(record.at, record.y);
    }
    return found;
  };
  const PlayResult with = play_text(with_far_adapter(lossy, true));
  EXPECT_EQ(deliveries(with), deliveries(play_text(lossy)));
  EXPECT_GT(deliveries(with).size(), 10U);
}

// One that is not on a segment of its own: it takes the pool's only address.
TEST(InvariantCatchesOverRuns, NumberElevenAnAdapterThatTakesAnothersAddress) {
  const std::string text = R"(
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.10"
[[step]]
at = "1m"
call = "ReleaseDHCPLeaseAll"
[engine]
no_lease = "83"
[[adapter]]
name = "first"
lease = { acquire = true }
)";
  const PlayResult alone = play_text(text);
  const std::string added = "[[adapter]]\nname = \"added\"\nlease = { server = \"dhcp1\", state = \"bound\" }\n";
  EXPECT_EQ(change_between(alone, alone, 1), std::nullopt);
  EXPECT_EQ(change_between(alone, play_text(with_far_adapter(text, false)), 1), std::nullopt);
  EXPECT_EQ(change_between(alone, play_text(text + added), 1), "call 0, outcome 0");
}

// --- 13: the same scenario and seed give the same fingerprint -------------------------------------------------------

TEST(InvariantCatchesOverRuns, NumberThirteenARecordThatDiffersInAnyField) {
  const PlayResult result = play_text(join(kServer, kBound));
  EXPECT_EQ(fingerprint_of(result.trace), play_text(join(kServer, kBound)).fingerprint);
  for (std::size_t place = 0; place < result.trace.size(); ++place) {
    for (int field = 0; field < 6; ++field) {
      std::vector<TraceRecord> other = result.trace;
      TraceRecord& record = other[place];
      if (field == 0) record.at += Duration(1);
      if (field == 1) record.subject ^= 1U;
      if (field == 2) record.detail ^= 1U;
      if (field == 3) record.extra ^= 1U;
      if (field == 4) record.x ^= 1U;
      if (field == 5) record.y ^= 1U;
      EXPECT_NE(fingerprint_of(other), result.fingerprint) << "record " << place << ", field " << field;
    }
  }
  std::vector<TraceRecord> fewer = result.trace;
  fewer.pop_back();
  EXPECT_NE(fingerprint_of(fewer), result.fingerprint);
  std::vector<TraceRecord> swapped = result.trace;
  std::swap(swapped.front(), swapped.back());
  EXPECT_NE(fingerprint_of(swapped), result.fingerprint);
}

}  // namespace
}  // namespace unlease::sim
