// From text to a checked Scenario. The only place that knows TOML.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario.h"

namespace unlease::sim {

// Something wrong with a scenario file.
struct Diagnostic {
  Position position;
  std::string message;  // "unknown key 'laese' in [[adapter]], did you mean 'lease'?"; what to do about it is in it
};

// "scenarios/codes/98-partial.toml:14:3: error: unknown key ...", without the newline. The position is left out where
// it has no line.
std::string to_string(std::string_view file, const Diagnostic& diagnostic);

// A change made to a file's document before it is checked, as if the file said so. `path` is dotted, without array
// indexes: "host.elevated", "adapter.lease.state"; in an array of tables it applies to every element.
struct Override {
  std::string path;
  // The value in TOML; text that is no TOML value is taken as a string. None: the key is removed, and has its default.
  std::optional<std::string> value;
};

// Splits "key=value" of a command line; none where there is no '=' or no key.
std::optional<Override> parse_override(std::string_view text);

struct Loaded {
  std::optional<Scenario> scenario;     // set exactly where there are no diagnostics
  std::vector<Diagnostic> diagnostics;  // in order of position; after a syntax error only that one
};

// `file` is used in messages only. Refused before parsing: more than 1 MiB, lines over 4 KiB, bytes that are not UTF-8
// text, nesting over 16 levels. All semantic mistakes are reported at once. Never throws for what is in `text`.
Loaded load_scenario_text(std::string_view text, std::string file, std::span<const Override> overrides = {});

// Reads and loads the file; a file that cannot be read is one diagnostic that says why.
Loaded load_scenario_file(const std::filesystem::path& path, std::span<const Override> overrides = {});

}  // namespace unlease::sim
