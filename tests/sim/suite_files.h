// The scenarios that come with the project.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace unlease::sim {

// Of a file that is named from the source folder.
inline std::string suite_path(const std::string& file) { return std::string(UNLEASE_SOURCE_DIR) + '/' + file; }

// The files below scenarios/, named from the source folder, sorted.
inline std::vector<std::string> suite_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(suite_path("scenarios"))) {
    if (entry.path().extension() != ".toml") continue;
    files.push_back(std::filesystem::relative(entry.path(), UNLEASE_SOURCE_DIR).generic_string());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace unlease::sim
