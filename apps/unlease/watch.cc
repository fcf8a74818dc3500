#include "apps/unlease/watch.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "apps/unlease/scenario_files.h"
#include "apps/unlease/utf8.h"

namespace unlease::app {
namespace {

// Indexed by FileChange::Kind.
constexpr std::array<std::string_view, 3> kChangeVerbs{"changed", "is new", "is gone"};

}  // namespace

FileWatch::FileWatch(std::vector<std::string> paths) : paths_(std::move(paths)), seen_(look()) {}

std::map<std::string, FileWatch::Seen> FileWatch::look() const {
  std::map<std::string, Seen> result;
  for (const std::string& path : paths_) {
    // One by one, for one that names nothing leaves the others.
    const auto files = find_scenario_files(std::span(&path, 1));
    if (!files) continue;
    for (const std::string& file : *files) {
      std::error_code error;
      const std::filesystem::path seen = to_path(file);
      const auto written = std::filesystem::last_write_time(seen, error);
      if (error) continue;
      const auto size = std::filesystem::file_size(seen, error);
      if (!error) result.emplace(file, Seen{.written = written, .size = size});
    }
  }
  return result;
}

std::vector<FileChange> FileWatch::changed() {
  std::map<std::string, Seen> now = look();
  std::vector<FileChange> changes;
  for (const auto& [file, seen] : now) {
    const auto before = seen_.find(file);
    if (before == seen_.end()) {
      changes.push_back({.kind = FileChange::Kind::kNew, .file = file});
    } else if (before->second != seen) {
      changes.push_back({.kind = FileChange::Kind::kChanged, .file = file});
    }
  }
  for (const auto& [file, seen] : seen_) {
    if (!now.contains(file)) changes.push_back({.kind = FileChange::Kind::kGone, .file = file});
  }
  std::ranges::sort(changes, {}, &FileChange::file);
  seen_ = std::move(now);
  return changes;
}

std::string describe(const std::vector<FileChange>& changes) {
  constexpr std::size_t kMaxNamed = 5;
  std::string text;
  for (std::size_t i = 0; i < changes.size() && i < kMaxNamed; ++i) {
    const std::string_view verb = kChangeVerbs[static_cast<std::size_t>(changes[i].kind)];
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", changes[i].file, verb);
  }
  if (changes.size() > kMaxNamed) text += fmt::format(", and {} more", changes.size() - kMaxNamed);
  return text;
}

ExitCode play_on_change(const std::vector<std::string>& paths, const std::function<ExitCode()>& play,
                        const std::function<bool()>& wait, std::ostream& out) {
  // The look is taken before the files are read: what changes meanwhile is seen by the next one.
  FileWatch watch(paths);
  ExitCode code = play();
  out << "--- watching; Ctrl-C ends it\n" << std::flush;
  while (out && wait()) {
    const std::vector<FileChange> changes = watch.changed();
    if (changes.empty()) continue;
    out << "\n--- " << describe(changes) << '\n' << std::flush;
    code = play();
    out << std::flush;
  }
  return code;
}

}  // namespace unlease::app
