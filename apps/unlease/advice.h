// What an engineer who holds a return code wants to know beside its meaning: who meets it, and what to do.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/return_code.h"

namespace unlease::app {

// A row covers the codes `first` to `last`. Where nobody documents a cause, the text says so.
struct Advice {
  std::uint32_t first;
  std::uint32_t last;
  std::string_view met_by;  // who meets this on a release, and how it comes about
  std::string_view remedy;
};

// All rows, ascending; together they cover every number.
std::span<const Advice> advice_rows();

// The row for `code`. Never missing.
const Advice& advice(ReturnCode code);

}  // namespace unlease::app
