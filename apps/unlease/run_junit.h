// The results of `unlease run` as JUnit XML, which CI systems show test by test.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "apps/unlease/run_result.h"
#include "apps/unlease/xml_writer.h"

namespace unlease::app {

// A suite a folder, a test case a file, in order. It keeps to what the schemas in use have in common (Windy Road's
// JUnit.xsd, Jenkins' junit-10.xsd), so the suites bear a time stamp and a host although there are none: virtual time
// begins in 1970, on localhost. A missed expectation is a <failure type="expectation">, a broken invariant a <failure
// type="violation">; a file that cannot be loaded is an <error type="invalid">, an internal error an <error
// type="internal">. Below each stands what RunText prints.
class RunJUnit final : public RunDocument {
 public:
  // `text` is how RunText would look; with `text.timing` the times are real ones, else virtual.
  RunJUnit(std::ostream& out, const std::vector<sim::Override>& overrides, RunTextOptions text);

  void add(const Selected& selected, const RunResult& result) override;
  void finish(const RunTotals& totals) override;

 private:
  struct Case {
    std::string name;
    std::chrono::nanoseconds time{0};
    RunVerdict verdict{};
    std::string message{};
    std::string body{};
  };
  struct Suite {
    std::vector<Case> cases;
    std::set<std::string> names;
    RunTotals totals;
    std::chrono::nanoseconds time{0};
  };

  std::string unique_name(const Selected& selected, Suite& suite) const;
  void write(XmlWriter& xml, const std::string& folder, const Suite& suite, std::size_t id) const;

  std::ostream& out_;
  std::vector<sim::Override> overrides_;
  RunTextOptions text_;
  std::map<std::string, Suite> suites_;  // by folder
};

}  // namespace unlease::app
