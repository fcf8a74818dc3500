#include "engine/mapping.h"

#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "engine/error.h"
#include "engine/return_code.h"

namespace unlease {
namespace {

constexpr std::array kOperations = {Operation::kRelease, Operation::kRenew};
constexpr std::uint32_t kWrapped = 0x80070000;

std::vector<Origin> all_origins() {
  std::vector<Origin> origins;
  for (int i = 0; i < kOriginCount; ++i) origins.push_back(static_cast<Origin>(i));
  return origins;
}

ReturnCode released(Error error, const Policies& policies = {}) {
  return map_error(Operation::kRelease, error, policies);
}
ReturnCode released(Origin origin, std::uint32_t win32) { return released(win32_error(origin, win32)); }
ReturnCode renewed(Origin origin, std::uint32_t win32) {
  return map_error(Operation::kRenew, win32_error(origin, win32), {});
}

// Calls `check(operation, origin)` for each pair.
template <typename Check>
void for_each_caller(Check check) {
  for (const Operation operation : kOperations) {
    for (const Origin origin : all_origins()) check(operation, origin);
  }
}

struct Example {
  std::uint32_t win32;
  std::uint32_t release;
  std::uint32_t renew;
};

// From the IP Helper call itself, which no row for an origin but that of 1228 speaks of.
constexpr Example kExamples[] = {
    {0, 0, 0},
    {1641, 1, 1},
    {3010, 1, 1},
    {3011, 1, 1},
    {50, 64, 64},
    {120, 64, 64},
    {127, 65, 65},
    {55, 67, 67},
    {1168, 67, 67},
    {87, 68, 68},
    {1009, 72, 72},
    {1010, 72, 72},
    {1011, 72, 72},
    {1012, 72, 72},
    {1013, 72, 72},
    {1014, 1014, 1014},
    {1015, 72, 72},
    {1016, 72, 72},
    {1017, 1017, 1017},
    {1018, 72, 72},
    {1212, 73, 73},
    {1210, 74, 74},
    {1006, 76, 76},
    {161, 77, 77},
    {266, 78, 78},
    {112, 78, 78},
    {1335, 1335, 1335},
    {1336, 79, 79},
    {1337, 79, 79},
    {1338, 79, 79},
    {1722, 81, 81},
    {1726, 81, 81},
    {1753, 81, 81},
    {121, 83, 82},
    {1460, 83, 82},
    {4100, 83, 82},
    {5, 91, 91},
    {740, 91, 91},
    {1314, 91, 91},
    {8, 92, 92},
    {14, 92, 92},
    {1450, 92, 92},
    {1455, 92, 92},
    {80, 93, 93},
    {183, 93, 93},
    {2, 94, 94},
    {3, 94, 94},
    {1050, 1050, 1050},
    {1051, 95, 95},
    {1062, 95, 95},
    {1079, 95, 95},
    {1080, 1080, 1080},
    {8999, 8999, 8999},
    {9000, 96, 96},
    {9852, 96, 96},
    {9999, 96, 96},
    {10000, 10000, 10000},
    {170, 97, 97},
    {2404, 97, 97},
    {1228, 0, 1228},
    {31, 65, 65},
    {100, 65, 65},
    {101, 101, 101},
    {258, 258, 258},
    {0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF},
};

TEST(Mapping, ValuesFromTheApiHaveTheCodesOfTheDesign) {
  for (const Example& example : kExamples) {
    EXPECT_EQ(value(released(Origin::kApi, example.win32)), example.release) << example.win32;
    EXPECT_EQ(value(renewed(Origin::kApi, example.win32)), example.renew) << example.win32;
  }
}

TEST(Mapping, EachOriginHasItsCodeForWhateverItReports) {
  // 31 and 1460 have no row, and one of their own, elsewhere.
  for (const std::uint32_t any : {31U, 1460U, 1062U, 99999U}) {
    EXPECT_EQ(released(Origin::kRegistry, any), ReturnCode::kRegistryError) << any;
    EXPECT_EQ(released(Origin::kDhcpService, any), ReturnCode::kDhcpServiceError) << any;
    EXPECT_EQ(released(Origin::kDnsClient, any), ReturnCode::kUnableToNotifyDns) << any;
    EXPECT_EQ(released(Origin::kTcpip, any), ReturnCode::kTcpipServiceError) << any;
    EXPECT_EQ(released(Origin::kEngine, any), ReturnCode::kUnableToRelease) << any;
    EXPECT_EQ(renewed(Origin::kEngine, any), ReturnCode::kUnableToRenew) << any;
  }
}

TEST(Mapping, AnOriginsCodeCoversItsHresultsToo) {
  EXPECT_EQ(released(hresult_error(Origin::kRegistry, 0x80004005)), ReturnCode::kRegistryError);
  EXPECT_EQ(released(hresult_error(Origin::kApi, 0x80004005)), ReturnCode{0x80004005});
}

TEST(Mapping, AccessDeniedIs91WhoeverReportsIt) {
  for_each_caller([](Operation operation, Origin origin) {
    for (const std::uint32_t denial : {5U, 740U, 1314U}) {
      EXPECT_EQ(map_error(operation, win32_error(origin, denial), {}), ReturnCode::kAccessDenied) << name(origin);
    }
  });
}

TEST(Mapping, AMissingRegistryKeyIs94AndADamagedOne72) {
  EXPECT_EQ(released(Origin::kRegistry, 2), ReturnCode::kNotFound);
  EXPECT_EQ(released(Origin::kRegistry, 3), ReturnCode::kNotFound);
  EXPECT_EQ(released(Origin::kRegistry, 1015), ReturnCode::kRegistryError);
}

TEST(Mapping, ASuccessIsNeverOverridden) {
  for_each_caller([](Operation operation, Origin origin) {
    EXPECT_EQ(map_error(operation, win32_error(origin, 0), {}), ReturnCode::kSuccess) << name(origin);
    EXPECT_EQ(map_error(operation, hresult_error(origin, 0), {}), ReturnCode::kSuccess) << name(origin);
    for (const std::uint32_t reboot : {1641U, 3010U, 3011U}) {
      const ReturnCode expected = ReturnCode::kSuccessRebootRequired;
      EXPECT_EQ(map_error(operation, win32_error(origin, reboot), {}), expected) << name(origin);
      EXPECT_EQ(map_error(operation, hresult_error(origin, kWrapped | reboot), {}), expected) << name(origin);
    }
  });
}

TEST(Mapping, AFailureBecomesASuccessOnlyWhereAReleaseHadNoLease) {
  for_each_caller([](Operation operation, Origin origin) {
    for (std::uint32_t v = 0; v <= 0xFFFF; ++v) {
      const Error error = win32_error(origin, v);
      const bool no_lease = operation == Operation::kRelease && origin == Origin::kApi && v == 1228;
      ASSERT_EQ(is_success(map_error(operation, error, {})), is_success(error) || no_lease) << describe(error);
    }
  });
}

TEST(Mapping, AReleaseWithoutALeaseFollowsThePolicy) {
  const Error no_lease = win32_error(Origin::kApi, win32::kAddressNotAssociated);
  Policies policies;
  EXPECT_EQ(released(no_lease, policies), ReturnCode::kSuccess);
  EXPECT_EQ(released(hresult_error(Origin::kApi, kWrapped | win32::kAddressNotAssociated)), ReturnCode::kSuccess);
  policies.no_lease = ReturnCode::kUnableToRelease;
  EXPECT_EQ(released(no_lease, policies), ReturnCode::kUnableToRelease);
  EXPECT_EQ(released(win32_error(Origin::kApi, 0), policies), ReturnCode::kSuccess);
}

TEST(Mapping, ARenewOfAnAdapterWithoutAnAddressPassesTheErrorOn) {
  // An adapter without a lease is what a renew is for, so there is no policy for it.
  EXPECT_EQ(renewed(Origin::kApi, 1228), ReturnCode{1228});
}

TEST(Mapping, AnEnumerationThatFailedIsNoSuccess) {
  for (const Operation operation : kOperations) {
    EXPECT_EQ(map_enumeration_error(operation, win32_error(Origin::kEnumeration, 1228)), ReturnCode{1228});
    EXPECT_FALSE(is_success(map_enumeration_error(operation, win32_error(Origin::kApi, 1228))));
    EXPECT_EQ(map_enumeration_error(operation, win32_error(Origin::kEnumeration, 8)), ReturnCode::kOutOfMemory);
    EXPECT_EQ(map_enumeration_error(operation, win32_error(Origin::kEnumeration, 50)), ReturnCode::kNotSupported);
    EXPECT_EQ(map_enumeration_error(operation, win32_error(Origin::kEnumeration, 13)), ReturnCode::kUnknownFailure);
    EXPECT_EQ(map_enumeration_error(operation, provider_error(Origin::kEnumeration, 66)),
              ReturnCode::kInvalidSubnetMask);
  }
}

TEST(Mapping, ARawValueBelow101NeverLeaks) {
  // It would read as a documented code that has nothing to do with it: Win32 87 as "Invalid frame type". So each code
  // below 101 must be one that a row gives, or 65.
  for_each_caller([](Operation operation, Origin origin) {
    for (std::uint32_t v = 0; v <= 100; ++v) {
      const Error raw = win32_error(origin, v);
      for (const Error error : {raw, hresult_error(origin, kWrapped | v), hresult_error(origin, v)}) {
        const ReturnCode code = map_error(operation, error, {});
        const MappingRow* row = find_mapping(operation, error);
        if (row != nullptr) {
          EXPECT_EQ(code, row->code) << describe(error);
        } else {
          EXPECT_TRUE(code == ReturnCode::kUnknownFailure || is_other(code)) << describe(error);
        }
        EXPECT_TRUE(is_documented(code)) << describe(error);
        EXPECT_NE(code, ReturnCode::kPartial) << describe(error);
      }
    }
  });
}

TEST(Mapping, AWrappedWin32ErrorIsTheErrorItself) {
  for_each_caller([](Operation operation, Origin origin) {
    for (std::uint32_t v = 1; v <= 0xFFFF; ++v) {
      const Error plain = win32_error(origin, v);
      ASSERT_EQ(map_error(operation, hresult_error(origin, kWrapped | v), {}), map_error(operation, plain, {}))
          << describe(plain);
    }
  });
}

TEST(Mapping, OtherHresultsPassThrough) {
  for (const std::uint32_t v : {0x8004A024U, 0x80041003U, 0x80070000U, 0xC0070005U, 0x8000FFFFU, 0xFFFFFFFFU}) {
    EXPECT_EQ(released(hresult_error(Origin::kApi, v)), ReturnCode{v}) << std::hex << v;
    EXPECT_EQ(find_mapping(Operation::kRelease, hresult_error(Origin::kApi, v)), nullptr) << std::hex << v;
  }
}

TEST(Mapping, AProvidersCodeStandsForItself) {
  for_each_caller([](Operation operation, Origin origin) {
    for (std::uint32_t v = 0; v <= 300; ++v) {
      if (!is_provider_value(v)) continue;
      EXPECT_EQ(map_error(operation, provider_error(origin, v), {}), ReturnCode{v}) << name(origin);
      EXPECT_EQ(find_mapping(operation, provider_error(origin, v)), nullptr) << name(origin);
    }
  });
}

TEST(Mapping, AnAdapterWithoutIpIs84EvenWhereThePolicySkipsIt) {
  // To skip is to leave the outcome out, which is for the method to do.
  const Error error = provider_error(Origin::kApi, 84);
  EXPECT_EQ(released(error, Policies{.no_dhcp_adapters = {}, .no_lease = {}, .skip_ip_disabled = true}),
            ReturnCode::kIpNotEnabled);
}

TEST(MappingDeathTest, AnUndocumentedProvidersCodeIsABugAnd65WithoutAssertions) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const std::uint32_t v : {2U, 63U, 98U, 99U}) {
    ReturnCode code = ReturnCode::kUnknownFailure;
    EXPECT_DEBUG_DEATH(code = released(provider_error(Origin::kApi, v)), "documented codes");
    EXPECT_EQ(code, ReturnCode::kUnknownFailure) << v;
  }
}

TEST(MappingRows, NoRowIsShadowedByEarlierOnes) {
  // What a row decides changes only where some row begins or ends; the extra value is one that no row names.
  std::set<std::uint32_t> values = {77777};
  for (const MappingRow& row : mapping_rows()) {
    values.insert({row.first, row.last});
    if (row.first > 0) values.insert(row.first - 1);
    if (row.last < 0xFFFFFFFF) values.insert(row.last + 1);
  }
  std::set<const MappingRow*> deciding;
  for_each_caller([&](Operation operation, Origin origin) {
    for (const std::uint32_t v : values) deciding.insert(find_mapping(operation, win32_error(origin, v)));
  });
  for (const MappingRow& row : mapping_rows()) {
    EXPECT_TRUE(deciding.contains(&row)) << row.first << "-" << row.last << ": " << row.reason;
  }
}

TEST(MappingRows, EachRowGivesADocumentedCodeThatIsNotTheAggregate) {
  for (const MappingRow& row : mapping_rows()) {
    EXPECT_TRUE(is_documented(row.code)) << row.reason;
    EXPECT_FALSE(is_other(row.code)) << row.reason;
    EXPECT_NE(row.code, ReturnCode::kPartial) << row.reason;
    EXPECT_LE(row.first, row.last) << row.reason;
  }
}

TEST(MappingRows, EachReasonIsASentence) {
  for (const MappingRow& row : mapping_rows()) {
    EXPECT_GE(row.reason.size(), 20U) << row.reason;
    EXPECT_TRUE(row.reason.ends_with('.')) << row.reason;
  }
}

TEST(MappingRows, OnlyPlainSuccessIsDocumented) {
  for (const MappingRow& row : mapping_rows()) {
    EXPECT_EQ(row.assumed, row.first != 0 || row.last != 0) << row.reason;
  }
}

TEST(MappingRows, EveryWin32ValueThatARowNamesAloneHasAName) {
  for (const MappingRow& row : mapping_rows()) {
    if (row.first != row.last) continue;
    EXPECT_NE(find_error_name(Domain::kWin32, row.first), nullptr) << row.first;
  }
}

}  // namespace
}  // namespace unlease
