// What the argument of `unlease explain` can mean.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "engine/error.h"
#include "engine/return_code.h"

namespace unlease::app {

// A number has both readings, a name has one.
struct Readings {
  std::optional<ReturnCode> code;  // the method's ReturnValue
  std::optional<Error> error;      // a Win32 error below 0x80000000, else an HRESULT; origin kApi
};

// Reads "83", "0x8004A024", "-2147180508" (how a COM client shows 2147786788), "ERROR_ACCESS_DENIED" in any case, or a
// part of a return code's name that no other one has. An error is a sentence for the user, with a suggestion where
// there is one.
std::expected<Readings, std::string> read_argument(std::string_view text);

// "2147786788 = 0x8004A024 = -2147180508 signed"; the last two only where they tell something.
std::string spellings(std::uint32_t number);

}  // namespace unlease::app
