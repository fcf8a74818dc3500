// The adapters that the backend finds on a machine that is mocked.
#pragma once

#include <cstdint>

#include <gmock/gmock.h>

#include "hw/iphelper/listing.h"
#include "tests/iphelper/mock_windows.h"

namespace unlease::hw::test {

struct Listing : ::testing::Test {
  ::testing::NiceMock<MockWindows> windows;

  void have(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) windows.adapters.emplace_back(i);
  }
  FoundAdapters list() {
    auto found = list_adapters(windows.api());
    EXPECT_TRUE(found) << found.error();
    return found.value_or(FoundAdapters());
  }
  AdapterDetails only() {
    const FoundAdapters found = list();
    EXPECT_THAT(found, ::testing::SizeIs(1));
    return found.empty() ? AdapterDetails{} : found.front().details;
  }
};

}  // namespace unlease::hw::test
