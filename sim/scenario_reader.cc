#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/scenario_format.h"
#include "sim/suggest.h"

namespace unlease::sim {
namespace {

// What the value has to be, with an example of the whole line.
std::string wanted_text(const Shape& shape, std::string_view key) {
  if (shape.kind == Shape::Kind::kChoice) return fmt::format("one of \"{}\"", fmt::join(shape.choices, "\", \""));
  if (shape.kind != Shape::Kind::kList) return fmt::format("{}, as in {} = {}", shape.what, key, shape.example);
  if (shape.item->kind == Shape::Kind::kTable) return fmt::format("a list of tables, each under [[{}]]", key);
  const std::string item = shape.item->kind == Shape::Kind::kChoice ? fmt::format("\"{}\"", shape.item->choices.front())
                                                                    : std::string(shape.item->example);
  return fmt::format("a list, as in {} = [{}]", key, item);
}

// The tables at the top of the file that have a key of that name, as "'run' or 'engine'"; empty where none has.
std::string homes_of(std::string_view key) {
  std::string homes;
  for (const Field& top : scenario_fields()) {
    const Shape& shape = top.shape->kind == Shape::Kind::kList ? *top.shape->item : *top.shape;
    if (shape.kind != Shape::Kind::kTable) continue;
    if (std::ranges::none_of(shape.fields(), [&](const Field& f) { return f.is_called(key); })) continue;
    homes += fmt::format("{}'{}'", homes.empty() ? "" : " or ", top.key);
  }
  return homes;
}

std::string unknown_key_text(std::string_view key, std::string_view label, std::span<const Field> fields) {
  std::vector<std::string_view> known;
  for (const Field& field : fields) {
    known.push_back(field.key);
    if (!field.rules.alias.empty()) known.push_back(field.rules.alias);
  }
  const std::string head = fmt::format("unknown key {} in {}", in_quotes(key), label);
  if (const auto meant = suggestion(key, known)) return fmt::format("{}, did you mean '{}'?", head, *meant);
  if (const std::string homes = homes_of(key); !homes.empty()) {
    return fmt::format("{}; it is a key of {}, move it there", head, homes);
  }
  return fmt::format("{}; the known keys are {}", head, fmt::join(known, ", "));
}

}  // namespace

const Entry* find(const Node& node, const Field& field) {
  const Entry* entry = find(node, field.key);
  return entry != nullptr || field.rules.alias.empty() ? entry : find(node, field.rules.alias);
}

bool Reader::mistake(Position position, std::string message) {
  // What an override says stands nowhere in the file, so its path has to do.
  if (position.line == 0) message = fmt::format("override of '{}': {}", dotted_path(), message);
  diagnostics_.push_back({position, std::move(message)});
  return false;
}

bool Reader::bad_value(const Node& node, std::string_view reason) {
  return mistake(node.position, fmt::format("'{}': {}", path_.empty() ? "" : path_.back().key, reason));
}

bool Reader::wrong_type(const Node& node, const Shape& wanted) {
  const std::string_view key = path_.empty() ? "" : path_.back().key;
  const bool element = !path_.empty() && path_.back().in_list;
  if (wanted.kind == Shape::Kind::kTable && path_.size() == 1 && !element) {
    return mistake(node.position, fmt::format("'{0}' wants a table, under [{0}]; found {1}", key, describe(node)));
  }
  const std::string text = wanted_text(wanted, key);
  if (element && wanted.kind != Shape::Kind::kChoice) {
    return mistake(node.position, fmt::format("each element of '{}' wants {}, like {}; found {}", key, wanted.what,
                                              wanted.example, describe(node)));
  }
  std::string hint;
  if (const std::string* given = node.as<std::string>(); given != nullptr && wanted.kind == Shape::Kind::kChoice) {
    if (const auto meant = suggestion(*given, wanted.choices)) hint = fmt::format(", did you mean \"{}\"?", *meant);
  }
  return mistake(node.position, fmt::format("{}'{}' wants {}; found {}{}", element ? "each element of " : "", key, text,
                                            describe(node), hint));
}

std::string Reader::table_label() const {
  if (path_.empty()) return "the file";
  if (path_.size() > 1) return fmt::format("'{}'", dotted_path());
  return fmt::format(fmt::runtime(path_.front().in_list ? "[[{}]]" : "[{}]"), path_.front().key);
}

std::string Reader::dotted_path() const {
  std::string path;
  for (const Step& step : path_) path += (path.empty() ? "" : ".") + printable(step.key);
  return path;
}

bool read_table(Reader& reader, const Node& node, const Shape& shape, void* object) {
  const Table* table = node.as<Table>();
  if (table == nullptr) return reader.wrong_type(node, shape);
  const std::span<const Field> fields = shape.fields();
  for (const Entry& entry : *table) {
    const auto field = std::ranges::find_if(fields, [&](const Field& f) { return f.is_called(entry.key); });
    if (field == fields.end()) {
      reader.mistake(entry.position, unknown_key_text(entry.key, reader.table_label(), fields));
      continue;
    }
    if (entry.key == field->rules.alias && find(node, field->key) != nullptr) {
      reader.mistake(entry.position, fmt::format("'{}' is another name of '{}', which is here too; leave one out",
                                                 entry.key, field->key));
      continue;
    }
    const std::string_view needs = field->rules.needs;
    if (!needs.empty() && find(node, needs) == nullptr) {
      reader.mistake(entry.position, fmt::format("'{}' in {} makes sense beside '{}' alone; add that or leave it out",
                                                 entry.key, reader.table_label(), needs));
    }
    const Reader::Scope scope(reader, entry.key);
    field->read(reader, entry.value, field->rules, object);
  }
  for (const Field& field : fields) {
    if (!field.rules.required || find(node, field) != nullptr) continue;
    reader.mistake(node.position, fmt::format("{} needs '{}', as in {} = {}", reader.table_label(), field.key,
                                              field.key, field.shape->example));
  }
  return true;
}

}  // namespace unlease::sim
