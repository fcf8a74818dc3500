// Matching of names against a pattern; see Glob in scenario.h for what a pattern may say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace unlease::sim {

// Whether a text given by a user asks for matching at all: it has one of * ? [.
bool is_pattern(std::string_view text);

// What is wrong with the pattern ("'[' is never closed"); none where it is well formed.
std::optional<std::string> glob_error(std::string_view pattern);

// Precondition: the pattern is well formed. Takes time proportional to pattern times text at most.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace unlease::sim
