// The results of `unlease run` as Markdown, for the summary of a CI job or a comment on a pull request.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "apps/unlease/run_result.h"

namespace unlease::app {

// A headline with the verdict, a table of what did not pass, and behind a fold a row a scenario. Such places take a
// megabyte at most: of very many rows the first are written and the rest counted.
class RunMarkdown final : public RunDocument {
 public:
  // `text` is how RunText would look; with `text.timing` real times stand beside the virtual ones.
  RunMarkdown(std::ostream& out, RunTextOptions text) : out_(out), text_(std::move(text)) {}

  void add(const Selected& selected, const RunResult& result) override;
  void finish(const RunTotals& totals) override;

 private:
  void add_wrong(const Selected& selected, const RunResult& result);
  void add_wrong_row(const std::string& place, const std::string& what, const std::string& expected,
                     const std::string& actual);
  void write_wrong();
  void write_scenarios();

  std::ostream& out_;
  RunTextOptions text_;
  std::size_t scenarios_ = 0;
  std::string rows_;  // a scenario each
  std::size_t wrong_ = 0;
  std::string wrong_rows_;  // a failure each
};

// `text` as code in a cell of a table, to be read as it is: no pipe, backtick, line break, tag or mention in it means
// anything. Empty for empty text.
std::string markdown_code(std::string_view text);

}  // namespace unlease::app
