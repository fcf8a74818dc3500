#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/unlease/advice.h"
#include "apps/unlease/commands.h"
#include "apps/unlease/reading.h"
#include "apps/unlease/text.h"
#include "apps/unlease/utf8.h"
#include "engine/mapping.h"

namespace unlease::app {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kIndent = 2;

// What the method makes of an error, for the operations and origins that have that in common.
struct Mapped {
  std::string_view operation;
  std::vector<Origin> origins;
  const MappingRow* row = nullptr;  // null where the general rules apply
  ReturnCode code{};
  ReturnCode strict_code{};  // with the policy no_lease = "83"

  bool same_result(const Mapped& other) const {
    return row == other.row && code == other.code && strict_code == other.strict_code;
  }
};

Mapped map_one(Operation operation, const Error& error) {
  const Policies strict{.no_lease = ReturnCode::kUnableToRelease};
  Mapped mapped{name(operation), {error.origin}, find_mapping(operation, error), {}, {}};
  if (error.origin == Origin::kEnumeration) {
    mapped.code = mapped.strict_code = map_enumeration_error(operation, error);
  } else {
    mapped.code = map_error(operation, error, {});
    mapped.strict_code = map_error(operation, error, strict);
  }
  return mapped;
}

// The error from every origin, those with the same result together.
std::vector<Mapped> map_all(Operation operation, Error error) {
  std::vector<Mapped> result;
  for (int i = 0; i < kOriginCount; ++i) {
    error.origin = static_cast<Origin>(i);
    const Mapped one = map_one(operation, error);
    const auto same = std::ranges::find_if(result, [&](const Mapped& other) { return other.same_result(one); });
    if (same == result.end()) {
      result.push_back(one);
    } else {
      same->origins.push_back(error.origin);
    }
  }
  return result;
}

// The same for both operations, those that agree together.
std::vector<Mapped> map_all(const Error& error) {
  std::vector<Mapped> result = map_all(Operation::kRelease, error);
  for (const Mapped& renew : map_all(Operation::kRenew, error)) {
    const auto same = std::ranges::find_if(
        result, [&](const Mapped& other) { return other.same_result(renew) && other.origins == renew.origins; });
    if (same == result.end()) {
      result.push_back(renew);
    } else {
      same->operation = "both";
    }
  }
  return result;
}

std::string origins_text(const std::vector<Origin>& origins) {
  if (origins.size() == kOriginCount) return "any origin";
  std::string text;
  for (const Origin origin : origins) text += fmt::format("{}{}", text.empty() ? "" : ", ", name(origin));
  return text;
}

std::string code_text(const Mapped& mapped) {
  std::string text = describe_code(mapped.code);
  if (mapped.strict_code != mapped.code) text += fmt::format(", {} with no_lease = \"83\"", value(mapped.strict_code));
  return text;
}

std::string_view standing(const MappingRow* row) {
  if (row == nullptr) return "general rule";
  return row->assumed ? "assumed" : "documented";
}

std::string_view reason(const Mapped& mapped) {
  if (mapped.row != nullptr) return mapped.row->reason;
  return is_other(mapped.code) ? "No row of the table speaks of it, so it is passed through as \"Other\"."
                               : "No row of the table speaks of it; passed through it would read as another code.";
}

// What the method returns for each operation and origin, and why for the plainest: the call itself gave the error.
std::string mapping_text(const std::vector<Mapped>& all) {
  Rows rows;
  std::string reasons;
  for (const Mapped& mapped : all) {
    rows.push_back({std::string(mapped.operation), origins_text(mapped.origins), std::string(standing(mapped.row)),
                    code_text(mapped)});
    if (std::ranges::find(mapped.origins, Origin::kApi) != mapped.origins.end()) {
      reasons += wrapped(fmt::format("{} {}: {}", mapped.operation == "both" ? "release and renew," : mapped.operation,
                                     "from api", reason(mapped)),
                         kIndent);
    }
  }
  return "  What the method returns when one adapter, or all alike, fail with it, by operation and origin:\n" +
         table(rows, "    ") + reasons;
}

std::string error_text(const Error& error) {
  const ErrorName* const known = find_error_name(error.domain, error.value);
  std::string text = error.domain == Domain::kWin32 ? "As a Win32 error:\n" : "As an HRESULT:\n";
  text +=
      known == nullptr ? "  no name is known here for it\n" : fmt::format("  {}: {}\n", known->name, known->meaning);
  const Error inner = unwrap_hresult(error);
  if (inner != error) {
    const ErrorName* const inside = find_error_name(inner.domain, inner.value);
    text += fmt::format("  It wraps the Win32 error {}{}{}.\n", inner.value, inside == nullptr ? "" : " ",
                        inside == nullptr ? "" : inside->name);
  }
  return text + (is_success(error) ? "  It means success.\n" : mapping_text(map_all(error)));
}

std::string values_text(const MappingRow& row) {
  if (row.first == 0 && row.last == 0xFFFFFFFF) return "any failure";
  if (row.first != row.last) return fmt::format("{}-{}", row.first, row.last);
  const ErrorName* const known = find_error_name(Domain::kWin32, row.first);
  return known == nullptr ? fmt::format("{}", row.first) : fmt::format("{} {}", row.first, known->name);
}

// The rows of the published table that give `code`; empty where none does.
std::string errors_that_give(ReturnCode code) {
  Rows rows;
  for (const MappingRow& row : mapping_rows()) {
    if (row.code != code) continue;
    rows.push_back({row.operation ? std::string(name(*row.operation)) : "both",
                    row.origin ? std::string(name(*row.origin)) : "any origin", std::string(standing(&row)),
                    values_text(row)});
  }
  if (rows.empty()) return {};
  return "  Errors that give it, by operation and origin:\n" + table(rows, "    ");
}

std::string return_code_text(ReturnCode code) {
  std::string text = "As the return value of ReleaseDHCPLeaseAll and its siblings:\n";
  const ReturnCodeRow* const row = find_row(code);
  text += fmt::format("  {}\n", describe_code(code));
  if (row != nullptr) text += wrapped(row->meaning, kIndent);
  const Advice& about = advice(code);
  text += "  Who meets this:\n" + wrapped(about.met_by, 2 * kIndent);
  text += "  What to do:\n" + wrapped(about.remedy, 2 * kIndent);
  return text + errors_that_give(code);
}

bool expects(const sim::Expectation& expectation, ReturnCode code) {
  return expectation.code && expectation.code->value == value(code);
}

bool expects(const sim::Scenario& scenario, ReturnCode code) {
  return expects(scenario.expect, code) || std::ranges::any_of(scenario.steps, [&](const sim::StepSpec& step) {
           return step.expect && expects(*step.expect, code);
         });
}

std::string scenarios_text(ReturnCode code, const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::exists(to_path(folder), error)) {
    return fmt::format("There is no folder '{}' to look for scenarios that reproduce it: name one with --scenarios.\n",
                       folder);
  }
  const Selector selector{.paths = {folder}, .tags = {}, .filter = {}, .overrides = {}};
  const auto selection = select_scenarios(selector, 1);
  if (!selection) return selection.error() + '\n';
  Rows rows;
  for (const Selected& selected : *selection) {
    const auto& scenario = selected.loaded.scenario;
    if (!scenario || !expects(*scenario, code)) continue;
    rows.push_back({selected.file, scenario->cause ? std::string(cause_name(*scenario->cause)) : "-", scenario->name});
  }
  if (rows.empty()) return fmt::format("No scenario below '{}' expects it.\n", folder);
  return "Scenarios that reproduce it (file, cause, name):\n" + table(rows, "  ");
}

// Which reading is which, where a number has two, and which of them the method returns.
std::string_view hint(const Readings& readings) {
  if (!readings.code || !readings.error || is_success(*readings.code)) return {};
  const ReturnCode code = *readings.code;
  if (is_documented(code) && !is_other(code)) {
    return "From the method, the first reading holds. From an API or `net helpmsg`, the second one does.\n\n";
  }
  const auto gives_it = [&](const Mapped& mapped) { return mapped.code == code; };
  if (std::ranges::any_of(map_all(*readings.error), gives_it)) {
    return "The method returns this number where it passes the error of the second reading through.\n\n";
  }
  return "The method never returns this number: for the error of the second reading it returns another one.\n\n";
}

}  // namespace

ExitCode explain_command(const ExplainOptions& options, Console& console) {
  const auto readings = read_argument(options.what);
  if (!readings) return usage_error(console, readings.error(), "explain");
  const std::uint32_t number = readings->code ? value(*readings->code) : readings->error->value;
  console.out << styled(console.colour_out, Style::kStrong, spellings(number)) << "\n\n" << hint(*readings);
  if (readings->code) {
    console.out << return_code_text(*readings->code);
    if (readings->error) console.out << '\n';
  }
  if (readings->error) console.out << error_text(*readings->error);
  if (readings->code) {
    console.out << '\n' << scenarios_text(*readings->code, options.scenarios);
  } else {
    const ReturnCode code = map_error(Operation::kRelease, *readings->error, {});
    console.out << fmt::format("\nMore on the return code: unlease explain {}\n", value(code));
  }
  return ExitCode::kPassed;
}

}  // namespace unlease::app
