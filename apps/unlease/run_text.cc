#include <algorithm>
#include <iterator>
#include <span>

#include <fmt/format.h>

#include "apps/unlease/console.h"
#include "apps/unlease/report_json.h"
#include "apps/unlease/run_result.h"
#include "apps/unlease/text.h"
#include "apps/unlease/utf8.h"
#include "sim/adapter_table.h"

namespace unlease::app {
namespace {

// More failures or records than this of one scenario are counted, not shown.
constexpr std::size_t kMaxShown = 20;

Style style_of(RunVerdict verdict) {
  if (verdict == RunVerdict::kPassed) return Style::kGood;
  return verdict == RunVerdict::kSkipped ? Style::kWarning : Style::kBad;
}

using Counts = std::array<std::uint64_t, sim::kMessageTypeCount>;

// "10 offer, 10 ack"
std::string counts_text(const Counts& counts) {
  std::string text;
  for (std::size_t type = 0; type < counts.size(); ++type) {
    if (counts[type] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[type], name(static_cast<sim::MessageType>(type)));
  }
  return text.empty() ? "nothing" : text;
}

// What stands beside the file: the method's number, or why there is none.
std::string summary(const Selected& selected, const RunResult& result) {
  if (result.verdict == RunVerdict::kInvalid) {
    return count_of(selected.loaded.diagnostics.size(), "mistake", "mistakes");
  }
  if (!result.error.empty()) return result.error;
  if (!result.play) return "not run";
  const std::string code = result.play->code ? describe_code(*result.play->code) : "no call";
  return fmt::format("{}  {}", code, format_duration(result.play->virtual_time));
}

}  // namespace

void RunText::add(const Selected& selected, const RunResult& result) {
  const std::string verdict = padded(name(result.verdict), 8);
  out_ << fmt::format("{}  {}  {}", styled(options_.colour, style_of(result.verdict), verdict),
                      padded(selected.file, options_.width), summary(selected, result));
  if (options_.timing && result.play) out_ << fmt::format("  [{}]", milliseconds(result.real_time));
  out_ << '\n';
  if (result.play) {
    if (result.play->wire) add_wire(*selected.loaded.scenario, *result.play->wire);
    if (!result.play->failures.empty()) add_failures(selected, *result.play);
    for (const sim::Violation& violation : result.play->violations) add_violation(selected, *result.play, violation);
    if (exit_code(result.verdict) != ExitCode::kPassed) add_ledger(selected, *result.play);
  }
  out_.flush();
}

void RunText::add_wire(const sim::Scenario& scenario, const sim::WireResult& wire) {
  if (wire.wanted > 0) {
    out_ << fmt::format("  wire: {} of {} acquired in {}\n", wire.acquired, count_of(wire.wanted, "lease", "leases"),
                        format_duration(wire.acquiring));
  }
  for (const sim::HeardServer& server : wire.servers) {
    out_ << fmt::format("  wire: server {} at {}, {}\n", to_string(server.address), to_string(server.mac),
                        counts_text(server.messages));
  }
  if (wire.kept > 0) {
    out_ << fmt::format("  wire: {} not released, and bound at the server\n", count_of(wire.kept, "lease", "leases"));
  }
  if (!scenario.servers.empty()) {
    Counts answers{};
    for (const auto type : {sim::MessageType::kOffer, sim::MessageType::kAck, sim::MessageType::kNak}) {
      answers[static_cast<std::size_t>(type)] = wire.sent[static_cast<std::size_t>(type)];
    }
    out_ << fmt::format("  wire: {} came, {} went; {} bound\n", counts_text(wire.received), counts_text(answers),
                        count_of(wire.bound, "lease", "leases"));
  }
  for (std::size_t fault = 0; fault < wire.refused.size(); ++fault) {
    if (wire.refused[fault] == 0) continue;
    out_ << fmt::format("  wire: {} refused: {}\n", count_of(wire.refused[fault], "frame", "frames"),
                        name(static_cast<sim::PacketFault>(fault)));
  }
  if (wire.overrun > 0) out_ << fmt::format("  wire: {} came too fast and were lost\n", wire.overrun);
}

void RunText::add_failures(const Selected& selected, const sim::PlayResult& play) {
  const SourceLines source(to_path(selected.file));
  const std::span<const sim::Failure> failures(play.failures);
  std::uint32_t quoted = 0;
  for (const sim::Failure& failure : failures.first(std::min(failures.size(), kMaxShown))) {
    std::string place = selected.file;
    if (failure.position.line != 0) {
      place += fmt::format(":{}:{}", failure.position.line, failure.position.column);
    }
    out_ << fmt::format("  {}: {}\n", place, styled(options_.colour, Style::kStrong, failure.subject));
    // Many adapters that one pattern names miss the same line.
    if (failure.position.line != quoted) out_ << source.quote(failure.position);
    quoted = failure.position.line;
    out_ << fmt::format("      expected  {}\n      got       {}\n",
                        styled(options_.colour, Style::kGood, failure.expected),
                        styled(options_.colour, Style::kBad, failure.actual));
  }
  if (failures.size() > kMaxShown) out_ << fmt::format("  and {} more\n", failures.size() - kMaxShown);
}

void RunText::add_violation(const Selected& selected, const sim::PlayResult& play, const sim::Violation& violation) {
  const sim::Scenario& scenario = *selected.loaded.scenario;
  const sim::AdapterTable adapters(scenario.adapters);
  std::string about;
  if (violation.adapter) about = fmt::format(", adapter \"{}\"", to_string(adapters.name(*violation.adapter)));
  out_ << fmt::format("  {}: invariant {} does not hold at {}, event {}{}\n      {}\n", selected.file,
                      violation.invariant, format_duration(violation.at.time_since_epoch()), violation.event, about,
                      styled(options_.colour, Style::kBad, violation.what));

  const std::span<const sim::Violation::Event> history(violation.history);
  for (const sim::Violation::Event& event : history.last(std::min(history.size(), kMaxShown))) {
    out_ << "      " << event_json(event, scenario, adapters).dump() << '\n';
  }
  if (play.wire) return;  // no two runs on a real wire are alike
  out_ << fmt::format("      to repeat: unlease run {} --seed {}{} --trace\n", shell_word(selected.file), play.seed,
                      options_.repeat_with);
}

void RunText::add_ledger(const Selected& selected, const sim::PlayResult& play) {
  const sim::Scenario& scenario = *selected.loaded.scenario;
  const sim::AdapterTable adapters(scenario.adapters);
  std::size_t shown = 0;
  for (const sim::LedgerEntry& entry : play.ledger) {
    if (entry.held_by() == sim::HeldBy::kBoth || shown++ >= kMaxShown) continue;
    const std::string adapter = fmt::format("adapter \"{}\"", to_string(adapters.name(entry.adapter)));
    const std::string server = fmt::format("server \"{}\"", scenario.servers[entry.server].name);
    const bool at_server = entry.held_by() == sim::HeldBy::kServer;
    out_ << fmt::format("  ledger: {} has {} leased, {} does not: {}\n", at_server ? server : adapter,
                        to_string(entry.address), at_server ? adapter : server, name(entry.cause));
  }
  if (shown > kMaxShown) out_ << fmt::format("  ledger: and {} more\n", shown - kMaxShown);
}

void RunText::finish(const RunTotals& totals, std::chrono::nanoseconds real_time) {
  if (options_.timing) out_ << fmt::format("{} in all\n", milliseconds(real_time));
  const bool good = totals.not_passed() == 0;
  out_ << styled(options_.colour, good ? Style::kGood : Style::kBad,
                 fmt::format("{} passed, {} failed, {} skipped", totals[RunVerdict::kPassed], totals.not_passed(),
                             totals[RunVerdict::kSkipped]))
       << '\n';
}

}  // namespace unlease::app
