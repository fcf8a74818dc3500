#include "sim/glob.h"

#include <algorithm>
#include <cstddef>

namespace unlease::sim {
namespace {

// A set starts at `at` with '['. The index behind its ']', npos where it is never closed. As in a shell, a ']' that
// comes first belongs to the set.
std::size_t end_of_set(std::string_view pattern, std::size_t at) {
  std::size_t i = at + 1;
  if (i < pattern.size() && pattern[i] == '!') ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;
  const std::size_t close = pattern.find(']', i);
  return close == std::string_view::npos ? close : close + 1;
}

unsigned char byte(char c) { return static_cast<unsigned char>(c); }

bool is_negated(std::string_view set) { return set[1] == '!'; }

// Calls visit(first, last) for each range of `set`, which is "[...]" with its brackets; a single character is one too.
template <class Visit>
void for_each_range(std::string_view set, Visit visit) {
  const std::size_t skipped = is_negated(set) ? 2 : 1;
  const std::string_view members = set.substr(skipped, set.size() - skipped - 1);
  for (std::size_t i = 0; i < members.size();) {
    const bool range = i + 2 < members.size() && members[i + 1] == '-';
    visit(byte(members[i]), byte(members[range ? i + 2 : i]));
    i += range ? 3 : 1;
  }
}

bool set_contains(std::string_view set, char c) {
  bool found = false;
  for_each_range(
      set, [&](unsigned char first, unsigned char last) { found = found || (first <= byte(c) && byte(c) <= last); });
  return found != is_negated(set);
}

// The length in bytes of the UTF-8 character that starts at `at`; 1 in the middle of one.
std::size_t character_length(std::string_view text, std::size_t at) {
  const unsigned char lead = byte(text[at]);
  const std::size_t length = lead >= 0xF0 ? 4U : lead >= 0xE0 ? 3U : lead >= 0xC0 ? 2U : 1U;
  return std::min(length, text.size() - at);
}

// What one element of a pattern does at one place of the text.
struct Bite {
  bool matched;
  std::size_t pattern;  // bytes used up of each
  std::size_t text;
};

// Precondition: pattern[p] is not '*', and t < text.size().
Bite bite(std::string_view pattern, std::size_t p, std::string_view text, std::size_t t) {
  switch (pattern[p]) {
    case '?':
      return {true, 1, character_length(text, t)};
    case '[': {
      const std::size_t end = end_of_set(pattern, p);
      const bool inside = set_contains(pattern.substr(p, end - p), text[t]);
      return {inside, end - p, character_length(text, t)};
    }
    case '\\':
      return {pattern[p + 1] == text[t], 2, 1};
    default:
      return {pattern[p] == text[t], 1, 1};
  }
}

}  // namespace

bool is_pattern(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

std::optional<std::string> glob_error(std::string_view pattern) {
  if (pattern.empty()) return "an empty pattern matches no name; '*' matches all";
  for (std::size_t i = 0; i < pattern.size();) {
    if (pattern[i] == '\\') {
      if (i + 1 == pattern.size()) return R"(nothing follows the '\' at the end; '\\' stands for the character itself)";
      i += 2;
    } else if (pattern[i] == '[') {
      const std::size_t end = end_of_set(pattern, i);
      if (end == std::string_view::npos) return "'[' is never closed; '\\[' stands for the character itself";
      const std::string_view set = pattern.substr(i, end - i);
      if (std::ranges::any_of(set, [](char c) { return byte(c) >= 0x80; })) {
        return "a set '[...]' takes ASCII characters only; '?' matches any one character";
      }
      bool reversed = false;
      for_each_range(set, [&](unsigned char first, unsigned char last) { reversed = reversed || first > last; });
      if (reversed) return "a range in '" + std::string(set) + "' is reversed; write the smaller character first";
      i = end;
    } else {
      ++i;
    }
  }
  return std::nullopt;
}

// On a mismatch only the last '*' need take one more character: whatever an earlier one could take, it can take too.
// So there is one pair of places to go back to, and no recursion.
bool glob_match(std::string_view pattern, std::string_view text) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = kNone;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
      continue;
    }
    if (p < pattern.size()) {
      if (const Bite one = bite(pattern, p, text, t); one.matched) {
        p += one.pattern;
        t += one.text;
        continue;
      }
    }
    if (star == kNone) return false;
    p = star + 1;
    retry += character_length(text, retry);
    t = retry;
  }
  return pattern.find_first_not_of('*', p) == kNone;
}

}  // namespace unlease::sim
