// Whatever Windows writes: an answer, and nothing is read from outside its buffers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include <gmock/gmock.h>

#include "hw/iphelper/interfaces.h"
#include "hw/iphelper/listing.h"
#include "tests/iphelper/mock_windows.h"

namespace unlease::hw::test {
namespace {

using ::testing::NiceMock;

class Spoiler {
 public:
  explicit Spoiler(std::uint64_t seed) : random_(seed) {}

  // Changes some of the bytes, or words, or takes a word from elsewhere in there: pointers are words.
  template <class Out>
  DWORD spoil(DWORD error, Out* out, ULONG size) {
    auto* const bytes = reinterpret_cast<std::byte*>(out);
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    if (error != ERROR_SUCCESS || size < 2 * kWord) return error;
    for (std::size_t left = below(6); left != 0; --left) {
      std::byte* const place = bytes + below(size / kWord) * kWord;
      if (below(3) == 0) {
        std::memcpy(place, bytes + below(size / kWord) * kWord, kWord);
      } else if (below(2) == 0) {
        place[below(kWord)] = static_cast<std::byte>(random_());
      } else {
        const std::uint64_t pointer = reinterpret_cast<std::uintptr_t>(bytes) + below(2 * size) - size / 2;
        std::memcpy(place, &pointer, kWord);
      }
    }
    return error;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::mt19937_64 random_;
};

void list_spoiled(std::uint64_t seed) {
  Spoiler spoiler(seed);
  NiceMock<MockWindows> windows;
  for (std::uint32_t i = 0; i < seed % 5; ++i) windows.adapters.emplace_back(i);
  ON_CALL(windows, get_adapters_addresses)
      .WillByDefault([&](ULONG, ULONG, void*, IP_ADAPTER_ADDRESSES* out, ULONG* size) {
        return spoiler.spoil(windows.write_addresses(out, size), out, *size);
      });
  ON_CALL(windows, get_adapters_info).WillByDefault([&](IP_ADAPTER_INFO* out, ULONG* size) {
    return spoiler.spoil(windows.write_info(out, size), out, *size);
  });
  ON_CALL(windows, get_interface_info).WillByDefault([&](IP_INTERFACE_INFO* out, ULONG* size) {
    return spoiler.spoil(windows.write_interfaces(out, size), out, *size);
  });
  const auto found = list_adapters(windows.api());
  if (!found) return;
  for (const FoundAdapter& one : *found) {
    EXPECT_LE(one.details.prefix_length, 32);
    EXPECT_LE(one.name.size(), std::size_t{64} << 10U);
  }
  EXPECT_EQ(windows.open_handles, 0);
}

TEST(RandomWindows, IsAnsweredWhateverItWrites) {
  std::uint64_t first = 1;
  std::uint64_t last = 3000;
  if (const char* wanted = std::getenv("UNLEASE_TEST_SEED")) first = last = std::stoull(wanted);
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    SCOPED_TRACE("repeat with: UNLEASE_TEST_SEED=" + std::to_string(seed) +
                 " cmake/wine build/windows/tests/iphelper_tests.exe --gtest_filter=RandomWindows.*");
    list_spoiled(seed);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace unlease::hw::test
