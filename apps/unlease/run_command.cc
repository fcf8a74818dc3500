#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "apps/unlease/commands.h"
#include "apps/unlease/ordered_parallel.h"
#include "apps/unlease/output_file.h"
#include "apps/unlease/run_result.h"
#include "apps/unlease/text.h"
#include "sim/adapter_table.h"
#include "sim/trace_text.h"

namespace unlease::app {
namespace {

namespace fs = std::filesystem;
using RealClock = std::chrono::steady_clock;

constexpr std::size_t kMaxFileColumn = 72;

// Where the text goes and what else is written; all of it was opened before anything is run.
struct Outputs {
  std::optional<RunText> text;
  std::optional<OutputFile> json_file;
  std::optional<RunJson> json;
};

RunResult play_one(const Selected& selected, const RunOptions& options) noexcept {
  RunResult result;
  if (!selected.loaded.scenario) {
    result.verdict = RunVerdict::kInvalid;
    return result;
  }
  const auto began = RealClock::now();
  try {
    sim::PlayOptions play;
    play.seed = options.seed;
    play.keep_trace = options.trace || !options.trace_folder.empty();
    result.play = sim::play(*selected.loaded.scenario, play);
    result.verdict = static_cast<RunVerdict>(result.play->verdict);
  } catch (const std::exception& error) {
    result.verdict = RunVerdict::kError;
    result.error = error.what();
  }
  result.real_time = RealClock::now() - began;
  return result;
}
static_assert(static_cast<int>(RunVerdict::kFailed) == static_cast<int>(sim::Verdict::kFailed));
static_assert(static_cast<int>(RunVerdict::kViolated) == static_cast<int>(sim::Verdict::kViolated));

void write_trace(std::ostream& out, const sim::Scenario& scenario, const std::vector<sim::TraceRecord>& trace) {
  constexpr std::size_t kChunk = 1U << 16U;
  const sim::AdapterTable adapters(scenario.adapters);
  std::string text;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    sim::append_ndjson(text, i, trace[i], scenario, adapters);
    if (text.size() < kChunk) continue;
    out << text;
    text.clear();
  }
  out << text;
}

// The file's own path below `folder`, so that no two traces meet: "scenarios/a.toml" is "FOLDER/scenarios/a.ndjson".
fs::path trace_path(const fs::path& folder, const fs::path& file) {
  fs::path path = folder;
  for (const fs::path& part : file.relative_path()) path /= part == ".." ? fs::path("__") : part;
  return path.replace_extension(".ndjson");
}

std::expected<void, std::string> write_trace_file(const std::string& folder, const Selected& selected,
                                                  const std::vector<sim::TraceRecord>& trace) {
  const fs::path path = trace_path(folder, selected.file);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error)
    return std::unexpected(fmt::format("cannot create '{}': {}", path.parent_path().string(), error.message()));
  auto file = OutputFile::open(path.string());
  if (!file) return std::unexpected(file.error());
  write_trace(file->stream(), *selected.loaded.scenario, trace);
  return file->finish();
}

// Why the options cannot be met by this selection; none where they can.
std::optional<std::string> conflict(const RunOptions& options, const std::vector<Selected>& selection) {
  constexpr std::size_t kMaxListed = 5;
  if (!options.trace) return std::nullopt;
  if (options.json == "-") return "--trace and --json - both write to the standard output";
  if (selection.size() == 1) return std::nullopt;
  std::string files;
  for (std::size_t i = 0; i < selection.size() && i < kMaxListed; ++i) files += ' ' + selection[i].file;
  if (selection.size() > kMaxListed) files += " ...";
  return fmt::format("--trace takes exactly one scenario, {} are selected:{}", selection.size(), files);
}

std::expected<Outputs, std::string> open_outputs(const RunOptions& options, const std::vector<Selected>& selection,
                                                 Console& console) {
  Outputs outputs;
  if (!options.trace_folder.empty()) {
    std::error_code error;
    fs::create_directories(options.trace_folder, error);
    if (error) return std::unexpected(fmt::format("cannot create '{}': {}", options.trace_folder, error.message()));
  }
  if (!options.json.empty()) {
    auto file = OutputFile::open(options.json, &console.out);
    if (!file) return std::unexpected(file.error());
    outputs.json_file = std::move(*file);
    outputs.json.emplace(outputs.json_file->stream(), options.selector.overrides);
  }
  if (options.json != "-") {
    RunTextOptions text{.colour = options.trace ? console.colour_err : console.colour_out, .timing = options.timing};
    for (const Selected& selected : selection) text.width = std::max(text.width, display_width(selected.file));
    text.width = std::min(text.width, kMaxFileColumn);
    for (const sim::Override& change : options.selector.overrides) {
      text.repeat_with += fmt::format(" --set {}", shell_word(change.path + '=' + change.value.value_or("")));
    }
    outputs.text.emplace(options.trace ? console.err : console.out, std::move(text));
  }
  return outputs;
}

// What is written about one scenario, in file order. False where its trace could not be written.
bool report(const RunOptions& options, const Selected& selected, const RunResult& result, Outputs& outputs,
            Console& console) {
  if (result.verdict == RunVerdict::kInvalid) console.err << render_diagnostics(selected);
  if (outputs.text) outputs.text->add(selected, result);
  if (outputs.json) outputs.json->add(selected, result);
  if (!result.play) return true;
  if (options.trace) write_trace(console.out, *selected.loaded.scenario, result.play->trace);
  if (options.trace_folder.empty()) return true;
  const auto written = write_trace_file(options.trace_folder, selected, result.play->trace);
  if (!written) print_error(console, written.error());
  return written.has_value();
}

}  // namespace

ExitCode run_command(const RunOptions& options, Console& console) {
  const unsigned jobs = options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const auto selection = select_scenarios(options.selector, jobs);
  if (!selection) return usage_error(console, selection.error(), "run");
  if (selection->empty()) {
    print_error(console, "no scenario is selected");
    return ExitCode::kFailed;
  }
  if (const auto why = conflict(options, *selection)) return usage_error(console, *why, "run");
  auto outputs = open_outputs(options, *selection, console);
  if (!outputs) return usage_error(console, outputs.error(), "run");

  RunTotals totals;
  bool all_written = true;
  std::size_t taken = 0;
  const auto take = [&](std::size_t i, const RunResult& result) {
    ++taken;
    ++totals[result.verdict];
    all_written = report(options, (*selection)[i], result, *outputs, console) && all_written;
    return !options.fail_fast || exit_code(result.verdict) == ExitCode::kPassed;
  };
  const auto began = RealClock::now();
  ordered_parallel(selection->size(), jobs, [&](std::size_t i) { return play_one((*selection)[i], options); }, take);
  while (taken < selection->size()) take(taken, RunResult{});

  if (outputs->text) outputs->text->finish(totals, RealClock::now() - began);
  if (outputs->json) {
    outputs->json->finish(totals);
    if (const auto written = outputs->json_file->finish(); !written) {
      print_error(console, written.error());
      all_written = false;
    }
  }
  return all_written ? totals.exit_code() : ExitCode::kBroken;
}

}  // namespace unlease::app
