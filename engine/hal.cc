#include "engine/hal.h"

#include <fmt/format.h>

namespace unlease {

std::string to_string(const Guid& guid) {
  fmt::memory_buffer text;
  text.push_back('{');
  for (std::size_t i = 0; i < guid.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    fmt::format_to(fmt::appender(text), "{:02X}", guid.bytes[i]);
  }
  text.push_back('}');
  return fmt::to_string(text);
}

std::string to_string(Ipv4 address) {
  const std::uint32_t v = address.value;
  return fmt::format("{}.{}.{}.{}", v >> 24, v >> 16 & 0xFF, v >> 8 & 0xFF, v & 0xFF);
}

std::string to_string(AdapterName name) {
  return name.ordinal() == 0 ? std::string(name.base()) : fmt::format("{} {}", name.base(), name.ordinal());
}

std::string_view name(Operation operation) {
  switch (operation) {
    case Operation::kRelease:
      return "release";
    case Operation::kRenew:
      return "renew";
  }
  return "unknown";
}

}  // namespace unlease
