// What a HAL answers in each situation is its column of answers.txt. To write that down anew, and look at the
// difference: UNLEASE_UPDATE_ANSWERS=1 build/release/tests/contract_tests --gtest_filter='*AnswersAreThoseOfTheTable*'
// and the same through tests/in_network cmake/wine with build/windows/tests/contract_tests.exe.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/answer_table.h"
#include "tests/contract/harness.h"

namespace unlease::contract {
namespace {

using testing::ElementsAre;

const std::filesystem::path kFile = std::filesystem::path(UNLEASE_SOURCE_DIR) / "tests/contract/answers.txt";

struct NamedSituation {
  Situation situation;
  std::string_view name;
};
constexpr auto kListed = std::to_array<NamedSituation>({
    {Situation::kBound, "bound"},
    {Situation::kWithoutLease, "without a lease"},
    {Situation::kNotUnderDhcp, "not under DHCP"},
    {Situation::kDisabled, "disabled"},
    {Situation::kNoAdapters, "no adapters"},
    {Situation::kEnumerationFails, "listing fails"},
});
constexpr auto kOperatedOn = std::to_array<NamedSituation>({
    {Situation::kBound, "bound"},
    {Situation::kWithoutLease, "without a lease"},
    {Situation::kNotUnderDhcp, "not under DHCP"},
    {Situation::kDisabled, "disabled"},
    {Situation::kGone, "gone since the snapshot"},
    {Situation::kDriverFails, "the driver fails"},
    {Situation::kNoServer, "no server answers"},
    {Situation::kNotElevated, "not elevated"},
    {Situation::kServiceStopped, "DHCP service stopped"},
    {Situation::kServiceDisabled, "DHCP service disabled"},
    {Situation::kServiceAbsent, "DHCP service absent"},
    {Situation::kServiceCrashing, "DHCP service crashes"},
    {Situation::kRegistryCorrupt, "registry corrupt"},
    {Situation::kTcpipStopped, "TCP/IP stopped"},
    {Situation::kDnsClientStopped, "DNS client stopped"},
    {Situation::kOutOfMemory, "out of memory"},
});

// What the snapshot says of the one adapter.
std::string listing(const Harness& harness, Situation situation) {
  const std::vector<Situation> none;
  Subject subject(harness, situation == Situation::kNoAdapters ? none : std::vector{situation});
  const auto snapshot = subject.hal().adapters();
  if (!snapshot) return describe(snapshot.error());
  if (snapshot->empty()) return "nothing";
  const Adapter& adapter = snapshot->front();
  return fmt::format("{}DHCP, {}IP, {}", adapter.dhcp_enabled ? "" : "no ", adapter.ipv4_enabled ? "" : "no ",
                     adapter.address.is_none() ? "no address" : "an address");
}

// What the last of these operations on the one adapter is answered, all begun at once or one after the other.
std::string answer_of(Subject& subject, const std::vector<Operation>& operations, bool at_once) {
  if (!subject.hal().adapters()) return "not listed";
  subject.machine().change();
  std::string answer;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const OperationId id = subject.hal().begin(operations[i], AdapterHandle{0});
    if (at_once && i + 1 < operations.size()) continue;
    const auto batch = subject.hal().wait(subject.hal().now() + std::chrono::minutes(10));
    answer = "nothing in 10 minutes";
    for (const Completion& completion : batch) {
      if (completion.id == id) answer = describe(completion.error);
    }
  }
  return answer;
}

// Each row's situation and what `harness` answers.
Answers answers_of(const Harness& harness) {
  Answers answers;
  const auto add = [&](std::string name, Situation situation, const auto& ask) {
    answers.emplace_back(std::move(name), harness.can(situation) ? ask() : std::string(AnswerTable::kImpossible));
  };
  for (const auto& [situation, name] : kListed) {
    add(fmt::format("listing: {}", name), situation, [&] { return listing(harness, situation); });
  }
  const auto operate = [&](std::string name, Situation situation, const std::vector<Operation>& operations,
                           bool at_once = false) {
    add(std::move(name), situation, [&] {
      Subject subject(harness, {situation});
      return answer_of(subject, operations, at_once);
    });
  };
  constexpr Operation kRelease = Operation::kRelease;
  constexpr Operation kRenew = Operation::kRenew;
  for (const auto& [situation, name] : kOperatedOn) {
    operate(fmt::format("release: {}", name), situation, {kRelease});
  }
  operate("release: released before", Situation::kBound, {kRelease, kRelease});
  operate("release: during a release", Situation::kHeld, {kRelease, kRelease}, true);
  for (const auto& [situation, name] : kOperatedOn) operate(fmt::format("renew: {}", name), situation, {kRenew});
  operate("renew: released before", Situation::kBound, {kRelease, kRenew});
  operate("renew: during a release", Situation::kHeld, {kRelease, kRenew}, true);
  return answers;
}

AnswerTable read_table() {
  std::ifstream file(kFile, std::ios::binary);
  return AnswerTable(std::string{std::istreambuf_iterator<char>(file), {}});
}

TEST_P(HalTest, AnswersAreThoseOfTheTable) {
  const std::string hal(GetParam()->name());
  const Answers answers = answers_of(*GetParam());
  if (std::getenv("UNLEASE_UPDATE_ANSWERS") != nullptr) {
    AnswerTable table = read_table();
    table.set(hal, answers);
    std::ofstream(kFile, std::ios::binary) << table.text();
  }
  const AnswerTable table = read_table();
  std::vector<std::string> situations;
  for (const auto& [situation, answer] : answers) {
    situations.push_back(situation);
    EXPECT_EQ(answer, table.answer(situation, hal))
        << hal << ", " << situation << "; write it down anew as this test's "
        << "first lines say";
  }
  EXPECT_EQ(table.situations(), situations);
}

// What the backend answers before it calls Wine, and what an adapter of Wine's that is up cannot be without: an
// address.
bool is_not_wines(std::string_view situation) {
  constexpr std::array<std::string_view, 3> kAnsweredBefore{"not under DHCP", "disabled", "gone since the snapshot"};
  const bool is_operation = !situation.starts_with("listing: ");
  return situation == "listing: not under DHCP" ||
         (is_operation &&
          std::ranges::any_of(kAnsweredBefore, [&](std::string_view name) { return situation.ends_with(name); }));
}

// The simulator's model of Wine is Wine's, wherever Wine can be brought into a situation.
TEST(ContractWine8, TheSimulatorAnswersAsWineDoes) {
  const AnswerTable table = read_table();
  std::size_t compared = 0;
  for (const std::string& situation : table.situations()) {
    const std::string_view real = table.answer(situation, "iphelper_wine8");
    if (real == AnswerTable::kImpossible) continue;
    const std::string_view simulated = table.answer(situation, "simulator_wine8");
    if (is_not_wines(situation)) {
      EXPECT_NE(simulated, real) << situation;
    } else {
      EXPECT_EQ(simulated, real) << situation;
      ++compared;
    }
  }
  EXPECT_GT(compared, 5U);
}

constexpr std::string_view kTwoHals = "# a comment\n\nsituation | one | two\na |  x | y z \nb | - |\n";

TEST(ContractTable, ReadsCellsByRowAndColumn) {
  const AnswerTable table(kTwoHals);
  EXPECT_THAT(table.situations(), ElementsAre("a", "b"));
  EXPECT_EQ(table.answer("a", "one"), "x");
  EXPECT_EQ(table.answer("a", "two"), "y z");
  EXPECT_EQ(table.answer("b", "two"), "");
  EXPECT_EQ(table.answer("c", "one"), AnswerTable::kUnknown);
  EXPECT_EQ(table.answer("a", "three"), AnswerTable::kUnknown);
}

TEST(ContractTable, AColumnWrittenAnewLeavesTheOthers) {
  AnswerTable table(kTwoHals);
  table.set("three", {{"c", "new"}, {"a", "w"}});
  const AnswerTable again(table.text());
  EXPECT_THAT(again.situations(), ElementsAre("c", "a"));
  EXPECT_EQ(again.answer("a", "two"), "y z");
  EXPECT_EQ(again.answer("a", "three"), "w");
  EXPECT_EQ(again.answer("c", "one"), AnswerTable::kUnknown);
  EXPECT_EQ(again.text(), table.text());
}

}  // namespace
}  // namespace unlease::contract
