// A scenario file as text: what is refused before it reaches the TOML parser, what the parser's errors are called, and
// the document that it gives.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "sim/document.h"
#include "sim/scenario_loader.h"

namespace unlease::sim {

inline constexpr std::size_t kMostBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMostLineBytes = std::size_t{4} << 10;
// Brackets within brackets, and the parts of a dotted key. toml++ recurses over both.
inline constexpr std::size_t kMostLevels = 16;

// The first reason to refuse the text: too large, a line too long, not UTF-8 text, nested too deeply, or a table header
// without a name, on which toml++ 3.3 relies. None: toml++ may see it.
std::optional<Diagnostic> refused_text(std::string_view text);

// The message for a syntax error, from toml++'s description of it, with a remedy.
std::string syntax_message(std::string_view description);

// The text as a document, or the one reason why it is none. In scenario_loader.cc, the only file that knows toml++.
std::expected<Node, Diagnostic> parse_document(std::string_view text);

}  // namespace unlease::sim
