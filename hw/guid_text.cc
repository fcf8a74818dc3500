#include "hw/guid_text.h"

#include <charconv>
#include <cstddef>
#include <system_error>

namespace unlease::hw {

std::optional<Guid> guid_at_end(std::string_view name) {
  constexpr std::string_view kShape = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
  if (name.size() < kShape.size()) return std::nullopt;
  const std::string_view text = name.substr(name.size() - kShape.size());
  Guid guid;
  std::size_t next = 0;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] != 'x') {
      if (text[i] != kShape[i]) return std::nullopt;
      continue;
    }
    const char* const end = &text[i] + 2;
    const auto [stopped, error] = std::from_chars(&text[i], end, guid.bytes[next++], 16);
    if (error != std::errc() || stopped != end) return std::nullopt;
    ++i;  // two digits a byte
  }
  return guid;
}

}  // namespace unlease::hw
