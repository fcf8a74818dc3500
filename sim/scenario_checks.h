// What a descriptor of single keys cannot say: how the tables of a scenario fit together. The checks also fill in what
// the loader derives: indexes, default servers, the default segment and step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/document.h"
#include "sim/scenario.h"
#include "sim/scenario_loader.h"

namespace unlease::sim {

// `diagnostics` holds what read_scenario found in `document`; what does not fit together is appended.
void check_scenario(const Node& document, Scenario& scenario, std::vector<Diagnostic>& diagnostics);

// Below: shared by the files of checks.

// Adds mistakes to a list, but for places where the reader found one: most likely it is the same.
class Findings {
 public:
  explicit Findings(std::vector<Diagnostic>& diagnostics);
  void add(Position position, std::string message);

 private:
  std::vector<Diagnostic>& diagnostics_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> known_;
};

using NameIndex = std::map<std::string_view, std::uint32_t>;

// The tables of a document's list `key`, as many as read_scenario made structs of them.
std::span<const Node> elements(const Node& document, std::string_view key);
// The value under `key` in `table`, else null.
const Node* child(const Node* table, std::string_view key);
// Where the value under `key` stands, else where `table` does.
Position place(const Node& table, std::string_view key);

// False, and a mistake, where a report could not show the name of a [[kind]].
bool check_name(Position position, std::string_view name, std::string_view kind, Findings& findings);

// The index of the name; where there is none, a mistake at `position` that says which [[kind]]s there are.
std::optional<std::uint32_t> resolve_name(Findings& findings, Position position, std::string_view kind,
                                          std::string_view name, const NameIndex& known);

// For "did you mean": more candidates than this are not compared, so that a large file of mistakes takes no minutes.
inline constexpr std::size_t kMostCandidates = 256;

// Which adapters there are, by name. The names belong to the scenario.
class AdapterNames {
 public:
  // The entry that has the name of this one, which is `entry` itself where it is new.
  std::uint32_t add(const AdapterSpec& spec, std::uint32_t entry);
  // The entry with a count that has an adapter of that name.
  std::optional<std::uint32_t> find_counted(std::string_view name) const;
  bool contains(std::string_view name) const { return single_.contains(name) || find_counted(name).has_value(); }

 private:
  struct Counted {
    std::uint32_t entry;
    std::uint32_t count;
  };
  NameIndex single_;
  std::map<std::string_view, Counted> counted_;
};

// The parts of check_scenario, in their order.
void check_segments(const Node& document, Scenario& scenario, Findings& findings);
void check_servers(const Node& document, Scenario& scenario, Findings& findings);
void check_relays(const Node& document, Scenario& scenario, Findings& findings);
void check_adapters(const Node& document, Scenario& scenario, Findings& findings);
void check_faults(const Node& document, Scenario& scenario, Findings& findings);
void check_steps(const Node& document, Scenario& scenario, Findings& findings);
void check_expectation(const Expectation& expectation, Findings& findings);

// Names and where they lead; the text belongs to the scenario.
NameIndex segment_index(const Scenario& scenario);
NameIndex server_index(const Scenario& scenario);

}  // namespace unlease::sim
