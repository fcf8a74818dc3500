// What a run costs, counted: virtual time, packets, records of the trace, allocations and bytes of every scenario.
// These are the same on every run, so any difference is a change of the program. `./dev bench exact` compares with
// bench/exact.json and exits with 1 where anything differs, 4 where that was made by another compiler or library, whose
// allocations are other ones; `--update` shows the difference and writes it there. Another file than that one may be
// named. Scenarios are played once before they are counted: what is allocated once in a process is no cost of the first
// of them.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/heap.h"
#include "bench/worlds.h"
#include "sim/runner.h"
#include "sim/scenario_loader.h"

namespace {

namespace fs = std::filesystem;
using unlease::bench::Heap;
using Json = nlohmann::ordered_json;

// Whose allocations they are.
const std::string kMadeBy = fmt::format("{}, libstdc++ {}", UNLEASE_COMPILER, __GLIBCXX__);
const fs::path kSource = unlease::bench::source_folder();

Json measure(const unlease::sim::Scenario& scenario) {
  unlease::sim::play(scenario);
  Heap& heap = unlease::bench::heap();
  heap.allocations = 0;
  heap.peak = heap.bytes;
  const std::uint64_t before = heap.bytes;
  const unlease::sim::PlayResult result = unlease::sim::play(scenario);
  const Heap after = heap;
  return {{"virtual_ns", result.virtual_time.count()},
          {"packets", result.packets},
          {"records", result.records},
          {"allocations", after.allocations},
          {"peak_bytes", after.peak - before}};
}

Json measure_all() {
  Json scenarios = Json::object();
  for (const fs::path& file : unlease::bench::scenario_files()) {
    const unlease::sim::Loaded loaded = unlease::sim::load_scenario_file(file);
    if (loaded.scenario) scenarios[fs::relative(file, kSource).generic_string()] = measure(*loaded.scenario);
  }
  return {{"made_by", kMadeBy}, {"scenarios", scenarios}};
}

// A line a scenario, so that a difference is one.
std::string text_of(const Json& document) {
  std::string text = fmt::format("{{\"made_by\": {},\n \"scenarios\": {{", document["made_by"].dump());
  std::string_view separator = "\n";
  for (const auto& [file, figures] : document["scenarios"].items()) {
    text += fmt::format("{}  {}: {}", separator, Json(file).dump(), figures.dump());
    separator = ",\n";
  }
  return text + "\n }}\n";
}

// Says in which figures they differ; how many scenarios do.
std::size_t show_differences(const Json& before, const Json& now) {
  std::map<std::string, std::pair<Json, Json>> both;
  for (const auto& [file, figures] : before.items()) both[file].first = figures;
  for (const auto& [file, figures] : now.items()) both[file].second = figures;
  std::size_t different = 0;
  for (const auto& [file, figures] : both) {
    const auto& [old, fresh] = figures;
    if (old == fresh) continue;
    ++different;
    if (old.is_null() || fresh.is_null()) {
      fmt::print("{}: {}\n", file, old.is_null() ? "is new" : "is gone");
      continue;
    }
    for (const auto& [name, value] : fresh.items()) {
      const Json was = old.value(name, Json());
      if (was != value) fmt::print("{}: {} {} -> {}\n", file, name, was.dump(), value.dump());
    }
  }
  return different;
}

Json read_record(const fs::path& path) {
  std::ifstream file(path);
  const Json record = Json::parse(file, nullptr, false);
  return record.is_object() ? record : Json{{"made_by", kMadeBy}, {"scenarios", Json::object()}};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const bool update = std::erase(arguments, "--update") != 0;
  if (arguments.size() > 1 || (!arguments.empty() && arguments[0].starts_with('-'))) {
    fmt::print(stderr, "usage: exact [--update] [RECORD]\n");
    return 2;
  }
  const fs::path path = arguments.empty() ? kSource / "bench/exact.json" : fs::path(arguments[0]);
  const Json record = read_record(path);
  if (record["made_by"] != kMadeBy && !update) {
    fmt::print("not comparable: the record is of {}, and this is {}\n", record["made_by"].dump(), kMadeBy);
    return 4;
  }
  const Json now = measure_all();
  const std::size_t different = show_differences(record["scenarios"], now["scenarios"]);
  if (update) {
    std::ofstream(path) << text_of(now);
  } else if (different != 0) {
    fmt::print(
        "{} of {} scenarios differ; if that is meant, say why in the commit and run: ./dev bench exact --update\n",
        different, now["scenarios"].size());
    return 1;
  }
  fmt::print("{} scenarios counted, {} differ\n", now["scenarios"].size(), different);
  return 0;
}
