#include "engine/return_code.h"

#include <cstdint>
#include <string_view>

#include <gtest/gtest.h>

namespace unlease {
namespace {

struct Heading {
  std::uint32_t first;
  std::uint32_t last;
  std::string_view name;
};

// Microsoft's page "ReleaseDHCPLeaseAll method of the Win32_NetworkAdapterConfiguration class", section "Return
// value", heading for heading.
constexpr Heading kPage[] = {
    {0, 0, "Successful completion, no reboot required"},
    {1, 1, "Successful completion, reboot required"},
    {64, 64, "Method not supported on this platform"},
    {65, 65, "Unknown failure"},
    {66, 66, "Invalid subnet mask"},
    {67, 67, "An error occurred while processing an Instance that was returned"},
    {68, 68, "Invalid input parameter"},
    {69, 69, "More than 5 gateways specified"},
    {70, 70, "Invalid IP address"},
    {71, 71, "Invalid gateway IP address"},
    {72, 72, "An error occurred while accessing the Registry for the requested information"},
    {73, 73, "Invalid domain name"},
    {74, 74, "Invalid host name"},
    {75, 75, "No primary/secondary WINS server defined"},
    {76, 76, "Invalid file"},
    {77, 77, "Invalid system path"},
    {78, 78, "File copy failed"},
    {79, 79, "Invalid security parameter"},
    {80, 80, "Unable to configure TCP/IP service"},
    {81, 81, "Unable to configure DHCP service"},
    {82, 82, "Unable to renew DHCP lease"},
    {83, 83, "Unable to release DHCP lease"},
    {84, 84, "IP not enabled on adapter"},
    {85, 85, "IPX not enabled on adapter"},
    {86, 86, "Frame/network number bounds error"},
    {87, 87, "Invalid frame type"},
    {88, 88, "Invalid network number"},
    {89, 89, "Duplicate network number"},
    {90, 90, "Parameter out of bounds"},
    {91, 91, "Access denied"},
    {92, 92, "Out of memory"},
    {93, 93, "Already exists"},
    {94, 94, "Path, file or object not found"},
    {95, 95, "Unable to notify service"},
    {96, 96, "Unable to notify DNS service"},
    {97, 97, "Interface not configurable"},
    {98, 98, "Not all DHCP leases could be released/renewed"},
    {100, 100, "DHCP not enabled on adapter"},
    {101, 4294967295, "Other"},
};

TEST(ReturnCode, TheTableIsThePage) {
  const auto rows = return_code_rows();
  ASSERT_EQ(rows.size(), std::size(kPage));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].first, kPage[i].first);
    EXPECT_EQ(rows[i].last, kPage[i].last) << rows[i].first;
    EXPECT_EQ(rows[i].name, kPage[i].name);
  }
}

TEST(ReturnCode, EachDocumentedValueHasARowAndNoOtherHas) {
  for (std::uint32_t v = 0; v <= 300; ++v) {
    const ReturnCode code{v};
    const ReturnCodeRow* row = find_row(code);
    EXPECT_EQ(row != nullptr, is_documented(code)) << v;
    if (row != nullptr) {
      EXPECT_TRUE(row->first <= v && v <= row->last) << v;
    }
  }
}

TEST(ReturnCode, TheLargestUint32IsOther) {
  const ReturnCode code{0xFFFFFFFF};
  ASSERT_NE(find_row(code), nullptr);
  EXPECT_EQ(name(code), "Other");
  EXPECT_TRUE(is_other(code));
  EXPECT_TRUE(is_documented(code));
}

TEST(ReturnCode, TheUndocumentedValuesAreNamedSo) {
  EXPECT_EQ(name(ReturnCode{2}), "undocumented");
  EXPECT_EQ(name(ReturnCode{63}), "undocumented");
  EXPECT_EQ(name(ReturnCode{99}), "undocumented");
}

TEST(ReturnCode, EveryMeaningIsOneOrMoreWholeSentencesOfOurOwn) {
  for (const ReturnCodeRow& row : return_code_rows()) {
    EXPECT_GE(row.meaning.size(), 30U) << row.first;
    EXPECT_TRUE(row.meaning.ends_with('.')) << row.first;
    EXPECT_EQ(row.meaning.find(row.name), std::string_view::npos) << row.first;
  }
}

}  // namespace
}  // namespace unlease
