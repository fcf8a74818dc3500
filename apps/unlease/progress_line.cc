#include "apps/unlease/progress_line.h"

#include <string>

#include <fmt/format.h>

#include "apps/unlease/text.h"
#include "apps/unlease/utf8.h"

namespace unlease::app {
namespace {

// A longer line would wrap, and what has wrapped cannot be cleared.
constexpr std::size_t kMaxColumns = 79;
constexpr std::size_t kMaxUpdates = 1000;

// The end of `text` in `columns`: of a path, the end tells more.
std::string tail(std::string_view text, std::size_t columns) {
  std::size_t width = display_width(text);
  if (width <= columns) return std::string(text);
  while (width + 1 > columns && !text.empty()) {
    text.remove_prefix(1);
    while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0U) == 0x80U) text.remove_prefix(1);
    --width;
  }
  return "…" + std::string(text);
}

}  // namespace

void ProgressLine::show(std::size_t done, std::string_view file) {
  if (!wanted_ || done % (1 + total_ / kMaxUpdates) != 0) return;
  const std::string total = fmt::format("{}", total_);
  const std::string head = fmt::format("  {:>{}}/{}  ", done, total.size(), total);
  // Both streams may be the same terminal: what waits to be written would come upon this line.
  console_.out.flush();
  console_.err << (shown_ ? "\r\x1b[K" : "") << head << tail(clean_utf8(file), kMaxColumns - head.size()) << std::flush;
  shown_ = true;
}

void ProgressLine::clear() {
  if (!shown_) return;
  console_.err << "\r\x1b[K" << std::flush;
  shown_ = false;
}

}  // namespace unlease::app
