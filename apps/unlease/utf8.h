// Text from outside, which may be no UTF-8, for documents that have to be, and as paths.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace unlease::app {

// `text` as XML 1.0 can carry it, and any reader of UTF-8 with it: U+FFFD stands for each byte that is no UTF-8, each
// control character but tab, newline and carriage return, and each of U+FFFE and U+FFFF.
std::string clean_utf8(std::string_view text);

// `utf8` as a path, and a path as UTF-8 with forward slashes. Of a std::string the standard libraries of Windows make a
// path in encodings of their own; on POSIX the bytes stay as they are, whatever they are. Throws where `utf8` is no
// UTF-8 on Windows.
std::filesystem::path to_path(std::string_view utf8);
std::string to_utf8(const std::filesystem::path& path);

}  // namespace unlease::app
