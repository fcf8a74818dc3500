#include "apps/unlease/run_trace.h"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "apps/unlease/output_file.h"
#include "apps/unlease/utf8.h"
#include "sim/adapter_table.h"
#include "sim/pcapng.h"
#include "sim/trace_text.h"

namespace unlease::app {
namespace {

namespace fs = std::filesystem;

// A file below `folder` by the path of `file`.
std::expected<OutputFile, std::string> open_below(const fs::path& folder, const fs::path& file, const char* extension) {
  fs::path path = folder;
  for (const fs::path& part : file.relative_path()) path /= part == ".." ? fs::path("__") : part;
  path.replace_extension(extension);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) {
    return std::unexpected(fmt::format("cannot create '{}': {}", to_utf8(path.parent_path()), error.message()));
  }
  return OutputFile::open(to_utf8(path));
}

}  // namespace

void write_trace(std::ostream& out, const sim::Scenario& scenario, const sim::PlayResult& play) {
  constexpr std::size_t kChunk = 1U << 16U;
  const sim::AdapterTable adapters(scenario.adapters);
  std::string text;
  for (std::size_t i = 0; i < play.trace.size(); ++i) {
    sim::append_ndjson(text, i, play.trace[i], scenario, adapters);
    if (text.size() < kChunk) continue;
    out << text;
    text.clear();
  }
  out << text;
}

std::expected<void, std::string> write_trace_file(const std::string& folder, const Selected& selected,
                                                  const sim::PlayResult& play) {
  auto file = open_below(to_path(folder), to_path(selected.file), ".ndjson");
  if (!file) return std::unexpected(file.error());
  write_trace(file->stream(), *selected.loaded.scenario, play);
  return file->finish();
}

std::expected<void, std::string> write_pcap_file(const std::string& folder, const Selected& selected,
                                                 const sim::PlayResult& play) {
  auto file = open_below(to_path(folder), to_path(selected.file), ".pcapng");
  if (!file) return std::unexpected(file.error());
  sim::write_pcapng(file->stream(), *selected.loaded.scenario, play.frames, play.trace);
  return file->finish();
}

}  // namespace unlease::app
