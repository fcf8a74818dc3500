// A scenario file as a plain tree with positions, before anything in it is understood. The loader makes it from TOML,
// overrides edit it, scenario_format.h binds it to a Scenario.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/scenario.h"

namespace unlease::sim {

struct Node;
struct Entry;
using Table = std::vector<Entry>;  // in the order of the file; keys are unique
using List = std::vector<Node>;
struct Date {};  // TOML's dates and times, of which the format has none

struct Node {
  Position position;
  std::variant<Table, List, std::string, std::int64_t, double, bool, Date> value;

  // The value where it is of type T, else null.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&value);
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&value);
  }
};

struct Entry {
  std::string key;
  Position position;  // of the key
  Node value;
};

// The entry of that key; null where there is none, or where `node` is no table.
const Entry* find(const Node& node, std::string_view key);

// What it is, for messages: "the string \"yes\"", "the integer 5", "a table". Bounded in length.
std::string describe(const Node& node);

// `text` for messages: control characters escaped, and cut where it is long. in_quotes() puts it in quotes.
std::string printable(std::string_view text);
std::string in_quotes(std::string_view text, char quote = '\'');

}  // namespace unlease::sim
