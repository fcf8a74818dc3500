#include "sim/trace.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace unlease::sim {
namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87U;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FU;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9U;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63U;

constexpr std::uint64_t round(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + (input * kPrime2), 31) * kPrime1;
}

// What is between `at` and `x`, as it lies in memory where that is little-endian.
std::uint64_t second_word(const TraceRecord& record) {
  if constexpr (std::endian::native == std::endian::little) {
    std::uint64_t word = 0;
    std::memcpy(&word, reinterpret_cast<const std::byte*>(&record) + offsetof(TraceRecord, subject), sizeof word);
    return word;
  }
  return std::uint64_t{record.subject} | (std::uint64_t{static_cast<std::uint8_t>(record.kind)} << 32U) |
         (std::uint64_t{record.detail} << 40U) | (std::uint64_t{record.extra} << 48U);
}

}  // namespace

// A record is a stripe of XXH64, and its four little-endian words are the four lanes' input.
void Fingerprint::add(std::span<const TraceRecord> records) {
  std::array<std::uint64_t, 4> lanes = lanes_;  // in registers
  for (const TraceRecord& record : records) {
    lanes[0] = round(lanes[0], static_cast<std::uint64_t>(record.at.time_since_epoch().count()));
    lanes[1] = round(lanes[1], second_word(record));
    lanes[2] = round(lanes[2], record.x);
    lanes[3] = round(lanes[3], record.y);
  }
  lanes_ = lanes;
  records_ += records.size();
}

std::uint64_t Fingerprint::value() const {
  // Without input, XXH64 starts from the fifth prime.
  std::uint64_t hash = 0x27D4EB2F165667C5U;
  if (records_ > 0) {
    hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) + std::rotl(lanes_[3], 18);
    for (const std::uint64_t lane : lanes_) hash = ((hash ^ round(0, lane)) * kPrime1) + kPrime4;
  }
  hash += records_ * sizeof(TraceRecord);
  hash = (hash ^ (hash >> 33U)) * kPrime2;
  hash = (hash ^ (hash >> 29U)) * kPrime3;
  return hash ^ (hash >> 32U);
}

}  // namespace unlease::sim
