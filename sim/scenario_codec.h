// How a value of each C++ type is read from a document, printed, and described. scenario_format.cc is its only user;
// what a new *kind* of value needs is here, what a new *key* needs is one line there.
//
// A codec of T has
//   static constexpr Shape kShape;
//   static bool read(Reader&, const Node&, const Rules&, T& out);   // writes `out` only on success, but for tables
//   static std::string print(const T&);                             // TOML that is JSON too; empty for "none"
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "sim/document.h"
#include "sim/glob.h"
#include "sim/scenario.h"
#include "sim/scenario_format.h"
#include "sim/scenario_values.h"

namespace unlease::sim {

// The keys of the table that is read into an S; specialized once for each.
template <class S>
std::span<const Field> fields_of();

// Any type without a codec of its own below is a struct, read from a table.
template <class S>
struct Codec {
  static constexpr Shape kShape{
      .kind = Shape::Kind::kTable, .what = "a table", .example = "{ ... }", .fields = &fields_of<S>};

  static bool read(Reader& reader, const Node& node, const Rules&, S& out) {
    if (!read_table(reader, node, kShape, &out)) return false;
    if constexpr (requires { out.position; }) out.position = node.position;
    return true;
  }
  static std::string print(const S&) { return ""; }
};

template <>
struct Codec<bool> {
  static constexpr Shape kShape{.kind = Shape::Kind::kBoolean, .what = "true or false", .example = "true"};

  static bool read(Reader& reader, const Node& node, const Rules&, bool& out) {
    const bool* value = node.as<bool>();
    if (value == nullptr) return reader.wrong_type(node, kShape);
    out = *value;
    return true;
  }
  static std::string print(bool value) { return value ? "true" : "false"; }
};

template <std::integral T>
  requires(!std::same_as<T, bool>)
struct Codec<T> {
  // TOML's integers are signed and of 64 bits.
  static constexpr std::int64_t kMost =
      sizeof(T) < sizeof(std::int64_t)
          ? std::int64_t{std::numeric_limits<std::conditional_t<(sizeof(T) < 8), T, int>>::max()}
          : std::numeric_limits<std::int64_t>::max();
  static constexpr Shape kShape{.kind = Shape::Kind::kInteger, .what = "an integer", .example = "1", .most = kMost};

  static bool read(Reader& reader, const Node& node, const Rules& rules, T& out) {
    const std::int64_t* value = node.as<std::int64_t>();
    if (value == nullptr) return reader.wrong_type(node, kShape);
    const std::int64_t most = std::min(rules.most, kMost);
    if (*value < rules.least || *value > most) {
      return reader.bad_value(node, fmt::format("{} is out of range; write {} to {}", *value, rules.least, most));
    }
    out = static_cast<T>(*value);
    return true;
  }
  static std::string print(T value) { return fmt::format("{}", value); }
};

template <>
struct Codec<Probability> {
  static constexpr Shape kShape{
      .kind = Shape::Kind::kNumber, .what = "a probability from 0.0 to 1.0", .example = "0.25"};

  static bool read(Reader& reader, const Node& node, const Rules&, Probability& out) {
    const std::int64_t* whole = node.as<std::int64_t>();
    const double* real = node.as<double>();
    if (whole == nullptr && real == nullptr) return reader.wrong_type(node, kShape);
    const auto probability = to_probability(real != nullptr ? *real : static_cast<double>(*whole));
    if (!probability) return reader.bad_value(node, probability.error());
    out = *probability;
    return true;
  }
  static std::string print(Probability value) { return probability_text(value); }
};

template <>
struct Codec<std::string> {
  static constexpr Shape kShape{.what = "text in quotes", .example = "\"text\""};

  static bool read(Reader& reader, const Node& node, const Rules& rules, std::string& out) {
    const std::string* value = node.as<std::string>();
    if (value == nullptr) return reader.wrong_type(node, kShape);
    if (value->size() > rules.longest) {
      return reader.bad_value(node, fmt::format("{} bytes are too long; at most {}", value->size(), rules.longest));
    }
    out = *value;
    return true;
  }
  static std::string print(const std::string& value) { return value.empty() ? "" : fmt::format("\"{}\"", value); }
};

// A value written as text: kParse gives it or what is wrong, kPrint the text.
template <class T, auto kParse, auto kPrint>
struct TextCodec {
  static bool read_as(Reader& reader, const Node& node, const Shape& shape, T& out) {
    const std::string* text = node.as<std::string>();
    if (text == nullptr) return reader.wrong_type(node, shape);
    Parsed<T> value = kParse(*text);
    if (!value) return reader.bad_value(node, value.error());
    out = *std::move(value);
    return true;
  }
  static std::string print(const T& value) { return fmt::format("\"{}\"", kPrint(value)); }
};

template <>
struct Codec<Duration> : TextCodec<Duration, parse_duration, duration_text> {
  static constexpr Shape kShape{
      .what = "a duration", .example = "\"30s\"", .pattern = R"(^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h|d))+$)"};

  static bool read(Reader& reader, const Node& node, const Rules& rules, Duration& out) {
    if (const std::int64_t* number = node.as<std::int64_t>()) {
      constexpr std::string_view kNoUnit =
          R"(a duration needs a unit; write "{0}s" or "{0}ms" (ns, us, ms, s, m, h, d))";
      return reader.bad_value(node, fmt::format(kNoUnit, *number));
    }
    Duration duration{};
    if (!read_as(reader, node, kShape, duration)) return false;
    const Duration least(rules.least);
    if (duration < least) {
      return reader.bad_value(
          node, fmt::format(R"("{}" is too short; at least "{}")", *node.as<std::string>(), duration_text(least)));
    }
    if (duration.count() > rules.most) {
      return reader.bad_value(node, fmt::format(R"("{}" is too long; at most "{}")", *node.as<std::string>(),
                                                duration_text(Duration(rules.most))));
    }
    if (duration.count() % rules.unit != 0) {
      return reader.bad_value(node, fmt::format(R"("{}" is no multiple of "{}", as it has to be)",
                                                *node.as<std::string>(), duration_text(Duration(rules.unit))));
    }
    out = duration;
    return true;
  }
};

inline constexpr std::string_view kIpv4Pattern =
    R"(^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])$)";

template <>
struct Codec<Ipv4> : TextCodec<Ipv4, parse_ipv4, static_cast<std::string (*)(Ipv4)>(unlease::to_string)> {
  static constexpr Shape kShape{.what = "an IPv4 address", .example = "\"10.0.0.1\"", .pattern = kIpv4Pattern};

  static bool read(Reader& reader, const Node& node, const Rules&, Ipv4& out) {
    return read_as(reader, node, kShape, out);
  }
};

template <>
struct Codec<PoolSpec> : TextCodec<PoolSpec, parse_pool, pool_text> {
  static constexpr Shape kShape{.what = "a first and a last address",
                                .example = "\"10.0.0.10-10.0.0.250\"",
                                .pattern = R"(^[0-9]+(\.[0-9]+){3} *- *[0-9]+(\.[0-9]+){3}$)"};

  static bool read(Reader& reader, const Node& node, const Rules&, PoolSpec& out) {
    return read_as(reader, node, kShape, out);
  }
  static std::string print(const PoolSpec&) { return ""; }
};

template <>
struct Codec<ExpectedAddress> : TextCodec<ExpectedAddress, parse_expected_address, expected_address_text> {
  static constexpr Shape kShape{.what = R"("none", "any" or an IPv4 address)",
                                .example = "\"none\"",
                                .pattern = R"(^(none|any|[0-9]+(\.[0-9]+){3})$)"};

  static bool read(Reader& reader, const Node& node, const Rules&, ExpectedAddress& out) {
    return read_as(reader, node, kShape, out);
  }
};

inline Parsed<Glob> parse_glob(std::string_view text) {
  if (const auto error = glob_error(text))
    return std::unexpected(fmt::format("bad pattern {}: {}", in_quotes(text, '"'), *error));
  return Glob{std::string(text)};
}
inline const std::string& glob_text(const Glob& glob) { return glob.pattern; }

template <>
struct Codec<Glob> : TextCodec<Glob, parse_glob, glob_text> {
  static constexpr Shape kShape{.what = "a pattern of names", .example = "\"Wi-Fi*\"", .pattern = "^.+$"};

  static bool read(Reader& reader, const Node& node, const Rules&, Glob& out) {
    return read_as(reader, node, kShape, out);
  }
};

// A name of a value. Names that are numbers may be written as such.
template <class T>
struct Named {
  std::string_view name;
  T value;
};

// One of `kNames`, a constexpr array of Named<T>.
template <class T, const auto& kNames>
struct Choice {
  static constexpr auto kTexts = [] {
    std::array<std::string_view, kNames.size()> texts;
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = kNames[i].name;
    return texts;
  }();
  static constexpr Shape kShape{.kind = Shape::Kind::kChoice, .what = "a choice", .example = "", .choices = kTexts};

  static bool read(Reader& reader, const Node& node, const Rules&, T& out) {
    const std::string* text = node.as<std::string>();
    const std::int64_t* number = node.as<std::int64_t>();
    const std::string name = text != nullptr ? *text : number != nullptr ? fmt::format("{}", *number) : "";
    const auto found = std::ranges::find(kNames, std::string_view(name), &Named<T>::name);
    if (found == kNames.end()) return reader.wrong_type(node, kShape);
    out = found->value;
    return true;
  }
  static std::string print(const T& value) {
    const auto found = std::ranges::find(kNames, value, &Named<T>::value);
    return found == kNames.end() ? "" : fmt::format("\"{}\"", found->name);
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static constexpr Shape kShape{
      .kind = Shape::Kind::kList, .what = "a list", .example = "[...]", .item = &Codec<T>::kShape};

  // An element with a mistake is there too: others say "the third [[server]]" by index.
  static bool read(Reader& reader, const Node& node, const Rules& rules, std::vector<T>& out) {
    const List* list = node.as<List>();
    if (list == nullptr) return reader.wrong_type(node, kShape);
    if (list->size() > rules.longest) {
      return reader.bad_value(node, fmt::format("{} elements are too many; at most {}", list->size(), rules.longest));
    }
    reader.enter_list();
    std::vector<T> values(list->size());
    bool good = true;
    for (std::size_t i = 0; i < list->size(); ++i) {
      good = Codec<T>::read(reader, (*list)[i], element_rules(rules), values[i]) && good;
    }
    out = std::move(values);
    return good;
  }
  static std::string print(const std::vector<T>&) { return ""; }
};

// Structs listed under a name each: { "Wi-Fi" = { ... } }. The name is read into the member kName.
template <class S, auto kName>
struct KeyedCodec {
  static constexpr Shape kShape{.kind = Shape::Kind::kMap,
                                .what = "a table with a table for each name",
                                .example = "{ \"name\" = { ... } }",
                                .item = &Codec<S>::kShape};

  static bool read(Reader& reader, const Node& node, const Rules&, std::vector<S>& out) {
    const Table* table = node.as<Table>();
    if (table == nullptr) return reader.wrong_type(node, kShape);
    using Name = std::remove_cvref_t<decltype(std::declval<S>().*kName)>;
    std::vector<S> values(table->size());
    bool good = true;
    for (std::size_t i = 0; i < table->size(); ++i) {
      const Entry& entry = (*table)[i];
      const Reader::Scope scope(reader, entry.key);
      good = Codec<Name>::read(reader, Node{entry.position, entry.key}, {}, values[i].*kName) && good;
      good = Codec<S>::read(reader, entry.value, {}, values[i]) && good;
      values[i].position = entry.position;
    }
    out = std::move(values);
    return good;
  }
  static std::string print(const std::vector<S>&) { return ""; }
};

template <class T>
struct Codec<std::optional<T>> {
  static constexpr const Shape& kShape = Codec<T>::kShape;

  static bool read(Reader& reader, const Node& node, const Rules& rules, std::optional<T>& out) {
    T value{};
    if (!Codec<T>::read(reader, node, rules, value)) return false;
    out = std::move(value);
    return true;
  }
  static std::string print(const std::optional<T>& value) { return value ? Codec<T>::print(*value) : ""; }
};

template <class T>
struct Codec<Expected<T>> {
  static constexpr const Shape& kShape = Codec<T>::kShape;

  static bool read(Reader& reader, const Node& node, const Rules& rules, Expected<T>& out) {
    if (!Codec<T>::read(reader, node, rules, out.value)) return false;
    out.position = node.position;
    return true;
  }
  static std::string print(const Expected<T>& expected) { return Codec<T>::print(expected.value); }
};

// The struct and the member type of an accessor, which is a pointer to a member or a function from S& to T&.
template <class S, class T>
struct Access {
  using Struct = S;
  using Member = T;
};
template <class S, class T>
Access<S, T> access_of(T S::*);
template <class S, class T>
Access<S, T> access_of(T& (*)(S&));

// The descriptor of one key. C is the codec, where it is not the one of the member's type.
template <auto kMember, class C = Codec<typename decltype(access_of(kMember))::Member>>
Field field(std::string_view key, std::string_view doc, Rules rules = {}) {
  using S = typename decltype(access_of(kMember))::Struct;
  S fresh{};
  return Field{.key = key,
               .doc = doc,
               .shape = &C::kShape,
               .rules = rules,
               .default_text = rules.required ? "" : C::print(std::invoke(kMember, fresh)),
               .read = [](Reader& reader, const Node& node, const Rules& r, void* object) {
                 return C::read(reader, node, r, std::invoke(kMember, *static_cast<S*>(object)));
               }};
}

}  // namespace unlease::sim
