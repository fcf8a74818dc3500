#include "sim/scenario_override.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/scenario_format.h"
#include "sim/suggest.h"

namespace unlease::sim {
namespace {

constexpr std::string_view kStepPrefix = "step.";

// The table behind a field, also where it is a list of tables; null where there is none, or names of its own in
// between.
const Shape* table_of(const Field& field) {
  const Shape* shape = field.shape->kind == Shape::Kind::kList ? field.shape->item : field.shape;
  return shape->kind == Shape::Kind::kTable ? shape : nullptr;
}

void collect_paths(std::span<const Field> fields, const std::string& prefix, std::vector<std::string>& out) {
  for (const Field& field : fields) {
    out.push_back(prefix + std::string(field.key));
    if (const Shape* table = table_of(field)) collect_paths(table->fields(), out.back() + ".", out);
  }
}

std::pair<std::string_view, std::string_view> split_first(std::string_view path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return {path, {}};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

const Field* find_field(std::span<const Field> fields, std::string_view key) {
  const auto found = std::ranges::find_if(fields, [key](const Field& field) { return field.is_called(key); });
  return found == fields.end() ? nullptr : &*found;
}

// What an element of a list of tables must have some of, to do anything.
struct Purpose {
  std::string_view list;
  std::array<std::string_view, 3> keys;
};
constexpr std::array<Purpose, 2> kPurposes{
    {{.list = "step", .keys = {"set", "call", "expect"}}, {.list = "fault", .keys = {"error", "delay", "hang"}}}};

bool does_nothing(const Field& list, const Node& element) {
  const auto purpose = std::ranges::find(kPurposes, list.key, &Purpose::list);
  const Table* table = element.as<Table>();
  if (purpose == kPurposes.end() || table == nullptr) return false;
  return std::ranges::none_of(
      *table, [&](const Entry& entry) { return std::ranges::find(purpose->keys, entry.key) != purpose->keys.end(); });
}

// One edit on its way down.
class Editor {
 public:
  explicit Editor(const std::optional<Node>& value) : value_(value) {}

  std::optional<std::string> edit_in(Node& node, std::span<const Field> fields, std::string_view path) {
    const auto [key, rest] = split_first(path);
    const Field* field = find_field(fields, key);
    if (field == nullptr) return fmt::format("no key '{}'; see the reference of the format", key);
    Table* table = node.as<Table>();
    if (table == nullptr) return fmt::format("'{}' is in something that is no table; repair the file first", key);
    const Entry* known = find(node, *field);
    Entry* entry = known == nullptr ? nullptr : &(*table)[static_cast<std::size_t>(known - table->data())];
    if (rest.empty()) {
      set(*table, *field, entry);
      return std::nullopt;
    }
    if (field->shape->kind == Shape::Kind::kList) return edit_elements(*field, entry, rest);
    if (entry == nullptr) {
      if (!value_) return std::nullopt;
      entry = &table->emplace_back(Entry{std::string(field->key), {}, Node{{}, Table{}}});
    }
    return edit_in(entry->value, table_of(*field)->fields(), rest);
  }

 private:
  void set(Table& table, const Field& field, Entry* entry) {
    if (!value_) {
      std::erase_if(table, [&](const Entry& e) { return field.is_called(e.key); });
    } else if (entry != nullptr) {
      entry->value = *value_;
      entry->position = {};
    } else {
      table.push_back(Entry{std::string(field.key), {}, *value_});
    }
  }

  std::optional<std::string> edit_elements(const Field& field, Entry* entry, std::string_view rest) {
    List* list = entry == nullptr ? nullptr : entry->value.as<List>();
    if (list == nullptr || list->empty()) {
      return fmt::format("the file has no [[{0}]] whose '{1}' could change; add a [[{0}]]", field.key, rest);
    }
    for (Node& element : *list) {
      if (auto wrong = edit_in(element, table_of(field)->fields(), rest)) return wrong;
    }
    // A step without its only change, or a fault without its only effect, goes with it.
    if (!value_) std::erase_if(*list, [&](const Node& element) { return does_nothing(field, element); });
    return std::nullopt;
  }

  const std::optional<Node>& value_;
};

// Aliases as they are called in the reference: "server.options.mask" is server.options.subnet_mask.
std::string without_aliases(std::string_view path) {
  std::string out;
  std::span<const Field> fields = scenario_fields();
  while (!path.empty()) {
    const auto [key, rest] = split_first(path);
    const Field* field = find_field(fields, key);
    if (!out.empty()) out += '.';
    if (field == nullptr) return out += path;
    out += field->key;
    path = rest;
    const Shape* table = table_of(*field);
    fields = table == nullptr ? std::span<const Field>{} : table->fields();
  }
  return out;
}

// The candidate nearest to `text`, compared as a whole or by its last part.
std::optional<std::string_view> nearest_path(std::string_view text) {
  std::vector<std::string_view> whole;
  for (const std::string& path : scenario_paths()) whole.push_back(path);
  if (const auto meant = suggestion(text, whole)) return meant;
  std::vector<std::string_view> last;
  last.reserve(whole.size());
  for (const std::string_view path : whole) last.push_back(path.substr(path.rfind('.') + 1));
  const auto meant = suggestion(text.substr(text.rfind('.') + 1), last);
  if (!meant) return std::nullopt;
  return whole[static_cast<std::size_t>(std::ranges::find(last, *meant) - last.begin())];
}

}  // namespace

std::span<const std::string> scenario_paths() {
  static const std::vector<std::string> kPaths = [] {
    std::vector<std::string> paths;
    collect_paths(scenario_fields(), "", paths);
    return paths;
  }();
  return kPaths;
}

std::expected<std::string, std::string> resolve_path(std::string_view text) {
  const std::span<const std::string> paths = scenario_paths();
  if (std::string whole = without_aliases(text); std::ranges::find(paths, whole) != paths.end()) return whole;
  const std::string ending = fmt::format(".{}", text);
  std::vector<std::string_view> found;
  std::vector<std::string_view> in_steps;
  for (const std::string& path : paths) {
    if (path.ends_with(ending)) (path.starts_with(kStepPrefix) ? in_steps : found).push_back(path);
  }
  if (found.empty()) found = in_steps;
  if (found.size() == 1) return std::string(found.front());
  if (found.size() > 1) {
    return std::unexpected(
        fmt::format("{} may be {}; write the one you mean", in_quotes(text), fmt::join(found, " or ")));
  }
  const auto meant = nearest_path(text);
  return std::unexpected(fmt::format(
      "{} is no key of the format, {}", in_quotes(text),
      meant ? fmt::format("did you mean '{}'?", *meant) : std::string("write a dotted path like 'host.elevated'")));
}

std::optional<std::string> edit(Node& document, std::string_view path, const std::optional<Node>& value) {
  return Editor(value).edit_in(document, scenario_fields(), path);
}

}  // namespace unlease::sim
