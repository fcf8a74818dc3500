#include "apps/unlease/output_file.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "apps/unlease/utf8.h"

namespace unlease::app {
namespace {

std::string last_system_error() { return std::generic_category().message(errno); }

}  // namespace

std::expected<OutputFile, std::string> OutputFile::open(const std::string& path, std::ostream* standard) {
  OutputFile output(path, standard);
  if (path == "-" && standard != nullptr) return output;
  const std::filesystem::path file = to_path(path);
  std::error_code ignored;
  if (file.extension() == ".toml" && std::filesystem::exists(file, ignored)) {
    return std::unexpected(
        fmt::format("'{}' looks like a scenario, which would be written over; give another name", path));
  }
  errno = 0;
  output.file_ = std::make_unique<std::ofstream>(file, std::ios::binary | std::ios::trunc);
  if (!*output.file_)
    return std::unexpected(fmt::format("cannot open '{}' for writing: {}", path, last_system_error()));
  return output;
}

std::expected<void, std::string> OutputFile::finish() {
  if (!file_) return {};
  errno = 0;
  file_->close();
  if (!*file_) return std::unexpected(fmt::format("cannot write '{}': {}", path_, last_system_error()));
  return {};
}

}  // namespace unlease::app
