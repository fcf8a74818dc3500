// "Did you mean": the known word nearest to one that is not.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace unlease::sim {

// How many characters must be inserted, deleted, replaced, or swapped with their neighbour to make `a` of `b`; case
// does not count. More than `most` is returned as most + 1, and so is any distance to a `b` of over 63 bytes.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most);

// The candidate nearest to `word`, the first of equals; none where no one is near enough to be meant.
std::optional<std::string_view> suggestion(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace unlease::sim
