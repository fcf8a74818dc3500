#include "sim/context.h"

#include <iterator>
#include <span>

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
  if (glob.pattern == "*") return true;
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
