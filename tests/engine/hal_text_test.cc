#include <gtest/gtest.h>

#include "engine/hal.h"

namespace unlease {
namespace {

TEST(HalText, GuidPrintsItsBytesInOrderUpperCaseInBraces) {
  Guid guid;
  for (std::size_t i = 0; i < guid.bytes.size(); ++i) guid.bytes[i] = static_cast<std::uint8_t>(0x0F + 0x10 * i);
  EXPECT_EQ(to_string(guid), "{0F1F2F3F-4F5F-6F7F-8F9F-AFBFCFDFEFFF}");
  EXPECT_EQ(to_string(Guid{}), "{00000000-0000-0000-0000-000000000000}");
}

TEST(HalText, Ipv4IsDottedMostSignificantByteFirst) {
  EXPECT_EQ(to_string(Ipv4{0x0A000001}), "10.0.0.1");
  EXPECT_EQ(to_string(Ipv4{0xFFFEFD00}), "255.254.253.0");
  EXPECT_EQ(to_string(Ipv4{}), "0.0.0.0");
}

TEST(HalText, AdapterNameHasItsOrdinalOnlyWhereThereIsOne) {
  EXPECT_EQ(to_string(AdapterName("Wi-Fi")), "Wi-Fi");
  EXPECT_EQ(to_string(AdapterName("Ethernet", 17)), "Ethernet 17");
  EXPECT_EQ(to_string(AdapterName{}), "");
}

TEST(HalText, OperationsHaveNames) {
  EXPECT_EQ(name(Operation::kRelease), "release");
  EXPECT_EQ(name(Operation::kRenew), "renew");
}

}  // namespace
}  // namespace unlease
