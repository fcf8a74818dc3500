// An error in a scenario file: by name, by number, or as a documented return code. scenario_format.cc is the only user.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "engine/error.h"
#include "sim/scenario_codec.h"
#include "sim/suggest.h"

namespace unlease::sim {

// { provider = 86 }
struct ProviderError {
  std::uint32_t provider = 0;
};

template <>
inline std::span<const Field> fields_of<ProviderError>() {
  static const std::array kFields = {
      field<&ProviderError::provider>("provider", "A documented return code, raised as such by the layer below.",
                                      {.required = true}),
  };
  return kFields;
}

// A name, a number, or a table { provider = 86 }.
template <>
struct Codec<Error> {
  static std::span<const Shape> either() {
    static constexpr std::array kEither = {
        Shape{.what = "a name of winerror.h, wbemcli.h or netcfgx.h", .example = "\"ERROR_GEN_FAILURE\""},
        Shape{.kind = Shape::Kind::kInteger,
              .what = "a number: Win32 below 0x80000000, else an HRESULT",
              .example = "31",
              .most = std::numeric_limits<std::uint32_t>::max()},
        Codec<ProviderError>::kShape,
    };
    return kEither;
  }
  static constexpr Shape kShape{.kind = Shape::Kind::kEither,
                                .what = "an error name, a number or { provider = 86 }",
                                .example = "\"ERROR_GEN_FAILURE\"",
                                .either = &either};

  static bool read(Reader& reader, const Node& node, const Rules&, Error& out) {
    if (const std::string* text = node.as<std::string>()) return read_name(reader, node, *text, out);
    if (node.as<std::int64_t>() != nullptr) {
      std::uint32_t value = 0;
      if (!Codec<std::uint32_t>::read(reader, node, {}, value)) return false;
      out = value < 0x80000000U ? win32_error(Origin::kApi, value) : hresult_error(Origin::kApi, value);
      return true;
    }
    if (node.as<Table>() == nullptr) return reader.wrong_type(node, kShape);
    ProviderError raised;
    read_table(reader, node, Codec<ProviderError>::kShape, &raised);
    const std::uint32_t code = raised.provider;
    if (!is_provider_value(code)) {
      constexpr std::string_view kPartial =
          "98 tells of several adapters and is never one's own; let two fail differently";
      constexpr std::string_view kUndocumented =
          "{} is undocumented (2-63 and 99); write 0, 1, 64-97, or 100 and above";
      return reader.bad_value(node, code == 98 ? std::string(kPartial) : fmt::format(kUndocumented, code));
    }
    out = provider_error(Origin::kApi, code);
    return true;
  }
  static std::string print(const Error&) { return ""; }

 private:
  static bool read_name(Reader& reader, const Node& node, const std::string& text, Error& out) {
    if (const ErrorName* known = find_error_name(text)) {
      out = Error{Origin::kApi, known->domain, known->value};
      return true;
    }
    std::vector<std::string_view> names;
    for (const ErrorName& known : error_names()) names.push_back(known.name);
    const auto meant = suggestion(text, names);
    return reader.bad_value(node, fmt::format("unknown error name {}, {}", in_quotes(text, '"'),
                                              meant ? fmt::format("did you mean \"{}\"?", *meant)
                                                    : std::string("write its number instead")));
  }
};

}  // namespace unlease::sim
