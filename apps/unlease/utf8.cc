#include "apps/unlease/utf8.h"

#include <array>
#include <cstdint>

namespace unlease::app {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 0;  // in bytes; 0: there is none at the text's begin
};

// How many bytes follow `lead`; none where no sequence begins with it.
std::size_t sequence_size(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

CodePoint first_code_point(std::string_view text) {
  // What a sequence of so many bytes is for: anything less has a shorter one.
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  constexpr std::array<std::uint32_t, 5> kLeadBits{0, 0x7F, 0x1F, 0x0F, 0x07};
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = sequence_size(lead);
  if (size == 0 || size > text.size()) return {};
  std::uint32_t value = lead & kLeadBits[size];
  for (const char c : text.substr(1, size - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) return {};
    value = value << 6U | (byte & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (value < kLeast[size] || surrogate || value > 0x10FFFF) return {};
  return {.value = value, .size = size};
}

bool fits_into_xml(std::uint32_t code_point) {
  if (code_point < 0x20) return code_point == '\t' || code_point == '\n' || code_point == '\r';
  return code_point != 0xFFFE && code_point != 0xFFFF;
}

}  // namespace

std::string clean_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const CodePoint first = first_code_point(text);
    const bool good = first.size != 0 && fits_into_xml(first.value);
    const std::size_t taken = first.size == 0 ? 1 : first.size;
    result += good ? text.substr(0, taken) : kReplacement;
    text.remove_prefix(taken);
  }
  return result;
}

std::filesystem::path to_path(std::string_view utf8) { return std::u8string(utf8.begin(), utf8.end()); }

std::string to_utf8(const std::filesystem::path& path) {
  const std::u8string text = path.generic_u8string();
  return {text.begin(), text.end()};
}

}  // namespace unlease::app
