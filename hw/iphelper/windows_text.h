// The texts that Windows gives, in its encodings.
#pragma once

#include <string>
#include <string_view>

#include "engine/hal.h"

namespace unlease::hw {

// UTF-16 as UTF-8; what is no UTF-16 becomes U+FFFD.
std::string to_utf8(std::wstring_view text);
// Text in the process's own code page as UTF-8.
std::string to_utf8(std::string_view text);

// "10.0.0.1"; none for any other text.
Ipv4 to_ipv4(std::string_view text);

}  // namespace unlease::hw
