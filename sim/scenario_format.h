// The format of scenario files as data. One table in scenario_format.cc says which keys there are, what each takes, its
// default and its meaning; from it come the loader, the JSON Schema, the reference page and the paths of overrides. A
// new key is a member of a struct in scenario.h and one line there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/document.h"
#include "sim/scenario.h"
#include "sim/scenario_loader.h"

namespace unlease::sim {

// How many adapters a [[adapter]] entry may stand for, and all of a file.
inline constexpr std::int64_t kMostAdaptersOfEntry = 1'000'000;
inline constexpr std::int64_t kMostAdapters = 4'000'000;

struct Field;
class Reader;

// What a value may be, as the schema, the reference and the messages need it.
struct Shape {
  enum class Kind : std::uint8_t {
    kBoolean,
    kInteger,
    kNumber,  // a probability, 0 to 1
    kText,    // may have a `pattern`
    kChoice,  // one of `choices`; where one is a number, it may be written as such
    kList,    // of `item`
    kTable,   // with the keys of `fields`
    kMap,     // from any key to `item`
    kEither,  // one of `either`
  };
  Kind kind = Kind::kText;
  std::string_view what;     // "a duration"
  std::string_view example;  // in TOML: "\"30s\""
  std::string_view pattern = {};
  std::int64_t most = std::numeric_limits<std::int64_t>::max();  // of an integer
  std::span<const std::string_view> choices = {};
  const Shape* item = nullptr;
  std::span<const Field> (*fields)() = nullptr;
  std::span<const Shape> (*either)() = nullptr;
};

// What a key demands beyond its shape.
struct Rules {
  bool required = false;
  std::string_view alias = {};  // another name of the key
  std::string_view needs = {};  // the key beside which alone this one makes sense
  // Of an integer, or of a duration in nanoseconds; the latter also has to be a multiple of `unit`.
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::int64_t unit = 1;
  // Of a list in elements, of text in bytes. What goes into packets has to fit into one.
  std::size_t longest = std::numeric_limits<std::size_t>::max();
};

// What the rules of a list say of each of its elements.
constexpr Rules element_rules(const Rules& rules) {
  return {.least = rules.least, .most = rules.most, .unit = rules.unit};
}

struct Field {
  std::string_view key;
  std::string_view doc;  // a sentence
  const Shape* shape = nullptr;
  Rules rules;
  std::string default_text;  // in TOML (and JSON); empty where it has none, then `doc` says what its absence means
  // Reads the value into the member of `object`; false, and a mistake reported, where it cannot.
  bool (*read)(Reader& reader, const Node& node, const Rules& rules, void* object) = nullptr;

  bool is_called(std::string_view name) const { return name == key || (!rules.alias.empty() && name == rules.alias); }
};

// The keys of the file itself; those of its tables are behind their shapes.
std::span<const Field> scenario_fields();

// The entry of `node` for the field, by key or alias; null where there is none.
const Entry* find(const Node& node, const Field& field);

// Binds the document to a Scenario and appends what is wrong in it; keys with mistakes keep their defaults. Arrays of
// tables have as many elements as the document's.
Scenario read_scenario(const Node& document, std::vector<Diagnostic>& diagnostics);

// Where a reader is, and what it found wrong.
class Reader {
 public:
  explicit Reader(std::vector<Diagnostic>& diagnostics) : diagnostics_(diagnostics) {}

  // All return false.
  bool mistake(Position position, std::string message);
  bool bad_value(const Node& node, std::string_view reason);  // "'latency': <reason>"
  bool wrong_type(const Node& node, const Shape& wanted);

  // The key being read; it is part of the path and of messages while the object lives.
  class Scope {
   public:
    Scope(Reader& reader, std::string_view key) : reader_(reader) { reader_.path_.push_back({key, false}); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() { reader_.path_.pop_back(); }

   private:
    Reader& reader_;
  };
  void enter_list() { path_.back().in_list = true; }

  // The table being read, for messages: "[engine]", "[[adapter]]", "'adapter.lease'", "the file".
  std::string table_label() const;

 private:
  struct Step {
    std::string_view key;
    bool in_list;
  };
  std::string dotted_path() const;

  std::vector<Step> path_;
  std::vector<Diagnostic>& diagnostics_;
};

// Reads the keys of `node` into the struct at `object`; false where it is no table.
bool read_table(Reader& reader, const Node& node, const Shape& shape, void* object);

}  // namespace unlease::sim
