#include "hw/iphelper/iphelper_machine.h"

#include <new>
#include <stdexcept>

#include <gmock/gmock.h>

#include "engine/return_code.h"
#include "hw/guid_text.h"
#include "tests/iphelper/mock_windows.h"

namespace unlease::hw::test {
namespace {

using ::testing::_;
using ::testing::NiceMock;
using ::testing::Return;
using ::testing::SizeIs;
using ::testing::Throw;

struct IpHelper : ::testing::Test {
  NiceMock<MockWindows> windows;
  IpHelperMachine machine{windows.api()};

  IpHelper() {
    windows.adapters.emplace_back(0U);
    windows.adapters.emplace_back(1U);
  }
  Error release(std::uint32_t number) { return machine.perform(Operation::kRelease, guid_of(number)); }
};

MATCHER_P(IsMapOf, number, "is the map of this adapter") {
  const std::wstring name(arg->Name);
  return guid_at_end(std::string(name.begin(), name.end())) == guid_of(number) && arg->Index == number + 1;
}

TEST_F(IpHelper, ReleasesTheAdapterOfTheGuidAndNoOther) {
  EXPECT_CALL(windows, ip_release_address(IsMapOf(1U))).WillOnce(Return(NO_ERROR));
  EXPECT_EQ(release(1), win32_error(Origin::kApi, 0));
}

TEST_F(IpHelper, RenewsByTheOtherFunction) {
  EXPECT_CALL(windows, ip_renew_address(IsMapOf(0U))).WillOnce(Return(ERROR_SEM_TIMEOUT));
  EXPECT_EQ(machine.perform(Operation::kRenew, guid_of(0)), win32_error(Origin::kApi, ERROR_SEM_TIMEOUT));
}

TEST_F(IpHelper, LooksUpTheInterfaceAgainJustBeforeTheCall) {
  ASSERT_TRUE(machine.adapters());
  windows.adapters[1].index = 77;
  EXPECT_CALL(windows, ip_release_address).WillOnce([](IP_ADAPTER_INDEX_MAP* map) -> DWORD {
    EXPECT_EQ(map->Index, 77U);
    return NO_ERROR;
  });
  EXPECT_EQ(release(1), win32_error(Origin::kApi, 0));
}

TEST_F(IpHelper, SaysThatAnAdapterIsGone) {
  ASSERT_TRUE(machine.adapters());
  windows.adapters.pop_back();
  EXPECT_CALL(windows, ip_release_address).Times(0);
  EXPECT_EQ(release(1), win32_error(Origin::kApi, ERROR_NOT_FOUND));
}

TEST_F(IpHelper, Says100WhereAnAdapterHasLeftDhcpSinceTheSnapshot) {
  ASSERT_TRUE(machine.adapters());
  windows.adapters[1].flags &= ~static_cast<ULONG>(IP_ADAPTER_DHCP_ENABLED);
  windows.adapters[1].status = IfOperStatusDown;
  EXPECT_CALL(windows, ip_release_address).Times(0);
  EXPECT_EQ(release(1), provider_error(Origin::kApi, value(ReturnCode::kDhcpNotEnabled)));
}

TEST_F(IpHelper, ReleasesAnAdapterThatIsNotUnderDhcpWhereThatIsAssumed) {
  windows.adapters[1].flags &= ~static_cast<ULONG>(IP_ADAPTER_DHCP_ENABLED);
  EXPECT_CALL(windows, ip_release_address(IsMapOf(1U))).WillOnce(Return(NO_ERROR));
  IpHelperMachine assuming(windows.api(), true);
  EXPECT_EQ(assuming.perform(Operation::kRelease, guid_of(1)), win32_error(Origin::kApi, 0));
}

TEST_F(IpHelper, Says84WhereIpIsNotEnabled) {
  windows.adapters[0].status = IfOperStatusDown;
  windows.adapters[1].in_interface_info = false;
  EXPECT_CALL(windows, ip_release_address).Times(0);
  const Error not_enabled = provider_error(Origin::kTcpip, value(ReturnCode::kIpNotEnabled));
  EXPECT_EQ(release(0), not_enabled);
  EXPECT_EQ(release(1), not_enabled);
}

TEST_F(IpHelper, SaysWhyItsAdaptersCannotBeListedAnyMore) {
  ASSERT_TRUE(machine.adapters());
  EXPECT_CALL(windows, get_adapters_addresses).WillRepeatedly(Return(ERROR_NOT_ENOUGH_MEMORY));
  EXPECT_CALL(windows, get_adapters_info).WillRepeatedly(Return(ERROR_NOT_SUPPORTED));
  EXPECT_CALL(windows, reg_enum_key).WillRepeatedly(Return(ERROR_ACCESS_DENIED));
  EXPECT_EQ(release(1), win32_error(Origin::kEnumeration, ERROR_NOT_ENOUGH_MEMORY));
}

TEST_F(IpHelper, GivesAnHresultItsOwnDomain) {
  EXPECT_CALL(windows, ip_release_address).WillOnce(Return(hresult::kNoWriteLock));
  EXPECT_EQ(release(0), hresult_error(Origin::kApi, hresult::kNoWriteLock));
}

TEST_F(IpHelper, ReleasesNothingWithoutElevation) {
  windows.elevated = false;
  EXPECT_CALL(windows, ip_release_address).Times(0);
  EXPECT_EQ(release(0), win32_error(Origin::kApi, ERROR_ACCESS_DENIED));
}

TEST_F(IpHelper, LetsNetworkConfigurationOperatorsRelease) {
  windows.elevated = false;
  windows.network_operator = true;
  EXPECT_CALL(windows, ip_release_address).WillOnce(Return(NO_ERROR));
  EXPECT_EQ(release(0), win32_error(Origin::kApi, 0));
}

TEST_F(IpHelper, TellsAStoppedServiceFromADisabledOne) {
  windows.dhcp_service_state = SERVICE_STOPPED;
  windows.dhcp_service_start = SERVICE_DEMAND_START;
  EXPECT_EQ(release(0), win32_error(Origin::kDhcpService, ERROR_SERVICE_NOT_ACTIVE));
  windows.dhcp_service_start = SERVICE_DISABLED;
  EXPECT_EQ(release(0), win32_error(Origin::kDhcpService, ERROR_SERVICE_DISABLED));
}

TEST_F(IpHelper, TellsAKeyThatIsGoneFromOneThatCannotBeRead) {
  EXPECT_CALL(windows, reg_open_key(_)).WillRepeatedly(Return(ERROR_SUCCESS));
  EXPECT_CALL(windows, reg_open_key(::testing::EndsWith(L"}"))).WillOnce(Return(ERROR_FILE_NOT_FOUND));
  EXPECT_EQ(release(0), win32_error(Origin::kRegistry, ERROR_FILE_NOT_FOUND));
  EXPECT_CALL(windows, reg_open_key(::testing::EndsWith(L"}"))).WillOnce(Return(ERROR_REGISTRY_CORRUPT));
  EXPECT_EQ(release(0), win32_error(Origin::kRegistry, ERROR_REGISTRY_CORRUPT));
}

TEST_F(IpHelper, TriesWhereItCannotLookFirst) {
  EXPECT_CALL(windows, open_process_token).WillRepeatedly(Return(ERROR_ACCESS_DENIED));
  EXPECT_CALL(windows, open_service).WillRepeatedly(Return(ERROR_SERVICE_DOES_NOT_EXIST));
  EXPECT_CALL(windows, reg_open_key).WillRepeatedly(Return(ERROR_FILE_NOT_FOUND));
  EXPECT_CALL(windows, ip_release_address).WillOnce(Return(NO_ERROR));
  EXPECT_EQ(release(0), win32_error(Origin::kApi, 0));
}

TEST_F(IpHelper, NamesTheAbsentServiceAsTheCauseOfAFailureButNotOfWines) {
  EXPECT_CALL(windows, open_service).WillRepeatedly(Return(ERROR_SERVICE_DOES_NOT_EXIST));
  EXPECT_CALL(windows, ip_release_address)
      .WillOnce(Return(ERROR_FILE_NOT_FOUND))
      .WillOnce(Return(ERROR_NOT_SUPPORTED))
      .WillOnce(Return(NO_ERROR));
  EXPECT_EQ(release(0), win32_error(Origin::kDhcpService, ERROR_SERVICE_DOES_NOT_EXIST));
  EXPECT_EQ(release(0), win32_error(Origin::kApi, ERROR_NOT_SUPPORTED));
  EXPECT_EQ(release(0), win32_error(Origin::kApi, 0));
}

TEST_F(IpHelper, ClosesWhatItOpens) {
  windows.dhcp_service_state = SERVICE_STOPPED;
  release(0);
  windows.dhcp_service_state = SERVICE_RUNNING;
  release(0);
  ASSERT_TRUE(machine.adapters());
  EXPECT_EQ(windows.open_handles, 0);
}

TEST_F(IpHelper, ThrowsNothing) {
  EXPECT_CALL(windows, get_interface_info).WillRepeatedly(Throw(std::bad_alloc()));
  EXPECT_EQ(release(0), win32_error(Origin::kApi, ERROR_NOT_ENOUGH_MEMORY));
  EXPECT_EQ(machine.adapters().error(), win32_error(Origin::kEnumeration, ERROR_NOT_ENOUGH_MEMORY));
  EXPECT_CALL(windows, get_interface_info).WillRepeatedly(Throw(std::length_error("too long")));
  EXPECT_EQ(release(0), win32_error(Origin::kApi, ERROR_GEN_FAILURE));
  EXPECT_EQ(machine.adapters().error(), win32_error(Origin::kEnumeration, ERROR_GEN_FAILURE));
}

TEST_F(IpHelper, KeepsTheNamesOfEarlierSnapshots) {
  ASSERT_TRUE(machine.adapters());
  const AdapterName before = machine.details()[0].adapter.name;
  windows.adapters[0].friendly_name = L"Renamed";
  const auto adapters = machine.adapters();
  ASSERT_TRUE(adapters);
  ASSERT_THAT(*adapters, SizeIs(2));
  EXPECT_EQ(to_string((*adapters)[0].name), "Renamed");
  EXPECT_EQ(to_string(before), "Ethernet 0");
}

TEST_F(IpHelper, KnowsARemoteSession) {
  EXPECT_FALSE(machine.is_remote_session());
  windows.remote_session = true;
  EXPECT_TRUE(machine.is_remote_session());
  windows.remote_session = false;
  windows.session = 2;
  EXPECT_TRUE(machine.is_remote_session()) << "RemoteFX and virtual GPUs: not the session that has the console";
  windows.console_session.reset();
  EXPECT_FALSE(machine.is_remote_session()) << "nobody says which one that is";
  _putenv_s("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
  EXPECT_TRUE(machine.is_remote_session());
  _putenv_s("SSH_CONNECTION", "");
}

}  // namespace
}  // namespace unlease::hw::test
