#include "sim/scenario_schema.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario_format.h"
#include "sim/scenario_text.h"
#include "tests/sim/scenario_test_support.h"

namespace unlease::sim {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

const Shape& inner(const Shape& shape) {
  const bool wraps = shape.kind == Shape::Kind::kList || shape.kind == Shape::Kind::kMap;
  return wraps ? inner(*shape.item) : shape;
}

// Calls visit(path, field) for each key of the format, also below names.
template <class Visit>
void for_each_field(std::span<const Field> fields, const std::string& prefix, Visit visit) {
  for (const Field& field : fields) {
    const std::string path = prefix + std::string(field.key);
    visit(path, field);
    const Shape& shape = inner(*field.shape);
    if (shape.kind == Shape::Kind::kTable) for_each_field(shape.fields(), path + ".", visit);
  }
}

// Whether a value at `path` is in the document, looking through all elements of lists and all names.
bool is_used(const Node& node, std::span<const Field> fields, std::string_view path) {
  if (const List* list = node.as<List>()) {
    return std::ranges::any_of(*list, [&](const Node& element) { return is_used(element, fields, path); });
  }
  const std::size_t dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  const auto field = std::ranges::find(fields, key, &Field::key);
  const Entry* entry = find(node, *field);
  if (entry == nullptr || dot == std::string_view::npos) return entry != nullptr;
  const std::span<const Field> below = inner(*field->shape).fields();
  const std::string_view rest = path.substr(dot + 1);
  if (field->shape->kind != Shape::Kind::kMap) return is_used(entry->value, below, rest);
  return std::ranges::any_of(*entry->value.as<Table>(), [&](const Entry& e) { return is_used(e.value, below, rest); });
}

TEST(ScenarioSchema, CommittedSchemaIsCurrent) {
  EXPECT_EQ(source_file("scenarios/schema.json"), scenario_schema_json())
      << "regenerate it with: unlease schema > scenarios/schema.json";
}

TEST(ScenarioSchema, CommittedReferenceIsCurrent) {
  EXPECT_EQ(source_file("docs/scenario-format.md"), scenario_reference_markdown())
      << "regenerate it with: unlease schema --markdown > docs/scenario-format.md";
}

TEST(ScenarioSchema, EveryKeyHasASentence) {
  for_each_field(scenario_fields(), "", [](const std::string& path, const Field& field) {
    EXPECT_THAT(field.doc, EndsWith(".")) << path;
    EXPECT_GT(field.doc.size(), 15U) << path;
  });
}

TEST(ScenarioSchema, EveryNeedIsAKeyBesideAndEveryAliasIsNoKey) {
  const auto check = [](std::span<const Field> fields) {
    for (const Field& field : fields) {
      const auto is_key = [&](std::string_view key) { return std::ranges::count(fields, key, &Field::key) == 1; };
      EXPECT_TRUE(is_key(field.key)) << field.key;
      EXPECT_TRUE(field.rules.needs.empty() || is_key(field.rules.needs)) << field.key;
      EXPECT_FALSE(is_key(field.rules.alias)) << field.key;
    }
  };
  check(scenario_fields());
  for_each_field(scenario_fields(), "", [&](const std::string&, const Field& field) {
    const Shape& shape = inner(*field.shape);
    if (shape.kind == Shape::Kind::kTable) check(shape.fields());
  });
}

TEST(ScenarioSchema, TheExampleUsesEveryKey) {
  const auto document = parse_document(source_file("tests/data/every_key.toml"));
  ASSERT_TRUE(document);
  std::size_t keys = 0;
  for_each_field(scenario_fields(), "", [&](const std::string& path, const Field&) {
    ++keys;
    EXPECT_TRUE(is_used(*document, scenario_fields(), path)) << "tests/data/every_key.toml lacks " << path;
  });
  EXPECT_GT(keys, 100U);
}

TEST(ScenarioSchema, TextsNameEveryKey) {
  const std::string schema = scenario_schema_json();
  const std::string reference = scenario_reference_markdown();
  for_each_field(scenario_fields(), "", [&](const std::string& path, const Field& field) {
    EXPECT_THAT(schema, HasSubstr("\"" + std::string(field.key) + "\": {")) << path;
    EXPECT_THAT(reference, HasSubstr("| `" + std::string(field.key) + "` |")) << path;
  });
}

TEST(ScenarioSchema, DefaultsAreThoseOfTheStructs) {
  const std::string schema = scenario_schema_json();
  for (const char* member : {"\"default\": \"365d\"", "\"default\": \"250ms\"", "\"default\": \"8h\"",
                             "\"default\": \"lan\"", "\"default\": \"*\"", "\"default\": 1.0", "\"default\": true"}) {
    EXPECT_THAT(schema, HasSubstr(member));
  }
}

TEST(ScenarioSchema, BracketsAreBalancedAndNoCommaIsDangling) {
  const std::string schema = scenario_schema_json();
  std::string open;
  char before = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const char c = schema[i];
    if (in_string && c == '\\') {
      ++i;
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string || c == ' ' || c == '\n') continue;
    if (c == '{' || c == '[') open += c == '{' ? '}' : ']';
    if (c == '}' || c == ']') {
      ASSERT_FALSE(open.empty());
      ASSERT_EQ(open.back(), c);
      ASSERT_NE(before, ',');
      open.pop_back();
    }
    before = c;
  }
  EXPECT_THAT(open, IsEmpty());
}

}  // namespace
}  // namespace unlease::sim
