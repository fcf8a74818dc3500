// Text from outside, which may be no UTF-8, for documents that have to be.
#pragma once

#include <string>
#include <string_view>

namespace unlease::app {

// `text` as XML 1.0 can carry it, and any reader of UTF-8 with it: U+FFFD stands for each byte that is no UTF-8, each
// control character but tab, newline and carriage return, and each of U+FFFE and U+FFFF.
std::string clean_utf8(std::string_view text);

}  // namespace unlease::app
