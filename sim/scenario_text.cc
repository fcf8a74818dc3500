#include "sim/scenario_text.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "sim/document.h"

namespace unlease::sim {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

// The length of the well-formed UTF-8 sequence (RFC 3629) at `at`; 0 where there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const unsigned char lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
  // The second byte alone tells overlong forms, surrogates and what is beyond U+10FFFF.
  const unsigned char second = byte_at(text, at + 1);
  const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < least || second > most) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(text, at + i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

// A place in the text that knows its line and column, the latter in characters.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;
  Position position{1, 1};

  bool done() const { return at >= text.size(); }
  char peek(std::size_t ahead = 0) const { return static_cast<char>(byte_at(text, at + ahead)); }
  bool starts(std::string_view what) const { return text.substr(at).starts_with(what); }
  void advance(std::size_t bytes = 1) {
    for (const std::size_t end = at + bytes; at < end && !done(); ++at) {
      if (text[at] == '\n') {
        position = {position.line + 1, 1};
      } else if ((byte_at(text, at) & 0xC0) != 0x80) {
        ++position.column;
      }
    }
  }
};

std::optional<Diagnostic> refused_bytes(std::string_view text) {
  Cursor cursor{text};
  std::size_t line_start = 0;
  while (!cursor.done()) {
    const unsigned char byte = byte_at(text, cursor.at);
    const bool ends_line = byte == '\n' || (byte == '\r' && cursor.peek(1) == '\n');
    if (cursor.at - line_start >= kMostLineBytes && !ends_line) {
      return Diagnostic{{cursor.position.line, 1}, "the line is longer than 4096 bytes; split it"};
    }
    if ((byte < 0x20 && byte != '\t' && !ends_line) || byte == 0x7F) {
      return Diagnostic{cursor.position,
                        fmt::format("not a text file: byte 0x{:02X} is a control character; remove it, or "
                                    "write it as \\u{:04X} in a string",
                                    byte, byte)};
    }
    const std::size_t length = sequence_length(text, cursor.at);
    if (length == 0) {
      return Diagnostic{cursor.position, fmt::format("not UTF-8 text: byte 0x{:02X} is out of place; save the file as "
                                                     "UTF-8",
                                                     byte)};
    }
    cursor.advance(length);
    if (byte == '\n') line_start = cursor.at;
  }
  return std::nullopt;
}

// Moves past the string that starts at the cursor, or to where it cannot go on; the parser complains then.
void skip_string(Cursor& cursor) {
  const char quote = cursor.peek();
  const std::string_view triple = quote == '"' ? R"(""")" : "'''";
  const bool lines = cursor.starts(triple);
  cursor.advance(lines ? 3 : 1);
  while (!cursor.done() && (lines || cursor.peek() != '\n')) {
    if (quote == '"' && cursor.peek() == '\\') {
      cursor.advance(cursor.peek(1) == '\n' && !lines ? 1 : 2);
    } else if (!lines && cursor.peek() == quote) {
      cursor.advance();
      return;
    } else if (lines && cursor.starts(triple)) {
      cursor.advance(3);
      for (int extra = 0; extra < 2 && cursor.peek() == quote; ++extra) cursor.advance();  // quotes before the end
      return;
    } else {
      cursor.advance();
    }
  }
}

// True where a header starts at the cursor, "[" or "[[" at the start of a line, and no name follows.
bool is_nameless_header(const Cursor& cursor) {
  std::size_t i = cursor.peek(1) == '[' ? 2 : 1;
  while (cursor.peek(i) == ' ' || cursor.peek(i) == '\t') ++i;
  const char c = cursor.peek(i);
  const bool name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '_' || c == '"' || c == '\'';
  return !name;
}

std::optional<Diagnostic> refused_nesting(std::string_view text) {
  Cursor cursor{text};
  std::size_t depth = 0;
  std::size_t dots = 0;
  bool line_begins = true;
  while (!cursor.done()) {
    const char c = cursor.peek();
    if (c == '#') {
      while (!cursor.done() && cursor.peek() != '\n') cursor.advance();
      continue;
    }
    if (c == '"' || c == '\'') {
      skip_string(cursor);
      line_begins = false;
      continue;
    }
    if (c == '[' && line_begins && depth == 0 && is_nameless_header(cursor)) {
      return Diagnostic{cursor.position, "a table header needs a name, as in [host] or [[adapter]]"};
    }
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == '.') ++dots;
    if (c == '[' || c == '{' || c == ']' || c == '}' || c == '=' || c == ',' || c == '\n') dots = 0;
    if (depth > kMostLevels || dots >= kMostLevels) {
      return Diagnostic{cursor.position,
                        "nested more than 16 levels deep; nothing in a scenario is, so close a bracket or "
                        "quote this text"};
    }
    line_begins = c == '\n' || (line_begins && (c == ' ' || c == '\t' || c == '\r'));
    cursor.advance();
  }
  return std::nullopt;
}

struct Hint {
  std::string_view where;  // part of toml++'s description
  std::string_view remedy;
};
// The first that fits is taken.
constexpr std::array kHints = {
    Hint{"redefine", "a key or table stands once, so merge the two; several tables of a kind are written [[...]]"},
    Hint{"could not determine value type", "text goes in quotes"},
    Hint{"expected 'true'", "write true or false; text goes in quotes"},
    Hint{"expected 'false'", "write true or false; text goes in quotes"},
    Hint{"dangling comma", "leave the last comma out"},
    Hint{"inline table", "write { key = value, ... } on one line"},
    Hint{"expected '='",
         "write key = value; a key of other characters than letters, digits, '-' and '_' goes in quotes"},
    Hint{"expected a comment or whitespace", "start a new line; text goes in quotes"},
    Hint{"control characters", R"(close the quote on this line, or use """ for several)"},
    Hint{"escape", "write \\\\ for a backslash, or use '...', which takes it literally"},
    Hint{"hex digit", "write \\\\ for a backslash, or use '...', which takes it literally"},
    Hint{"leading zeroes", "write the number without them; text goes in quotes"},
    Hint{"not representable", "write a smaller number; integers end at 9223372036854775807"},
    Hint{"end-of-file", "close the quote or bracket, or finish the line"},
    Hint{"expected digit", "durations and addresses go in quotes, like \"5s\""},
    Hint{"decimal digit", "durations and addresses go in quotes, like \"5s\"; a fraction starts with 0"},
    Hint{"expected value", "write a value behind the '='; text goes in quotes"},
    Hint{"saw '/'", "comments start with '#'"},
};

}  // namespace

std::optional<Diagnostic> refused_text(std::string_view text) {
  if (text.size() > kMostBytes) {
    return Diagnostic{{}, "the file is larger than 1 MiB; write many adapters as one [[adapter]] with `count`"};
  }
  if (auto refused = refused_bytes(text)) return refused;
  return refused_nesting(text);
}

std::string syntax_message(std::string_view description) {
  std::string_view remedy = "write TOML, as in https://toml.io/en/v1.0.0";
  for (const Hint& hint : kHints) {
    if (description.find(hint.where) == std::string_view::npos) continue;
    remedy = hint.remedy;
    break;
  }
  constexpr std::string_view kPrefix = "Error while parsing ";
  if (description.starts_with(kPrefix)) description.remove_prefix(kPrefix.size());
  const std::size_t end_of_what = description.find(": ");
  if (end_of_what == std::string_view::npos) return fmt::format("syntax error: {}; {}", description, remedy);
  return fmt::format("syntax error in a {}: {}; {}", description.substr(0, end_of_what),
                     description.substr(end_of_what + 2), remedy);
}

}  // namespace unlease::sim
