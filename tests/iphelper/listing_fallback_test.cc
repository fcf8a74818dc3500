// The adapters where GetAdaptersAddresses fails, and what all sources have in common.
#include <string>

#include <gmock/gmock.h>

#include "tests/iphelper/listing_fixture.h"

namespace unlease::hw::test {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::Return;
using ::testing::SizeIs;

TEST_F(Listing, FallsBackOnGetAdaptersInfo) {
  have(2);
  windows.adapters[1].flags = 0;
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(Return(ERROR_NOT_ENOUGH_MEMORY));
  const FoundAdapters found = list();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].name, "Fake adapter");
  EXPECT_EQ(found[0].details.dhcp_source, DhcpSource::kAdaptersInfo);
  EXPECT_TRUE(found[0].details.adapter.dhcp_enabled);
  EXPECT_EQ(to_string(found[0].details.adapter.address), "10.0.0.10");
  EXPECT_EQ(found[0].details.prefix_length, 24);
  EXPECT_EQ(to_string(found[0].details.dhcp_server), "10.0.0.1");
  EXPECT_TRUE(found[0].details.lease);
  EXPECT_FALSE(found[1].details.adapter.dhcp_enabled);
  EXPECT_FALSE(found[1].details.lease);
}

TEST_F(Listing, FallsBackOnTheRegistryThen) {
  have(2);
  windows.adapters[1].flags = 0;
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(Return(ERROR_NOT_ENOUGH_MEMORY));
  EXPECT_CALL(windows, get_adapters_info).WillRepeatedly(Return(ERROR_NOT_SUPPORTED));
  const FoundAdapters found = list();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].name, to_string(guid_of(0)));
  EXPECT_EQ(found[0].details.dhcp_source, DhcpSource::kRegistry);
  EXPECT_TRUE(found[0].details.adapter.dhcp_enabled);
  EXPECT_EQ(found[0].details.adapter.interface_index, 1) << "from GetInterfaceInfo";
  EXPECT_EQ(to_string(found[0].details.adapter.address), "10.0.0.10");
  EXPECT_EQ(to_string(found[0].details.dhcp_server), "10.0.0.1");
  EXPECT_TRUE(found[0].details.lease);
  EXPECT_FALSE(found[1].details.adapter.dhcp_enabled);
  EXPECT_EQ(windows.open_handles, 0);
}

TEST_F(Listing, DoesNotTakeTheRegistrysMemoriesForAdapters) {
  have(2);
  windows.adapters[1].in_interface_info = false;
  windows.adapters[0].addresses.clear();
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(Return(ERROR_NOT_ENOUGH_MEMORY));
  EXPECT_CALL(windows, get_adapters_info).WillRepeatedly(Return(ERROR_NO_DATA));
  EXPECT_EQ(only().adapter.guid, guid_of(0));
  EXPECT_FALSE(only().lease) << "without an address";
}

TEST_F(Listing, DoesNotBelieveTheRegistryAloneWhereGetInterfaceInfoFails) {
  have(1);
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(Return(ERROR_NOT_ENOUGH_MEMORY));
  EXPECT_CALL(windows, get_adapters_info).WillRepeatedly(Return(ERROR_NOT_SUPPORTED));
  EXPECT_CALL(windows, get_interface_info).WillRepeatedly(Return(ERROR_INVALID_PARAMETER));
  EXPECT_EQ(list_adapters(windows.api()).error(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
}

TEST_F(Listing, KnowsWhatIsNoTargetFromTheRegistryToo) {
  have(3);
  windows.adapters[0].type = IF_TYPE_SOFTWARE_LOOPBACK;
  windows.adapters[1].type = IF_TYPE_TUNNEL;
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(Return(ERROR_NOT_ENOUGH_MEMORY));
  EXPECT_CALL(windows, get_adapters_info).WillRepeatedly(Return(ERROR_NOT_SUPPORTED));
  const FoundAdapters found = list();
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].details.adapter.kind, AdapterKind::kLoopback);
  EXPECT_EQ(found[1].details.adapter.kind, AdapterKind::kTunnel);
  EXPECT_EQ(found[2].details.adapter.kind, AdapterKind::kEthernet);
}

TEST_F(Listing, AsksForTheKindOfAnAdapterByItsGuidAsWindowsHasIt) {
  have(1);
  windows.adapters[0].guid = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
  EXPECT_CALL(windows, convert_interface_guid_to_luid).WillOnce([](const GUID* guid, NET_LUID*) -> DWORD {
    EXPECT_EQ(guid->Data1, 0x01020304U);
    EXPECT_EQ(guid->Data2, 0x0506U);
    EXPECT_EQ(guid->Data3, 0x0708U);
    EXPECT_THAT(guid->Data4, ElementsAre(9, 10, 11, 12, 13, 14, 15, 16));
    return ERROR_INVALID_PARAMETER;
  });
  const auto found = list_by_registry(windows.api());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at(0).details.adapter.kind, AdapterKind::kEthernet);
}

TEST_F(Listing, ReadsALongListOfAddressesFromTheRegistry) {
  have(1);
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(Return(ERROR_NOT_ENOUGH_MEMORY));
  EXPECT_CALL(windows, get_adapters_info).WillRepeatedly(Return(ERROR_NOT_SUPPORTED));
  std::wstring addresses = L"192.168.0.5";
  for (int i = 0; i < 100; ++i) addresses += std::wstring(1, L'\0') + L"192.168.0.6";
  windows.adapters[0].flags = 0;
  ON_CALL(windows, reg_text(_, std::wstring(L"IPAddress"))).WillByDefault(Return(addresses));
  EXPECT_EQ(to_string(only().adapter.address), "192.168.0.5");
}

TEST_F(Listing, FailsWithTheFirstErrorWhereNobodyKnows) {
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(Return(ERROR_NOT_ENOUGH_MEMORY));
  EXPECT_CALL(windows, get_adapters_info).WillRepeatedly(Return(ERROR_NOT_SUPPORTED));
  EXPECT_CALL(windows, reg_open_key).WillRepeatedly(Return(ERROR_ACCESS_DENIED));
  EXPECT_EQ(list_adapters(windows.api()).error(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
}

TEST_F(Listing, DoesNotTakeAnEmptyListForAProofOnceAnotherFailed) {
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(Return(ERROR_NOT_ENOUGH_MEMORY));
  EXPECT_EQ(list_adapters(windows.api()).error(), static_cast<DWORD>(ERROR_NOT_ENOUGH_MEMORY));
}

TEST_F(Listing, GoesOnWithoutLeaseTimesAndInterfaces) {
  have(1);
  EXPECT_CALL(windows, get_adapters_info).WillRepeatedly(Return(ERROR_INVALID_DATA));
  EXPECT_CALL(windows, get_interface_info).WillRepeatedly(Return(ERROR_NOT_SUPPORTED));
  EXPECT_FALSE(only().lease);
  EXPECT_TRUE(only().adapter.ipv4_enabled);
}

// --- leases ----------------------------------------------------------------------------------------------------------

// The adapters as each of the three sources has them, those before it failing.
class ListingOf : public Listing, public ::testing::WithParamInterface<DhcpSource> {
 protected:
  ListingOf() {
    have(1);
    if (GetParam() >= DhcpSource::kAdaptersInfo) {
      ON_CALL(windows, get_adapters_addresses).WillByDefault(Return(ERROR_NOT_ENOUGH_MEMORY));
    }
    if (GetParam() >= DhcpSource::kRegistry) {
      ON_CALL(windows, get_adapters_info).WillByDefault(Return(ERROR_NOT_SUPPORTED));
    }
  }
};

TEST_P(ListingOf, AnAdapterWithoutAnAddressHasNoLeaseWhateverIsLeftOfIt) {
  EXPECT_EQ(to_string(only().dhcp_server), "10.0.0.1");
  windows.adapters[0].addresses.clear();
  EXPECT_EQ(only().dhcp_source, GetParam());
  EXPECT_TRUE(only().dhcp_server.is_none());
  EXPECT_FALSE(only().lease);
}

TEST_P(ListingOf, EverybodyIsNoServer) {
  windows.adapters[0].dhcp_server = Ipv4{0xFFFFFFFF};
  EXPECT_TRUE(only().dhcp_server.is_none());
  EXPECT_TRUE(only().lease);
}

INSTANTIATE_TEST_SUITE_P(Sources, ListingOf,
                         ::testing::Values(DhcpSource::kAdaptersAddresses, DhcpSource::kAdaptersInfo,
                                           DhcpSource::kRegistry));

}  // namespace
}  // namespace unlease::hw::test
