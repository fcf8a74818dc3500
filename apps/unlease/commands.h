// The commands of `unlease`, each with its options as plain data. What they print and how they end is in docs and
// --help; cli.h turns a command line into a call of one of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/unlease/cli_description.h"
#include "apps/unlease/console.h"
#include "apps/unlease/exit_code.h"
#include "apps/unlease/selection.h"
#include "apps/unlease/this_machine.h"

namespace unlease::app {

struct RunOptions {
  Selector selector;
  unsigned jobs = 0;                  // 0: as many as the machine has hardware threads
  std::optional<std::uint64_t> seed;  // instead of each scenario's own
  std::string json;                   // a path, "-" for the standard output, empty for none
  std::string junit;                  // as `json`
  std::string markdown;               // as `json`
  std::string trace_folder;           // empty: none
  std::string pcap_folder;            // likewise
  bool trace = false;
  bool timing = false;
  bool fail_fast = false;
  bool watch = false;  // again and again, see watch.h
};
ExitCode run_command(const RunOptions& options, Console& console);

// One side of one scenario on a real interface. Of `run`, jobs, fail_fast and watch have no meaning here.
struct WireOptions {
  RunOptions run;
  std::string interface_name;
};
ExitCode emulate_command(const WireOptions& options, const ThisMachine& here, Console& console);
ExitCode serve_command(const WireOptions& options, const ThisMachine& here, Console& console);

struct CheckOptions {
  std::vector<std::string> paths;
};
ExitCode check_command(const CheckOptions& options, Console& console);

struct SchemaOptions {
  bool markdown = false;
};
ExitCode schema_command(const SchemaOptions& options, Console& console);

struct ExplainOptions {
  std::string what;  // a number or a name
  std::string scenarios = "scenarios";
};
ExitCode explain_command(const ExplainOptions& options, Console& console);

struct AdaptersOptions {
  std::string scenario;  // empty: this machine
  std::string json;
};
ExitCode adapters_command(const AdaptersOptions& options, const ThisMachine& here, Console& console);

struct ReleaseOptions {
  std::string scenario;  // as above
  std::string json;
  bool dry_run = false;
  bool yes = false;          // without it a machine that is real is only looked at
  bool assume_dhcp = false;  // see Options
};
ExitCode release_command(const ReleaseOptions& options, const ThisMachine& here, Console& console);

struct CaptureOptions {
  bool raw = false;  // with what identifies the machine's hardware
};
ExitCode capture_command(const CaptureOptions& options, const ThisMachine& here, Console& console);

struct CompletionOptions {
  std::string shell;  // "bash", "zsh", "fish"
};
ExitCode completion_command(const CompletionOptions& options, const CommandDescription& all, Console& console);

ExitCode manual_command(const CommandDescription& all, Console& console);

}  // namespace unlease::app
