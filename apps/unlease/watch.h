// Doing something again whenever scenario files change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "apps/unlease/exit_code.h"

namespace unlease::app {

struct FileChange {
  enum class Kind : std::uint8_t { kChanged, kNew, kGone };
  Kind kind{};
  std::string file;
  friend bool operator==(const FileChange&, const FileChange&) = default;
};

// Looks at the scenario files that paths name, as find_scenario_files takes them. A path that names nothing names
// nothing yet. A change is seen by a file's size and the time of its last writing.
class FileWatch {
 public:
  // Takes the first look.
  explicit FileWatch(std::vector<std::string> paths);

  // What is different since the last look, by file.
  std::vector<FileChange> changed();

 private:
  struct Seen {
    std::filesystem::file_time_type written;
    std::uintmax_t size = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
  };

  std::map<std::string, Seen> look() const;

  std::vector<std::string> paths_;
  std::map<std::string, Seen> seen_;
};

// "scenarios/a.toml changed, scenarios/b.toml is new"; of many the first ones, and how many more.
std::string describe(const std::vector<FileChange>& changes);

// Calls play(), and again after each change of what `paths` name. Before each look it calls wait(), and ends when that
// returns false, with what play() returned last; or when `out`, on which it says what changed, cannot be written.
ExitCode play_on_change(const std::vector<std::string>& paths, const std::function<ExitCode()>& play,
                        const std::function<bool()>& wait, std::ostream& out);

}  // namespace unlease::app
