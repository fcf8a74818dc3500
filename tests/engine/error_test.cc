#include "engine/error.h"

#include <cstdint>
#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/return_code.h"

namespace unlease {
namespace {

constexpr Error hresult(std::uint32_t value) { return hresult_error(Origin::kApi, value); }
constexpr Error win32(std::uint32_t value) { return win32_error(Origin::kApi, value); }
constexpr Error provider(std::uint32_t value) { return provider_error(Origin::kApi, value); }

TEST(Error, AWrappedWin32ErrorIsUnwrappedAndKeepsItsOrigin) {
  for (std::uint32_t code = 1; code <= 0xFFFF; ++code) {
    ASSERT_EQ(unwrap_hresult(hresult_error(Origin::kTcpip, 0x80070000U | code)), win32_error(Origin::kTcpip, code));
  }
}

TEST(Error, OnlyAFailedHresultOfFacilityWin32IsUnwrapped) {
  for (const Error error : {hresult(0), hresult(0x80041003), hresult(0x8004A024), hresult(0x00070005),
                            hresult(0xC0070005), hresult(0x80080005), win32(0x80070005), provider(0x80070005)}) {
    EXPECT_EQ(unwrap_hresult(error), error) << describe(error);
  }
}

TEST(Error, AWrappedZeroStaysTheFailureThatItSays) {
  EXPECT_EQ(unwrap_hresult(hresult(0x80070000)), hresult(0x80070000));
  EXPECT_FALSE(is_success(hresult(0x80070000)));
}

TEST(Error, ZeroIsSuccessInEveryDomain) {
  EXPECT_TRUE(is_success(win32(0)));
  EXPECT_TRUE(is_success(hresult(0)));
  EXPECT_TRUE(is_success(provider(0)));
}

TEST(Error, SuccessWithARebootIsSuccessAlsoWhenWrapped) {
  for (const std::uint32_t value : {1641U, 3010U, 3011U}) {
    EXPECT_TRUE(is_success(win32(value))) << value;
    EXPECT_TRUE(is_success(hresult(0x80070000U | value))) << value;
    EXPECT_FALSE(is_success(provider(value))) << value;
  }
}

TEST(Error, OneIsSuccessOnlyFromAProvider) {
  EXPECT_TRUE(is_success(provider(1)));
  EXPECT_FALSE(is_success(win32(1)));
  EXPECT_FALSE(is_success(hresult(0x80070001)));
}

TEST(Error, NoOtherValueIsSuccess) {
  const std::set<std::uint32_t> successes = {0, 1641, 3010, 3011};
  for (std::uint32_t value = 0; value <= 0xFFFF; ++value) {
    ASSERT_EQ(is_success(win32(value)), successes.contains(value)) << value;
  }
}

TEST(Error, AProviderRaisesDocumentedValuesButNotTheAggregate) {
  for (std::uint32_t v = 0; v <= 300; ++v) {
    EXPECT_EQ(is_provider_value(v), is_documented(ReturnCode{v}) && v != 98) << v;
  }
}

TEST(Error, EveryOriginAndDomainHasAnotherName) {
  std::set<std::string_view> names;
  for (int i = 0; i < kOriginCount; ++i) names.insert(name(static_cast<Origin>(i)));
  for (int i = 0; i < kDomainCount; ++i) names.insert(name(static_cast<Domain>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kOriginCount + kDomainCount));
  EXPECT_FALSE(names.contains("?"));
}

TEST(Error, ADescriptionTellsNameNumberAndOrigin) {
  EXPECT_EQ(describe(win32(5)), "ERROR_ACCESS_DENIED (5) from api");
  EXPECT_EQ(describe(win32(0)), "ERROR_SUCCESS (0) from api");
  EXPECT_EQ(describe(win32_error(Origin::kDhcpService, 1722)), "RPC_S_SERVER_UNAVAILABLE (1722) from dhcp_service");
  EXPECT_EQ(describe(hresult(0x8004A024)), "0x8004A024 NETCFG_E_NO_WRITE_LOCK from api");
  EXPECT_EQ(describe(hresult(0x80041003)), "0x80041003 WBEM_E_ACCESS_DENIED from api");
  EXPECT_EQ(describe(provider_error(Origin::kSettings, 86)), "return code 86 from settings");
}

TEST(Error, AWrappedWin32ErrorIsDescribedByThatErrorsName) {
  EXPECT_EQ(describe(hresult(0x80070005)), "0x80070005 ERROR_ACCESS_DENIED from api");
  EXPECT_EQ(describe(hresult(0x800706BA)), "0x800706BA RPC_S_SERVER_UNAVAILABLE from api");
}

TEST(Error, ANumberWithoutANameStandsAlone) {
  EXPECT_EQ(describe(win32(99999)), "99999 from api");
  EXPECT_EQ(describe(hresult(0x80070000)), "0x80070000 from api");
  EXPECT_EQ(describe(hresult(0x8007FFFF)), "0x8007FFFF from api");
  EXPECT_EQ(describe(hresult(0xC0000005)), "0xC0000005 from api");
}

}  // namespace
}  // namespace unlease
