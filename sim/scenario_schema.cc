#include "sim/scenario_schema.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "sim/scenario_format.h"

namespace unlease::sim {
namespace {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Writes objects and arrays with a member a line.
class Json {
 public:
  void open(char bracket) {
    text_ += bracket;
    ++depth_;
    first_ = true;
  }
  void close(char bracket) {
    --depth_;
    if (!first_) new_line();
    text_ += bracket;
    first_ = false;
  }
  void element() {
    if (!first_) text_ += ',';
    new_line();
    first_ = false;
  }
  void key(std::string_view name) {
    element();
    text_ += json_string(name) + ": ";
  }
  void raw(std::string_view text) { text_ += text; }
  void member(std::string_view name, std::string_view raw_value) {
    key(name);
    raw(raw_value);
  }

  std::string take() && { return std::move(text_) + '\n'; }

 private:
  void new_line() {
    text_ += '\n';
    text_.append(2 * depth_, ' ');
  }

  std::string text_;
  std::size_t depth_ = 0;
  bool first_ = true;
};

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

void write_fields(Json& json, std::span<const Field> fields);

void write_integer(Json& json, const Shape& shape, const Rules& rules) {
  json.member("type", "\"integer\"");
  json.member("minimum", fmt::format("{}", rules.least));
  const std::int64_t most = std::min(rules.most, shape.most);
  // Validators that compute in floating point cannot tell the largest integers apart.
  if (most != std::numeric_limits<std::int64_t>::max()) json.member("maximum", fmt::format("{}", most));
}

void write_text(Json& json, const Shape& shape, const Rules& rules) {
  json.member("type", "\"string\"");
  if (!shape.pattern.empty()) json.member("pattern", json_string(shape.pattern));
  if (rules.longest != std::numeric_limits<std::size_t>::max()) {
    json.member("maxLength", fmt::format("{}", rules.longest));
  }
}

void write_choices(Json& json, const Shape& shape) {
  json.key("enum");
  json.open('[');
  for (const std::string_view choice : shape.choices) {
    json.element();
    json.raw(json_string(choice));
    if (!is_number(choice)) continue;
    json.element();
    json.raw(choice);
  }
  json.close(']');
}

void write_shape(Json& json, const Shape& shape, const Rules& rules);

void write_object(Json& json, const Shape& shape, const Rules& rules) {
  json.open('{');
  write_shape(json, shape, rules);
  json.close('}');
}

void write_list(Json& json, const Shape& shape, const Rules& rules) {
  json.member("type", "\"array\"");
  if (rules.longest != std::numeric_limits<std::size_t>::max()) {
    json.member("maxItems", fmt::format("{}", rules.longest));
  }
  json.key("items");
  write_object(json, *shape.item, element_rules(rules));
}

void write_either(Json& json, const Shape& shape) {
  json.key("anyOf");
  json.open('[');
  for (const Shape& one : shape.either()) {
    json.element();
    write_object(json, one, {});
  }
  json.close(']');
}

// The members that say what a value may be.
void write_shape(Json& json, const Shape& shape, const Rules& rules) {
  switch (shape.kind) {
    case Shape::Kind::kBoolean:
      json.member("type", "\"boolean\"");
      break;
    case Shape::Kind::kInteger:
      write_integer(json, shape, rules);
      break;
    case Shape::Kind::kNumber:
      json.member("type", "\"number\"");
      json.member("minimum", "0");
      json.member("maximum", "1");
      break;
    case Shape::Kind::kText:
      write_text(json, shape, rules);
      break;
    case Shape::Kind::kChoice:
      write_choices(json, shape);
      break;
    case Shape::Kind::kList:
      write_list(json, shape, rules);
      break;
    case Shape::Kind::kMap:
      json.member("type", "\"object\"");
      json.key("additionalProperties");
      write_object(json, *shape.item, {});
      break;
    case Shape::Kind::kTable:
      write_fields(json, shape.fields());
      break;
    case Shape::Kind::kEither:
      write_either(json, shape);
      break;
  }
}

void write_field(Json& json, const Field& field) {
  json.key(field.key);
  json.open('{');
  json.member("description", json_string(field.doc));
  write_shape(json, *field.shape, field.rules);
  if (!field.default_text.empty()) json.member("default", field.default_text);
  json.close('}');
  if (field.rules.alias.empty()) return;
  json.key(field.rules.alias);
  json.open('{');
  json.member("description", json_string(fmt::format("Another name of '{}'.", field.key)));
  write_shape(json, *field.shape, field.rules);
  json.close('}');
}

void write_needs(Json& json, std::span<const Field> fields) {
  if (std::ranges::all_of(fields, [](const Field& f) { return f.rules.needs.empty(); })) return;
  json.key("dependencies");
  json.open('{');
  for (const Field& field : fields) {
    if (!field.rules.needs.empty()) json.member(field.key, fmt::format("[{}]", json_string(field.rules.needs)));
  }
  json.close('}');
}

void write_fields(Json& json, std::span<const Field> fields) {
  json.member("type", "\"object\"");
  json.member("additionalProperties", "false");
  json.key("properties");
  json.open('{');
  for (const Field& field : fields) write_field(json, field);
  json.close('}');
  write_needs(json, fields);
  std::string required;
  for (const Field& field : fields) {
    if (field.rules.required) required += (required.empty() ? "" : ", ") + json_string(field.key);
  }
  if (!required.empty()) json.member("required", "[" + required + "]");
}

}  // namespace

std::string scenario_schema_json() {
  Json json;
  json.open('{');
  json.member("$schema", "\"http://json-schema.org/draft-07/schema#\"");
  json.member("title", "\"unlease scenario\"");
  json.member("description", json_string("A rehearsal of releasing DHCP leases, played by `unlease run`."));
  write_fields(json, scenario_fields());
  json.close('}');
  return std::move(json).take();
}

}  // namespace unlease::sim
