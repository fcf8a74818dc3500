// The dotted paths of the format's keys, and edits of a document by them.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/document.h"
#include "sim/scenario_loader.h"

namespace unlease::sim {

// Every path of the format, in the order of the reference: "version", "host", "host.elevated", "adapter.lease.state".
std::span<const std::string> scenario_paths();

// The path that `text` names: a whole one, or the end of just one. Keys of [[step]] are meant only where no other is,
// so that "elevated" is host.elevated although a step can set it. The error says what is wrong and what to write.
std::expected<std::string, std::string> resolve_path(std::string_view text);

// Sets the value at the whole path `path`, or removes it where there is none; tables on the way are made, arrays of
// tables are entered in every element. What is wrong with that, if anything.
std::optional<std::string> edit(Node& document, std::string_view path, const std::optional<Node>& value);

}  // namespace unlease::sim
