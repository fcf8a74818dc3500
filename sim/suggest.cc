#include "sim/suggest.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace unlease::sim {
namespace {

// Longer words are compared with none: no name of ours is as long.
constexpr std::size_t kLongestWord = 63;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
  // What both begin or end with costs nothing.
  while (!a.empty() && !b.empty() && lower(a.front()) == lower(b.front())) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && lower(a.back()) == lower(b.back())) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > most || b.size() > kLongestWord) return most + 1;
  // Three rows of the table suffice: a swap looks back two.
  std::array<std::array<std::size_t, kLongestWord + 1>, 3> rows;
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  std::size_t least_above = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const auto& above2 = rows[(i + 1) % 3];
    const auto& above = rows[(i + 2) % 3];
    auto& row = rows[i % 3];
    row[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], above2[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    if (least > most && least_above > most) return most + 1;  // it only grows from here
    least_above = least;
  }
  return std::min(rows[a.size() % 3][b.size()], most + 1);
}

std::optional<std::string_view> suggestion(std::string_view word, std::span<const std::string_view> candidates) {
  const std::size_t most = word.size() <= 4 ? 1 : word.size() <= 7 ? 2 : 3;
  std::size_t best = most + 1;
  std::optional<std::string_view> nearest;
  for (const std::string_view candidate : candidates) {
    if (best == 0) break;
    const std::size_t distance = edit_distance(word, candidate, best - 1);
    if (distance >= best) continue;
    best = distance;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace unlease::sim
