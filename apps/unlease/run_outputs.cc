#include "apps/unlease/run_outputs.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "apps/unlease/run_junit.h"
#include "apps/unlease/run_markdown.h"
#include "apps/unlease/run_trace.h"
#include "apps/unlease/text.h"
#include "apps/unlease/utf8.h"

namespace unlease::app {
namespace {

constexpr std::size_t kMaxFileColumn = 72;

using MakeDocument = std::unique_ptr<RunDocument> (*)(std::ostream& out, const std::vector<sim::Override>& overrides,
                                                      const RunTextOptions& text);

// A kind of document, and the option that asks for it.
struct DocumentKind {
  std::string_view option;
  std::string RunOptions::* path;
  MakeDocument make;
};

constexpr std::array<DocumentKind, 3> kDocumentKinds{{
    {"--json", &RunOptions::json,
     [](std::ostream& out, const std::vector<sim::Override>& overrides,
        const RunTextOptions&) -> std::unique_ptr<RunDocument> { return std::make_unique<RunJson>(out, overrides); }},
    {"--junit", &RunOptions::junit,
     [](std::ostream& out, const std::vector<sim::Override>& overrides, const RunTextOptions& text)
         -> std::unique_ptr<RunDocument> { return std::make_unique<RunJUnit>(out, overrides, text); }},
    {"--markdown", &RunOptions::markdown,
     [](std::ostream& out, const std::vector<sim::Override>&, const RunTextOptions& text)
         -> std::unique_ptr<RunDocument> { return std::make_unique<RunMarkdown>(out, text); }},
}};

// The options that claim the standard output for themselves.
std::vector<std::string> standard_output_claims(const RunOptions& options) {
  std::vector<std::string> claims;
  if (options.trace) claims.emplace_back("--trace");
  for (const DocumentKind& kind : kDocumentKinds) {
    if (options.*kind.path == "-") claims.push_back(fmt::format("{} -", kind.option));
  }
  return claims;
}

// However they are spelt.
bool same_file(const std::string& one, const std::string& other) {
  const auto canonical = [](const std::string& path) {
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(to_path(path), error);
    const std::filesystem::path found = std::filesystem::weakly_canonical(absolute, error);
    return error ? to_path(path) : found;
  };
  return one == other || (!one.empty() && !other.empty() && canonical(one) == canonical(other));
}

// What two documents in one file are told.
std::optional<std::string> shared_file(const RunOptions& options) {
  for (std::size_t one = 0; one < kDocumentKinds.size(); ++one) {
    const std::string& path = options.*kDocumentKinds[one].path;
    for (std::size_t other = 0; other < one; ++other) {
      if (path.empty() || path == "-" || !same_file(path, options.*kDocumentKinds[other].path)) continue;
      return fmt::format("{} and {} both write {}", kDocumentKinds[other].option, kDocumentKinds[one].option, path);
    }
  }
  return std::nullopt;
}

// What a document that would take a scenario's place is told.
std::optional<std::string> lost_scenario(const RunOptions& options, const std::vector<Selected>& selection) {
  for (const DocumentKind& kind : kDocumentKinds) {
    const std::string& path = options.*kind.path;
    const auto is_it = [&](const Selected& selected) { return same_file(path, selected.file); };
    if (std::ranges::any_of(selection, is_it)) {
      return fmt::format("{} would write over the scenario '{}'", kind.option, path);
    }
  }
  return std::nullopt;
}

RunTextOptions text_options(const RunOptions& options, const std::vector<Selected>& selection) {
  RunTextOptions text{.timing = options.timing};
  for (const Selected& selected : selection) text.width = std::max(text.width, display_width(selected.file));
  text.width = std::min(text.width, kMaxFileColumn);
  for (const sim::Override& change : options.selector.overrides) {
    text.repeat_with += fmt::format(" --set {}", shell_word(change.path + '=' + change.value.value_or("")));
  }
  return text;
}

}  // namespace

std::optional<std::string> conflict(const RunOptions& options) {
  if (auto shared = shared_file(options)) return shared;
  const std::vector<std::string> claims = standard_output_claims(options);
  if (claims.size() > 1) return fmt::format("{} and {} both write to the standard output", claims[0], claims[1]);
  if (options.watch && !claims.empty() && !options.trace) {
    return fmt::format("--watch writes a document a run, and {} would be many in a row: give a file", claims[0]);
  }
  return std::nullopt;
}

std::ostream& text_stream(const RunOptions& options, Console& console) {
  return options.trace ? console.err : console.out;
}

std::expected<RunOutputs, std::string> RunOutputs::open(const RunOptions& options,
                                                        const std::vector<Selected>& selection, Console& console) {
  if (auto lost = lost_scenario(options, selection)) return std::unexpected(*std::move(lost));
  RunOutputs outputs(options, console);
  for (const std::string& folder : {options.trace_folder, options.pcap_folder}) {
    if (folder.empty()) continue;
    std::error_code error;
    std::filesystem::create_directories(to_path(folder), error);
    if (error) return std::unexpected(fmt::format("cannot create '{}': {}", folder, error.message()));
  }
  RunTextOptions text = text_options(options, selection);
  if (const auto opened = outputs.open_documents(text); !opened) return std::unexpected(opened.error());
  if (options.trace || standard_output_claims(options).empty()) {
    text.colour = options.trace ? console.colour_err : console.colour_out;
    outputs.text_.emplace(text_stream(options, console), std::move(text));
  }
  return outputs;
}

std::expected<void, std::string> RunOutputs::open_documents(const RunTextOptions& text) {
  for (const DocumentKind& kind : kDocumentKinds) {
    const std::string& path = options_->*kind.path;
    if (path.empty()) continue;
    auto file = OutputFile::open(path, &console_->out);
    if (!file) return std::unexpected(file.error());
    std::ostream& stream = file->stream();
    documents_.push_back({std::move(*file), kind.make(stream, options_->selector.overrides, text)});
  }
  return {};
}

void RunOutputs::judge(const std::expected<void, std::string>& written) {
  if (written) return;
  print_error(*console_, written.error());
  all_written_ = false;
}

void RunOutputs::add(const Selected& selected, const RunResult& result) {
  if (result.verdict == RunVerdict::kInvalid) console_->err << render_diagnostics(selected);
  if (text_) text_->add(selected, result);
  for (const Document& one : documents_) one.document->add(selected, result);
  if (!result.play) return;
  if (options_->trace) write_trace(console_->out, *selected.loaded.scenario, *result.play);
  if (!options_->trace_folder.empty()) judge(write_trace_file(options_->trace_folder, selected, *result.play));
  if (!options_->pcap_folder.empty()) judge(write_pcap_file(options_->pcap_folder, selected, *result.play));
}

bool RunOutputs::finish(const RunTotals& totals, std::chrono::nanoseconds real_time) {
  if (text_) text_->finish(totals, real_time);
  for (Document& one : documents_) {
    one.document->finish(totals);
    judge(one.file.finish());
  }
  return all_written_;
}

}  // namespace unlease::app
