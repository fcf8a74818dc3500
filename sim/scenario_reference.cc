#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/lease_fate.h"
#include "sim/scenario_format.h"
#include "sim/scenario_schema.h"

namespace unlease::sim {
namespace {

constexpr std::string_view kIntroduction = R"(# Scenario files

<!-- Made from the table in sim/scenario_format.cc. Do not edit; run: unlease schema --markdown > docs/scenario-format.md -->

A scenario is a machine, its network, a timeline, and what has to come of it, as a TOML file. `unlease run` plays it in
virtual time; `unlease check` only reads it. All mistakes of a file are reported at once, each with its line. An editor
that knows JSON Schema completes and checks the keys by `scenarios/schema.json` (`unlease schema` prints it), for example
taplo, which finds it through the first line:

```toml
#:schema ../schema.json
version = 1
name = "A lease is released"

[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.250"

[[adapter]]
name = "Ethernet"
lease = { state = "bound" }

[expect]
code = 0
adapters = { "Ethernet" = { address = "none" } }
packets = { release = 1 }
```

Files are UTF-8, of at most 1 MiB, with lines of at most 4096 bytes.

## Values

| value | example | |
|---|---|---|
| a duration | `"1.5s"`, `"1h30m"` | Numbers with a unit, always: ns, us, ms, s, m, h, d. Exact to the nanosecond, at most 100 years. |
| an IPv4 address | `"10.0.0.1"` | Four numbers. |
| a pool | `"10.0.0.10-10.0.0.250"` | First and last address, both of them in it. |
| a probability | `0.25` | From 0.0, never, to 1.0, always, in steps of a billionth. |
| a pattern of names | `"Wi-Fi*"` | `*` any text, `?` one character, `[a-z]` and `[!a-z]` one of a set, `\` the next character itself. Over the whole name; case counts. |
| an error | `"ERROR_GEN_FAILURE"`, `31`, `0x80041001`, `{ provider = 86 }` | A name of winerror.h, wbemcli.h or netcfgx.h; a number, Win32 below 0x80000000, else an HRESULT; or a documented return code that the layer below raises as such, which is never 2-63, 98 or 99. |
| a return code | `83` | Unsigned. 2-63 and 99 are undocumented and never returned. |
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

// What a value may be, in a few words.
std::string value_text(const Shape& shape, const Rules& rules) {
  switch (shape.kind) {
    case Shape::Kind::kChoice:
      return fmt::format("`\"{}\"`", fmt::join(shape.choices, "\"`, `\""));
    case Shape::Kind::kList:
      if (shape.item->kind == Shape::Kind::kTable) return "tables";
      return "a list of: " + value_text(*shape.item, element_rules(rules));
    case Shape::Kind::kInteger: {
      const std::int64_t most = std::min(rules.most, shape.most);
      if (most == std::numeric_limits<std::int64_t>::max()) return fmt::format("an integer from {}", rules.least);
      return rules.least == most ? fmt::format("{}", most) : fmt::format("an integer, {} to {}", rules.least, most);
    }
    default:
      return std::string(shape.what);
  }
}

// The table behind a shape, through lists and names; null where there is none.
const Shape* table_behind(const Shape& shape) {
  const bool wraps = shape.kind == Shape::Kind::kList || shape.kind == Shape::Kind::kMap;
  const Shape& inner = wraps ? *shape.item : shape;
  return inner.kind == Shape::Kind::kTable ? &inner : nullptr;
}

class Reference {
 public:
  std::string write() {
    text_ = kIntroduction;
    const std::span<const Field> fields = scenario_fields();
    // A table that stands at the top is described there, not where a step uses it.
    for (const Field& field : fields) {
      if (const Shape* table = table_behind(*field.shape)) described_[table->fields().data()] = heading(field);
    }
    text_ += "\n## At the top of the file\n\n";
    write_table(fields);
    for (const Field& field : fields) {
      const Shape* table = table_behind(*field.shape);
      if (table == nullptr) continue;
      text_ += fmt::format("\n## {}\n\n{}\n\n", heading(field), field.doc);
      write_table(table->fields());
      write_inner_tables(table->fields(), std::string(field.key));
    }
    write_causes();
    return std::move(text_);
  }

 private:
  static std::string heading(const Field& field) {
    return field.shape->kind == Shape::Kind::kList ? fmt::format("`[[{}]]`", field.key)
                                                   : fmt::format("`[{}]`", field.key);
  }

  void write_table(std::span<const Field> fields) {
    text_ += "| key | value | default | meaning |\n|---|---|---|---|\n";
    for (const Field& field : fields) {
      const std::string standard = field.rules.required         ? "*required*"
                                   : field.default_text.empty() ? ""
                                                                : fmt::format("`{}`", field.default_text);
      std::string meaning(field.doc);
      if (!field.rules.needs.empty()) meaning += fmt::format(" Only beside `{}`.", field.rules.needs);
      if (!field.rules.alias.empty()) meaning += fmt::format(" Also called `{}`.", field.rules.alias);
      text_ += fmt::format("| `{}` | {} | {} | {} |\n", field.key, escaped(value_text(*field.shape, field.rules)),
                           standard, escaped(meaning));
    }
  }

  // What `ledger` expects, by name.
  void write_causes() {
    text_ += "\n## Why a lease is known to one side only\n\n| `ledger` | its latest lease |\n|---|---|\n";
    text_ += "| `none` | client and server agree |\n";
    for (const LeaseFateText& cause : std::span(kLeaseFates).subspan(1)) {
      text_ += fmt::format("| `{}` | {} |\n", cause.name, cause.meaning);
    }
  }

  void write_inner_tables(std::span<const Field> fields, const std::string& path) {
    for (const Field& field : fields) {
      const Shape* table = table_behind(*field.shape);
      if (table == nullptr) continue;
      const std::string inner = fmt::format("{}.{}", path, field.key);
      const auto [known, fresh] = described_.try_emplace(table->fields().data(), fmt::format("`{}`", inner));
      text_ += fmt::format("\n### `{}`\n\n{}\n\n", inner, field.doc);
      if (!fresh) {
        text_ += fmt::format("The keys are those of {}.\n", known->second);
        continue;
      }
      write_table(table->fields());
      write_inner_tables(table->fields(), inner);
    }
  }

  std::string text_;
  std::map<const Field*, std::string> described_;  // by their first key: tables, and where they are described
};

}  // namespace

std::string scenario_reference_markdown() { return Reference().write(); }

}  // namespace unlease::sim
