#include "sim/context.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "sim/glob.h"
#include "sim/wire.h"

namespace unlease::sim {

void Recorder::flush() {
  const std::span batch = std::span<const TraceRecord>(batch_).first(pending_);
  pending_ = 0;
  if (fingerprinted_) fingerprint_.add(batch);
  if (check_) invariants_.observe(batch);
  if (keep_) kept_.insert(kept_.end(), batch.begin(), batch.end());
}

bool matches(const Glob& glob, AdapterName adapter) {
  // Most patterns are decided by the plain characters that they begin with, without putting the name together.
  const std::string_view pattern = glob.pattern;
  const std::size_t plain = std::min(pattern.find_first_of("*?[\\"), pattern.size());
  if (!adapter.base().starts_with(pattern.substr(0, std::min(plain, adapter.base().size())))) return false;
  if (plain <= adapter.base().size() && pattern.substr(plain) == "*") return true;
  if (adapter.ordinal() == 0) return glob_match(glob.pattern, adapter.base());
  fmt::basic_memory_buffer<char, 256> name;
  fmt::format_to(std::back_inserter(name), "{} {}", adapter.base(), adapter.ordinal());
  return glob_match(glob.pattern, {name.data(), name.size()});
}

std::uint32_t owner_of(MacAddress mac, Station kind) {
  const std::uint32_t number = wire::load32(mac.bytes.data() + 2);
  const bool ours = mac.bytes[0] == kLocalMac && mac.bytes[1] == static_cast<std::uint8_t>(kind);
  return ours ? number - 1 : kNobody;  // which 0 is, too
}

}  // namespace unlease::sim
