#include "sim/scenario_loader.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <expected>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "sim/document.h"
#include "sim/scenario_checks.h"
#include "sim/scenario_format.h"
#include "sim/scenario_override.h"
#include "sim/scenario_text.h"
#include "sim/stable_order.h"

namespace unlease::sim {
namespace {

// Thrown where toml++ 3.3 finds that its own assumptions do not hold. Its assertion would end the program, and without
// assertions it would go on regardless.
struct ParserGaveUp {};
constexpr void require(bool holds) {
  if (!holds) throw ParserGaveUp{};
}

}  // namespace
}  // namespace unlease::sim

// With NDEBUG toml++ ignores TOML_ASSERT, and tells the compiler to assume what it should have checked.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(expr) ::unlease::sim::require(static_cast<bool>(expr))
#define TOML_MAX_NESTED_VALUES 24
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

namespace unlease::sim {
namespace {

Position to_position(const toml::source_position& position) {
  return {static_cast<std::uint32_t>(position.line), static_cast<std::uint32_t>(position.column)};
}

// toml++'s tree as ours. Values that TOML implies, like the `a` of `a.b = 1`, stand where their key does.
class Converter {
 public:
  std::optional<Diagnostic> too_deep;

  Node convert(const toml::node& from, Position fallback, std::size_t level) {
    Node node{to_position(from.source().begin), {}};
    if (node.position.line == 0) node.position = fallback;
    if (level > kMostLevels) {
      if (!too_deep) too_deep = Diagnostic{node.position, "nested more than 16 levels deep; nothing in a scenario is"};
      return node;
    }
    if (const toml::table* table = from.as_table()) {
      node.value = convert_table(*table, level);
    } else if (const toml::array* array = from.as_array()) {
      List list;
      list.reserve(array->size());
      for (const toml::node& element : *array) list.push_back(convert(element, node.position, level + 1));
      node.value = std::move(list);
    } else if (const auto* text = from.as_string()) {
      node.value = text->get();
    } else if (const auto* integer = from.as_integer()) {
      node.value = integer->get();
    } else if (const auto* number = from.as_floating_point()) {
      node.value = number->get();
    } else if (const auto* truth = from.as_boolean()) {
      node.value = truth->get();
    } else {
      node.value = Date{};
    }
    return node;
  }

 private:
  // toml++ sorts by key; here the order of the file is wanted.
  Table convert_table(const toml::table& from, std::size_t level) {
    Table table;
    table.reserve(from.size());
    for (const auto& [key, value] : from) {
      const Position position = to_position(key.source().begin);
      table.push_back(Entry{std::string(key.str()), position, convert(value, position, level + 1)});
    }
    stable_order(table, [](const Entry& e) { return std::pair(e.position.line, e.position.column); });
    return table;
  }
};

void forget_positions(Node& node) {
  node.position = {};
  if (List* list = node.as<List>()) {
    for (Node& element : *list) forget_positions(element);
  } else if (Table* table = node.as<Table>()) {
    for (Entry& entry : *table) {
      entry.position = {};
      forget_positions(entry.value);
    }
  }
}

// The value of an override: TOML, or else just text.
Node override_value(const std::string& text) {
  Node value{{}, text};
  if (auto document = parse_document("value = " + text)) {
    Table& table = *document->as<Table>();
    if (table.size() == 1) value = std::move(table.front().value);
  }
  forget_positions(value);
  return value;
}

void apply(Node& document, const Override& change, std::vector<Diagnostic>& diagnostics) {
  const auto path = resolve_path(change.path);
  std::optional<std::string> wrong;
  if (path) {
    std::optional<Node> value;
    if (change.value) value = override_value(*change.value);
    wrong = edit(document, *path, value);
  } else {
    wrong = path.error();
  }
  if (wrong) diagnostics.push_back({{}, fmt::format("override of {}: {}", in_quotes(change.path), *wrong)});
}

// Of a file of a later version nothing can be said but that.
std::optional<Diagnostic> newer_version(const Node& document) {
  const Entry* entry = find(document, "version");
  const std::int64_t* version = entry == nullptr ? nullptr : entry->value.as<std::int64_t>();
  if (version == nullptr || *version <= 1) return std::nullopt;
  return Diagnostic{entry->value.position,
                    fmt::format("version {} is newer than this unlease, which reads version 1; use a "
                                "later unlease for this file",
                                *version)};
}

// Its whole content, cut behind what is refused anyway.
std::expected<std::string, int> read_file(const std::filesystem::path& path) {
  const auto close = [](std::FILE* opened) { std::fclose(opened); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.string().c_str(), "rb"), close);
  if (file == nullptr) return std::unexpected(errno);
  std::string text(kMostBytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return std::unexpected(errno);
  return text;
}

}  // namespace

std::expected<Node, Diagnostic> parse_document(std::string_view text) {
  if (auto refused = refused_text(text)) return std::unexpected(*std::move(refused));
  try {
    const toml::table parsed = toml::parse(text);
    Converter converter;
    Node document = converter.convert(parsed, {1, 1}, 0);
    document.position = {1, 1};
    if (converter.too_deep) return std::unexpected(*converter.too_deep);
    return document;
  } catch (const toml::parse_error& error) {
    return std::unexpected(Diagnostic{to_position(error.source().begin), syntax_message(error.description())});
  } catch (const ParserGaveUp&) {
    return std::unexpected(Diagnostic{{}, "the text is not TOML; compare it with https://toml.io/en/v1.0.0"});
  }
}

std::string to_string(std::string_view file, const Diagnostic& diagnostic) {
  if (diagnostic.position.line == 0) return fmt::format("{}: error: {}", file, diagnostic.message);
  return fmt::format("{}:{}:{}: error: {}", file, diagnostic.position.line, diagnostic.position.column,
                     diagnostic.message);
}

std::optional<Override> parse_override(std::string_view text) {
  const auto trimmed = [](std::string_view part) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return std::string(part);
  };
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  Override change{trimmed(text.substr(0, equals)), trimmed(text.substr(equals + 1))};
  if (change.path.empty()) return std::nullopt;
  return change;
}

Loaded load_scenario_text(std::string_view text, std::string file, std::span<const Override> overrides) {
  Loaded loaded;
  auto document = parse_document(text);
  if (!document) {
    loaded.diagnostics.push_back(document.error());
    return loaded;
  }
  for (const Override& change : overrides) apply(*document, change, loaded.diagnostics);
  if (auto newer = newer_version(*document)) {
    loaded.diagnostics.push_back(*std::move(newer));
    return loaded;
  }
  Scenario scenario = read_scenario(*document, loaded.diagnostics);
  check_scenario(*document, scenario, loaded.diagnostics);
  stable_order(loaded.diagnostics, [](const Diagnostic& d) { return std::pair(d.position.line, d.position.column); });
  scenario.file = std::move(file);
  if (loaded.diagnostics.empty()) loaded.scenario = std::move(scenario);
  return loaded;
}

Loaded load_scenario_file(const std::filesystem::path& path, std::span<const Override> overrides) {
  const auto text = read_file(path);
  if (text) return load_scenario_text(*text, path.string(), overrides);
  const std::string reason = std::error_code(text.error(), std::generic_category()).message();
  return {std::nullopt, {{{}, fmt::format("cannot read the file: {}; check its path and rights", reason)}}};
}

}  // namespace unlease::sim
