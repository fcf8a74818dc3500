#include "apps/unlease/scenario_files.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "apps/unlease/utf8.h"
#include "sim/glob.h"

namespace unlease::app {
namespace {

namespace fs = std::filesystem;
using Found = std::expected<void, std::string>;

constexpr std::string_view kExtension = ".toml";

std::string label(const fs::path& path) { return to_utf8(path.lexically_normal()); }

Found add_folder(const fs::path& folder, std::vector<std::string>& files) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == kExtension && it->is_regular_file(error)) files.push_back(label(it->path()));
  }
  if (error) return std::unexpected(fmt::format("cannot read the folder '{}': {}", label(folder), error.message()));
  return {};
}

// The entries of a folder, by name; none where it cannot be read.
std::vector<fs::directory_entry> entries(const fs::path& folder) {
  std::vector<fs::directory_entry> result;
  std::error_code error;
  const fs::path readable = folder.empty() ? fs::path(".") : folder;
  for (fs::directory_iterator it(readable, error), end; !error && it != end; it.increment(error)) {
    result.push_back(*it);
  }
  std::ranges::sort(result, {}, [](const fs::directory_entry& entry) { return entry.path(); });
  return result;
}

// Expands the components from `first` on below `base`. What matches is collected: folders, and files that may be
// scenarios.
void expand(const fs::path& base, std::span<const std::string> components, std::vector<fs::path>& matches) {
  std::error_code error;
  if (components.empty()) {
    const bool suits = fs::is_directory(base, error) || base.extension() == kExtension;
    if (suits) matches.push_back(base);
    return;
  }
  const std::string& component = components.front();
  const auto rest = components.subspan(1);
  if (!sim::is_pattern(component)) {
    if (const fs::path named = base / to_path(component); fs::exists(named, error)) expand(named, rest, matches);
    return;
  }
  const bool any_depth = component == "**";
  if (any_depth) expand(base, rest, matches);
  for (const fs::directory_entry& entry : entries(base)) {
    const fs::path file = entry.path().filename();
    const std::string name = to_utf8(file);
    if (name.starts_with('.') && !component.starts_with('.')) continue;
    if (any_depth) {
      if (entry.is_directory(error) && !entry.is_symlink(error)) expand(base / file, components, matches);
    } else if (sim::glob_match(component, name)) {
      expand(base / file, rest, matches);
    }
  }
}

Found add_pattern(const std::string& pattern, std::vector<std::string>& files) {
  const fs::path path = to_path(pattern);
  std::vector<std::string> components;
  for (const fs::path& part : path.relative_path()) {
    if (part.empty()) continue;
    components.push_back(to_utf8(part));
    if (const auto wrong = sim::glob_error(components.back())) {
      return std::unexpected(fmt::format("'{}' is not a valid pattern: {}", pattern, *wrong));
    }
  }
  std::vector<fs::path> matches;
  expand(path.root_path(), components, matches);
  if (matches.empty()) return std::unexpected(fmt::format("no folder and no .toml file matches '{}'", pattern));
  for (const fs::path& match : matches) {
    std::error_code error;
    if (!fs::is_directory(match, error)) {
      files.push_back(label(match));
    } else if (const Found found = add_folder(match, files); !found) {
      return found;
    }
  }
  return {};
}

Found add_argument(const std::string& argument, std::vector<std::string>& files) {
  std::error_code error;
  const fs::path path = to_path(argument);
  if (fs::is_directory(path, error)) return add_folder(path, files);
  if (fs::exists(path, error)) {
    files.push_back(label(path));
    return {};
  }
  if (sim::is_pattern(argument)) return add_pattern(argument, files);
  return std::unexpected(fmt::format("there is no file or folder '{}'", argument));
}

}  // namespace

std::expected<std::vector<std::string>, std::string> find_scenario_files(std::span<const std::string> arguments) {
  std::vector<std::string> files;
  for (const std::string& argument : arguments) {
    if (const Found found = add_argument(argument, files); !found) return std::unexpected(found.error());
  }
  std::ranges::sort(files);
  const auto repeated = std::ranges::unique(files);
  files.erase(repeated.begin(), repeated.end());
  return files;
}

}  // namespace unlease::app
