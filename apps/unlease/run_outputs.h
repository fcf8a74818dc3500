// All that a run writes: the text, the documents and the traces that its options ask for.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/unlease/commands.h"
#include "apps/unlease/output_file.h"
#include "apps/unlease/run_result.h"

namespace unlease::app {

// Why these options cannot be met, whatever is selected; none where they can.
std::optional<std::string> conflict(const RunOptions& options);

// The stream that the text goes to: the standard output, unless a trace has that for itself.
std::ostream& text_stream(const RunOptions& options, Console& console);

class RunOutputs {
 public:
  // Opens everything, so that nothing is run in vain; an error is one of the command line. Keeps references to
  // `options` and `console`.
  static std::expected<RunOutputs, std::string> open(const RunOptions& options, const std::vector<Selected>& selection,
                                                     Console& console);

  // Whether text is printed. A document on the standard output takes its place, and stops in the middle of lines.
  bool has_text() const { return text_.has_value(); }
  // What is written about one scenario, in file order.
  void add(const Selected& selected, const RunResult& result);
  // False where something could not be written, here or before; the reason has been printed.
  bool finish(const RunTotals& totals, std::chrono::nanoseconds real_time);

 private:
  struct Document {
    OutputFile file;
    std::unique_ptr<RunDocument> document;
  };

  RunOutputs(const RunOptions& options, Console& console) : options_(&options), console_(&console) {}
  std::expected<void, std::string> open_documents(const RunTextOptions& text);
  void judge(const std::expected<void, std::string>& written);

  const RunOptions* options_;
  Console* console_;
  std::optional<RunText> text_;
  std::vector<Document> documents_;
  bool all_written_ = true;
};

}  // namespace unlease::app
