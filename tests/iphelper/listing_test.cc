#include "hw/iphelper/listing.h"

#include <cstddef>
#include <cstring>

#include <gmock/gmock.h>

#include "hw/iphelper/interfaces.h"
#include "tests/iphelper/listing_fixture.h"

namespace unlease::hw::test {
namespace {

using ::testing::_;
using ::testing::AtMost;
using ::testing::DoAll;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Return;
using ::testing::SetArgPointee;
using ::testing::SizeIs;

TEST_F(Listing, TellsWhatWindowsKnowsOfAnAdapter) {
  have(1);
  windows.adapters[0].friendly_name = L"Ethernet \u00e4\u4e2d";
  const FoundAdapters found = list();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].name, "Ethernet \u00e4\u4e2d");
  const AdapterDetails& details = found[0].details;
  EXPECT_EQ(details.adapter.guid, guid_of(0));
  EXPECT_EQ(details.adapter.interface_index, 1);
  EXPECT_EQ(to_string(details.adapter.address), "10.0.0.10");
  EXPECT_TRUE(details.adapter.dhcp_enabled);
  EXPECT_TRUE(details.adapter.ipv4_enabled);
  EXPECT_EQ(details.adapter.kind, AdapterKind::kEthernet);
  EXPECT_EQ(details.dhcp_source, DhcpSource::kAdaptersAddresses);
  EXPECT_EQ(details.prefix_length, 24);
  EXPECT_EQ(to_string(details.gateway), "10.0.0.1");
  EXPECT_EQ(to_string(details.dhcp_server), "10.0.0.1");
  EXPECT_THAT(details.mac, ElementsAre(0, 0, 0, 0, 0, 1));
  EXPECT_EQ(details.lease, (LeaseTimes{.obtained = 1'700'000'000, .expires = 1'700'086'400}));
}

TEST_F(Listing, AsksAgainWithTheSizeThatWindowsWants) {
  have(200);  // more than 15 KiB
  EXPECT_CALL(windows, get_adapters_addresses(AF_UNSPEC, _, nullptr, _, _)).Times(2);
  EXPECT_THAT(list(), SizeIs(200));
}

TEST_F(Listing, FollowsAListThatGrowsBetweenTwoCalls) {
  have(200);
  EXPECT_CALL(windows, get_adapters_addresses)
      .WillOnce([this](ULONG, ULONG, void*, IP_ADAPTER_ADDRESSES* out, ULONG* size) {
        const ULONG error = windows.write_addresses(out, size);
        windows.adapters.emplace_back(200U);
        return error;
      })
      .WillRepeatedly([this](ULONG, ULONG, void*, IP_ADAPTER_ADDRESSES* out, ULONG* size) {
        return windows.write_addresses(out, size);
      });
  EXPECT_THAT(list(), SizeIs(201));
}

TEST_F(Listing, AsksThreeTimesAndNoMore) {
  EXPECT_CALL(windows, get_adapters_addresses).Times(3).WillRepeatedly(Return(ERROR_BUFFER_OVERFLOW));
  EXPECT_EQ(list_by_addresses(windows.api()).error(), static_cast<DWORD>(ERROR_BUFFER_OVERFLOW));
}

TEST_F(Listing, DoesNotTakeAGigabyteBecauseWindowsSaysSo) {
  EXPECT_CALL(windows, get_adapters_addresses)
      .WillOnce(DoAll(SetArgPointee<4>(ULONG{1} << 30U), Return(ERROR_BUFFER_OVERFLOW)));
  EXPECT_EQ(list_by_addresses(windows.api()).error(), static_cast<DWORD>(ERROR_BUFFER_OVERFLOW));
}

TEST_F(Listing, OfAMachineWithoutAdaptersIsEmpty) { EXPECT_THAT(list(), IsEmpty()); }

TEST_F(Listing, PrefersTheAddressFromDhcp) {
  have(1);
  windows.adapters[0].addresses = {{.address = {0xC0A80005}, .prefix_length = 16, .from_dhcp = false},
                                   {.address = {0x0A000063}, .prefix_length = 8, .from_dhcp = true}};
  EXPECT_EQ(to_string(only().adapter.address), "10.0.0.99");
  EXPECT_EQ(only().prefix_length, 8);
}

TEST_F(Listing, TakesTheFirstAddressWhereNoneIsFromDhcp) {
  have(1);
  windows.adapters[0].addresses = {{.address = {0xC0A80005}, .prefix_length = 16, .from_dhcp = false},
                                   {.address = {0xC0A80006}, .prefix_length = 16, .from_dhcp = false}};
  EXPECT_EQ(to_string(only().adapter.address), "192.168.0.5");
}

TEST_F(Listing, KnowsWhatIsNoTarget) {
  have(3);
  windows.adapters[0].type = IF_TYPE_SOFTWARE_LOOPBACK;
  windows.adapters[1].type = IF_TYPE_TUNNEL;
  windows.adapters[2].flags |= IP_ADAPTER_RECEIVE_ONLY;
  const FoundAdapters found = list();
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].details.adapter.kind, AdapterKind::kLoopback);
  EXPECT_EQ(found[1].details.adapter.kind, AdapterKind::kTunnel);
  EXPECT_EQ(found[2].details.adapter.kind, AdapterKind::kReceiveOnly);
}

TEST_F(Listing, SaysThatIpIsOffWithoutALinkAndWithoutIpv4) {
  have(3);
  windows.adapters[0].status = IfOperStatusDown;
  windows.adapters[1].flags &= ~static_cast<ULONG>(IP_ADAPTER_IPV4_ENABLED);
  windows.adapters[2].in_interface_info = false;
  for (const FoundAdapter& found : list()) EXPECT_FALSE(found.details.adapter.ipv4_enabled) << found.name;
}

TEST_F(Listing, ReadsRecordsOfAnOlderWindows) {
  have(1);
  windows.adapters[0].length = offsetof(IP_ADAPTER_ADDRESSES, FirstPrefix) + sizeof(void*);
  EXPECT_EQ(to_string(only().adapter.address), "10.0.0.10");
  EXPECT_TRUE(only().gateway.is_none());
  EXPECT_TRUE(only().dhcp_server.is_none());
}

TEST_F(Listing, ReadsAddressesOfAnOlderWindows) {
  have(1);
  ON_CALL(windows, get_adapters_addresses)
      .WillByDefault([this](ULONG, ULONG, void*, IP_ADAPTER_ADDRESSES* out, ULONG* size) {
        const ULONG error = windows.write_addresses(out, size);
        if (error == ERROR_SUCCESS) {
          out->FirstUnicastAddress->Length = offsetof(IP_ADAPTER_UNICAST_ADDRESS, OnLinkPrefixLength);
        }
        return error;
      });
  EXPECT_EQ(to_string(only().adapter.address), "10.0.0.10");
  EXPECT_EQ(only().prefix_length, 0);
}

TEST_F(Listing, LeavesOutWhatHasNoGuid) {
  have(1);
  ON_CALL(windows, get_adapters_addresses)
      .WillByDefault([this](ULONG, ULONG, void*, IP_ADAPTER_ADDRESSES* out, ULONG* size) {
        const ULONG error = windows.write_addresses(out, size);
        if (error == ERROR_SUCCESS) out->AdapterName[0] = 'x';
        return error;
      });
  EXPECT_THAT(list(), IsEmpty());
}

// What GetAdaptersAddresses writes, and then `spoil` on the first record.
template <class Spoil>
auto spoiled(const MockWindows& windows, Spoil spoil) {
  return [&windows, spoil](ULONG, ULONG, void*, IP_ADAPTER_ADDRESSES* out, ULONG* size) {
    const ULONG error = windows.write_addresses(out, size);
    if (error == ERROR_SUCCESS) spoil(*out);
    return error;
  };
}

TEST_F(Listing, DoesNotFollowAPointerOutOfTheBuffer) {
  have(2);
  IP_ADAPTER_ADDRESSES elsewhere{};
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(spoiled(windows, [&](IP_ADAPTER_ADDRESSES& first) {
    first.Next = &elsewhere;
  }));
  EXPECT_EQ(list_by_addresses(windows.api()).error(), static_cast<DWORD>(ERROR_INVALID_DATA));
}

TEST_F(Listing, DoesNotFollowARingForever) {
  have(2);
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(spoiled(windows, [](IP_ADAPTER_ADDRESSES& first) {
    first.Next = &first;
  }));
  EXPECT_EQ(list_by_addresses(windows.api()).error(), static_cast<DWORD>(ERROR_INVALID_DATA));
}

TEST_F(Listing, DoesNotBelieveALengthBeyondTheBuffer) {
  have(1);
  for (const ULONG length : {ULONG{0}, ULONG{8}, ULONG{1} << 30U}) {
    EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(spoiled(windows, [length](IP_ADAPTER_ADDRESSES& first) {
      first.Length = length;
    }));
    EXPECT_EQ(list_by_addresses(windows.api()).error(), static_cast<DWORD>(ERROR_INVALID_DATA)) << length;
  }
}

TEST_F(Listing, GoesOnWithoutAnAddressThatPointsElsewhere) {
  have(1);
  sockaddr_in elsewhere{};
  elsewhere.sin_family = AF_INET;
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(spoiled(windows, [&](IP_ADAPTER_ADDRESSES& first) {
    first.FirstUnicastAddress->Next = first.FirstUnicastAddress;
    first.FirstUnicastAddress->Address.lpSockaddr = reinterpret_cast<sockaddr*>(&elsewhere);
    first.FriendlyName = const_cast<wchar_t*>(L"elsewhere");
  }));
  const auto found = list_by_addresses(windows.api());
  ASSERT_TRUE(found);
  ASSERT_THAT(*found, SizeIs(1));
  EXPECT_TRUE(found->front().details.adapter.address.is_none());
  EXPECT_EQ(found->front().name, "");
}

// --- GetInterfaceInfo ------------------------------------------------------------------------------------------------

TEST_F(Listing, KnowsBothFormsOfAnInterfacesName) {
  have(2);
  windows.adapters[1].interface_prefix = L"";
  const auto interfaces = list_interfaces(windows.api());
  ASSERT_TRUE(interfaces);
  ASSERT_THAT(*interfaces, SizeIs(2));
  EXPECT_EQ((*interfaces)[0].guid, guid_of(0));
  EXPECT_EQ((*interfaces)[1].guid, guid_of(1));
}

TEST_F(Listing, ReadsANameThatFillsItsRoomWithoutATerminator) {
  have(2);
  windows.adapters[0].interface_prefix = std::wstring(MAX_ADAPTER_NAME - 38, L'x');
  const auto interfaces = list_interfaces(windows.api());
  ASSERT_TRUE(interfaces);
  ASSERT_THAT(*interfaces, SizeIs(2));
  EXPECT_EQ((*interfaces)[0].guid, guid_of(0));
}

TEST_F(Listing, HasNoInterfacesWhereTheirNumberIsZeroThoughAdapterZeroIsThere) {
  have(1);
  windows.adapters[0].in_interface_info = false;
  EXPECT_THAT(list_interfaces(windows.api()).value(), IsEmpty());
}

TEST_F(Listing, DoesNotBelieveANumberOfInterfacesBeyondTheBuffer) {
  have(1);
  for (const LONG count : {-1L, 2L, 1'000'000L}) {
    EXPECT_CALL(windows, get_interface_info).WillRepeatedly([&](IP_INTERFACE_INFO* out, ULONG* size) {
      const DWORD error = windows.write_interfaces(out, size);
      if (error == ERROR_SUCCESS) out->NumAdapters = count;
      return error;
    });
    EXPECT_EQ(list_interfaces(windows.api()).error(), static_cast<DWORD>(ERROR_INVALID_DATA)) << count;
  }
}

}  // namespace
}  // namespace unlease::hw::test
