// Small pieces of text that several commands print.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/hal.h"
#include "engine/return_code.h"
#include "engine/time.h"
#include "sim/scenario.h"

namespace unlease::app {

// Exact and short: "0s", "250ms", "30.002s", "8h 0m 1s".
std::string format_duration(Duration duration);

// "12.3 ms", for real times.
std::string milliseconds(std::chrono::nanoseconds time);

// Seconds since 1970 as "2026-02-28T12:00:00Z"; as they are where that has no year of four digits.
std::string utc_text(std::int64_t seconds);

// "10.0.0.1"; "-" where there is none.
std::string address_text(Ipv4 address);

// "98 (Not all DHCP leases could be released/renewed)".
std::string describe_code(ReturnCode code);

// "natural", "modelled", "injected".
std::string_view cause_name(sim::Cause cause);

// `count` things: "1 mistake", "2 mistakes".
std::string count_of(std::uint64_t count, std::string_view singular, std::string_view plural);

// How many characters `text` takes on a terminal, counted in code points of UTF-8.
std::size_t display_width(std::string_view text);

// `text` filled with spaces on the right to `width`.
std::string padded(std::string_view text, std::size_t width);

// `text` broken between words at 96 columns, each line after `indent` spaces, with a newline at its end.
std::string wrapped(std::string_view text, std::size_t indent);

// `text` in single quotes, as POSIX shells read them.
std::string shell_quoted(std::string_view text);

// `text` as one word of a POSIX shell: quoted where it must be.
std::string shell_word(std::string_view text);

// Rows of cells as lines whose columns are aligned; the last column is not filled. Each line begins with `indent`.
std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view indent);

// The lines of a source file, to quote from. A file that cannot be read has none.
class SourceLines {
 public:
  explicit SourceLines(const std::filesystem::path& path);

  // The line of `position` with a caret below its column, two lines with newlines; empty where there is no such line.
  std::string quote(sim::Position position) const;

 private:
  std::vector<std::string> lines_;
};

}  // namespace unlease::app
