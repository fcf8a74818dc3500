#include "tests/iphelper/mock_windows.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

namespace unlease::hw::test {
namespace {

using ::testing::_;
using ::testing::Invoke;
using ::testing::Return;

constexpr std::wstring_view kInterfaces = L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces";

MockWindows* current = nullptr;

std::wstring wide(const std::string& text) { return {text.begin(), text.end()}; }

// A handle that counts as open. Keys of the registry carry their path.
struct Handle {
  std::wstring path;
};

template <class Type>
Type open_handle(std::wstring path = {}) {
  ++current->open_handles;
  return reinterpret_cast<Type>(new Handle{std::move(path)});
}

BOOL close_handle(void* handle) {
  --current->open_handles;
  delete static_cast<Handle*>(handle);
  return TRUE;
}

// Hands out parts of a buffer of Windows, as far as it reaches.
class Room {
 public:
  Room(void* memory, ULONG size) : memory_(static_cast<std::byte*>(memory)), size_(memory == nullptr ? 0 : size) {}

  template <class T>
  T* make(std::size_t count = 1) {
    used_ = (used_ + alignof(std::max_align_t) - 1) & ~(alignof(std::max_align_t) - 1);
    const std::size_t place = used_;
    used_ += sizeof(T) * count;
    if (used_ > size_) return nullptr;
    std::memset(memory_ + place, 0, sizeof(T) * count);
    return reinterpret_cast<T*>(memory_ + place);
  }
  template <class Char>
  Char* text(const std::basic_string<Char>& value) {
    auto* const out = make<Char>(value.size() + 1);
    if (out != nullptr) std::ranges::copy(value, out);
    return out;
  }
  std::size_t used() const { return used_; }
  bool enough() const { return used_ <= size_; }

 private:
  std::byte* memory_;
  std::size_t size_;
  std::size_t used_ = 0;
};

void write_address(Room& room, Ipv4 address, SOCKET_ADDRESS* out) {
  auto* const socket = room.make<sockaddr_in>();
  if (socket == nullptr || out == nullptr) return;
  socket->sin_family = AF_INET;
  socket->sin_addr.s_addr = htonl(address.value);
  *out = {.lpSockaddr = reinterpret_cast<sockaddr*>(socket), .iSockaddrLength = sizeof(sockaddr_in)};
}

void write_unicast(Room& room, const FakeAdapter& adapter, IP_ADAPTER_ADDRESSES* record) {
  IP_ADAPTER_UNICAST_ADDRESS* previous = nullptr;
  for (const FakeAddress& address : adapter.addresses) {
    auto* const unicast = room.make<IP_ADAPTER_UNICAST_ADDRESS>();
    write_address(room, address.address, unicast == nullptr ? nullptr : &unicast->Address);
    if (unicast == nullptr || record == nullptr) continue;
    unicast->Length = sizeof(*unicast);
    unicast->OnLinkPrefixLength = address.prefix_length;
    unicast->PrefixOrigin = address.from_dhcp ? IpPrefixOriginDhcp : IpPrefixOriginManual;
    (previous == nullptr ? record->FirstUnicastAddress : previous->Next) = unicast;
    previous = unicast;
  }
}

IP_ADAPTER_ADDRESSES* write_record(Room& room, const FakeAdapter& adapter) {
  auto* const record = room.make<IP_ADAPTER_ADDRESSES>();
  char* const name = room.text(to_string(adapter.guid));
  wchar_t* const friendly_name = room.text(adapter.friendly_name);
  write_unicast(room, adapter, record);
  auto* const gateway = room.make<IP_ADAPTER_GATEWAY_ADDRESS_LH>();
  write_address(room, adapter.gateway, gateway == nullptr ? nullptr : &gateway->Address);
  write_address(room, adapter.dhcp_server, record == nullptr ? nullptr : &record->Dhcpv4Server);
  if (!room.enough()) return nullptr;
  record->Length = adapter.length;
  record->IfIndex = adapter.index;
  record->AdapterName = name;
  record->FriendlyName = friendly_name;
  record->Flags = adapter.flags;
  record->IfType = adapter.type;
  record->OperStatus = adapter.status;
  record->FirstGatewayAddress = gateway;
  record->PhysicalAddressLength = 6;
  record->PhysicalAddress[5] = static_cast<BYTE>(adapter.index);
  return record;
}

template <std::size_t kSize>
void put(char (&array)[kSize], const std::string& text) {
  std::copy_n(text.data(), std::min(text.size(), kSize), array);
}

namespace fake {

// A value of the registry as RegGetValue writes it.
LSTATUS write_value(const void* data, std::size_t size, void* out, DWORD* out_size) {
  const bool enough = *out_size >= size;
  *out_size = static_cast<DWORD>(size);
  if (!enough) return ERROR_MORE_DATA;
  std::memcpy(out, data, size);
  return ERROR_SUCCESS;
}

LSTATUS reg_get_value(HKEY key, LPCWSTR below, LPCWSTR value, DWORD, DWORD*, void* out, DWORD* size) {
  if (const LSTATUS error = current->reg_get_value(); error != ERROR_SUCCESS) return error;
  std::wstring path = key == HKEY_LOCAL_MACHINE ? L"" : reinterpret_cast<Handle*>(key)->path;
  if (below != nullptr) path += std::wstring(L"\\") + below;
  if (const auto number = current->reg_number(path, value)) return write_value(&*number, sizeof(*number), out, size);
  if (const auto text = current->reg_text(path, value)) {
    return write_value(text->c_str(), (text->size() + 1) * sizeof(wchar_t), out, size);
  }
  return ERROR_FILE_NOT_FOUND;
}

LSTATUS reg_open_key(HKEY, LPCWSTR path, DWORD, REGSAM, HKEY* key) {
  const LSTATUS error = current->reg_open_key(path);
  if (error == ERROR_SUCCESS) *key = open_handle<HKEY>(path);
  return error;
}

// A handle, or null where there is an error.
template <class Type>
Type handle_or(DWORD error) {
  SetLastError(error);
  return error == ERROR_SUCCESS ? open_handle<Type>() : nullptr;
}

BOOL succeeded(DWORD error) {
  SetLastError(error);
  return error == ERROR_SUCCESS ? TRUE : FALSE;
}

BOOL query_service_status(SC_HANDLE, SERVICE_STATUS* status) {
  status->dwCurrentState = current->dhcp_service_state;
  return succeeded(current->query_service_status());
}

BOOL query_service_config(SC_HANDLE, QUERY_SERVICE_CONFIGW* config, DWORD, DWORD*) {
  config->dwStartType = current->dhcp_service_start;
  return succeeded(current->query_service_config());
}

BOOL open_process_token(HANDLE, DWORD, HANDLE* token) {
  *token = handle_or<HANDLE>(current->open_process_token());
  return *token == nullptr ? FALSE : TRUE;
}

BOOL get_token_information(HANDLE, TOKEN_INFORMATION_CLASS, void* out, DWORD, DWORD*) {
  static_cast<TOKEN_ELEVATION*>(out)->TokenIsElevated = current->elevated ? 1 : 0;
  return succeeded(current->get_token_information());
}

BOOL check_token_membership(HANDLE, PSID, BOOL* member) {
  *member = current->network_operator ? TRUE : FALSE;
  return succeeded(current->check_token_membership());
}

BOOL create_well_known_sid(WELL_KNOWN_SID_TYPE, PSID, PSID, DWORD*) {
  return succeeded(current->create_well_known_sid());
}

BOOL process_id_to_session_id(DWORD, DWORD* session) {
  *session = current->session;
  return TRUE;
}

}  // namespace fake
}  // namespace

FakeAdapter::FakeAdapter(std::uint32_t number)
    : guid(guid_of(number)),
      friendly_name(L"Ethernet " + std::to_wstring(number)),
      index(number + 1),
      addresses{{.address = {0x0A000000 + number + 10}}} {}

MockWindows::MockWindows() {
  current = this;
  ON_CALL(*this, get_adapters_addresses)
      .WillByDefault(
          [this](ULONG, ULONG, void*, IP_ADAPTER_ADDRESSES* out, ULONG* size) { return write_addresses(out, size); });
  ON_CALL(*this, get_adapters_info).WillByDefault(Invoke(this, &MockWindows::write_info));
  ON_CALL(*this, get_interface_info).WillByDefault(Invoke(this, &MockWindows::write_interfaces));
  ON_CALL(*this, convert_interface_guid_to_luid).WillByDefault([this](const GUID* guid, NET_LUID* luid) -> DWORD {
    for (const FakeAdapter& adapter : adapters) {
      if (guid->Data4[7] != adapter.guid.bytes[15]) continue;
      luid->Info.IfType = static_cast<unsigned short>(adapter.type);
      return NO_ERROR;
    }
    return ERROR_INVALID_PARAMETER;
  });
  ON_CALL(*this, reg_open_key).WillByDefault([this](const std::wstring& path) -> LSTATUS {
    return path == kInterfaces || find(path) != nullptr ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND;
  });
  ON_CALL(*this, reg_enum_key).WillByDefault([this](DWORD index, wchar_t* name, DWORD*) -> LSTATUS {
    if (index >= adapters.size()) return ERROR_NO_MORE_ITEMS;
    std::ranges::copy(wide(to_string(adapters[index].guid)), name);
    return ERROR_SUCCESS;
  });
  ON_CALL(*this, reg_number).WillByDefault([this](const std::wstring& key, const std::wstring& value) {
    if (value == L"GlassSessionId") return console_session;
    const FakeAdapter* const adapter = find(key);
    std::optional<DWORD> number;
    if (adapter == nullptr) return number;
    if (value == L"EnableDHCP") number = (adapter->flags & IP_ADAPTER_DHCP_ENABLED) != 0 ? 1 : 0;
    if (value == L"LeaseObtainedTime") number = static_cast<DWORD>(adapter->lease_obtained);
    if (value == L"LeaseTerminatesTime") number = static_cast<DWORD>(adapter->lease_expires);
    return number;
  });
  ON_CALL(*this, reg_text).WillByDefault([this](const std::wstring& key, const std::wstring& value) {
    const FakeAdapter* const adapter = find(key);
    std::optional<std::wstring> text;
    if (adapter == nullptr) return text;
    const bool has_address = value == L"DhcpIPAddress" && !adapter->addresses.empty();
    if (has_address) text = wide(to_string(adapter->addresses.front().address));
    if (value == L"DhcpSubnetMask") text = L"255.255.255.0";
    if (value == L"DhcpServer") text = wide(to_string(adapter->dhcp_server));
    return text;
  });
}

MockWindows::~MockWindows() { current = nullptr; }

const FakeAdapter* MockWindows::find(const std::wstring& key) const {
  for (const FakeAdapter& adapter : adapters) {
    if (key.ends_with(wide(to_string(adapter.guid)))) return &adapter;
  }
  return nullptr;
}

ULONG MockWindows::write_addresses(IP_ADAPTER_ADDRESSES* out, ULONG* size) const {
  if (adapters.empty()) return ERROR_NO_DATA;
  Room room(out, *size);
  IP_ADAPTER_ADDRESSES* previous = nullptr;
  for (const FakeAdapter& adapter : adapters) {
    IP_ADAPTER_ADDRESSES* const record = write_record(room, adapter);
    if (record != nullptr && previous != nullptr) previous->Next = record;
    previous = record;
  }
  *size = static_cast<ULONG>(room.used());
  return room.enough() ? ERROR_SUCCESS : ERROR_BUFFER_OVERFLOW;
}

DWORD MockWindows::write_info(IP_ADAPTER_INFO* out, ULONG* size) const {
  if (adapters.empty()) return ERROR_NO_DATA;
  Room room(out, *size);
  IP_ADAPTER_INFO* previous = nullptr;
  for (const FakeAdapter& adapter : adapters) {
    auto* const record = room.make<IP_ADAPTER_INFO>();
    if (record == nullptr) continue;
    put(record->AdapterName, to_string(adapter.guid));
    put(record->Description, "Fake adapter");
    record->Index = adapter.index;
    record->Type = adapter.type;
    record->DhcpEnabled = (adapter.flags & IP_ADAPTER_DHCP_ENABLED) != 0 ? 1 : 0;
    const Ipv4 address = adapter.addresses.empty() ? Ipv4{} : adapter.addresses.front().address;
    put(record->IpAddressList.IpAddress.String, to_string(address));
    put(record->IpAddressList.IpMask.String, "255.255.255.0");
    put(record->GatewayList.IpAddress.String, to_string(adapter.gateway));
    put(record->DhcpServer.IpAddress.String, to_string(adapter.dhcp_server));
    record->LeaseObtained = adapter.lease_obtained;
    record->LeaseExpires = adapter.lease_expires;
    record->AddressLength = 6;
    record->Address[5] = static_cast<BYTE>(adapter.index);
    if (previous != nullptr) previous->Next = record;
    previous = record;
  }
  *size = static_cast<ULONG>(room.used());
  return room.enough() ? ERROR_SUCCESS : ERROR_BUFFER_OVERFLOW;
}

DWORD MockWindows::write_interfaces(IP_INTERFACE_INFO* out, ULONG* size) const {
  std::vector<IP_ADAPTER_INDEX_MAP> maps;
  for (const FakeAdapter& adapter : adapters) {
    if (!adapter.in_interface_info) continue;
    // As a name of 128 characters has no terminator, what follows it is no zero.
    IP_ADAPTER_INDEX_MAP& map = maps.emplace_back(IP_ADAPTER_INDEX_MAP{.Index = adapter.index, .Name = {}});
    const std::wstring name = adapter.interface_prefix + wide(to_string(adapter.guid));
    std::copy_n(name.data(), std::min<std::size_t>(name.size(), MAX_ADAPTER_NAME), map.Name);
  }
  constexpr std::size_t kHeader = offsetof(IP_INTERFACE_INFO, Adapter);
  const std::size_t needed = kHeader + sizeof(IP_ADAPTER_INDEX_MAP) * std::max<std::size_t>(maps.size(), 1);
  const bool enough = out != nullptr && *size >= needed;
  *size = static_cast<ULONG>(needed);
  if (!enough) return ERROR_INSUFFICIENT_BUFFER;
  std::memset(out, 0xA5, needed);  // Adapter[0] is undefined without adapters
  out->NumAdapters = static_cast<LONG>(maps.size());
  std::memcpy(reinterpret_cast<std::byte*>(out) + kHeader, maps.data(), sizeof(IP_ADAPTER_INDEX_MAP) * maps.size());
  return ERROR_SUCCESS;
}

const Api& MockWindows::api() const {
  static constexpr Api kApi{
      .get_adapters_addresses = [](ULONG family, ULONG flags, void* reserved, IP_ADAPTER_ADDRESSES* out, ULONG* size)
          -> ULONG { return current->get_adapters_addresses(family, flags, reserved, out, size); },
      .get_adapters_info = [](IP_ADAPTER_INFO* out, ULONG* size) { return current->get_adapters_info(out, size); },
      .get_interface_info = [](IP_INTERFACE_INFO* out, ULONG* size) { return current->get_interface_info(out, size); },
      .ip_release_address = [](IP_ADAPTER_INDEX_MAP* map) { return current->ip_release_address(map); },
      .ip_renew_address = [](IP_ADAPTER_INDEX_MAP* map) { return current->ip_renew_address(map); },
      .convert_interface_guid_to_luid = [](const GUID* guid, NET_LUID* luid) -> NETIO_STATUS {
        return current->convert_interface_guid_to_luid(guid, luid);
      },
      .reg_open_key = fake::reg_open_key,
      .reg_enum_key = [](HKEY, DWORD index, wchar_t* name, DWORD* size, DWORD*, wchar_t*, DWORD*,
                         FILETIME*) { return current->reg_enum_key(index, name, size); },
      .reg_get_value = fake::reg_get_value,
      .reg_close_key = [](HKEY key) -> LSTATUS {
        return close_handle(key) != 0 ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
      },
      .open_sc_manager = [](const wchar_t*, const wchar_t*,
                            DWORD) { return fake::handle_or<SC_HANDLE>(current->open_sc_manager()); },
      .open_service = [](SC_HANDLE, const wchar_t*,
                         DWORD) { return fake::handle_or<SC_HANDLE>(current->open_service()); },
      .query_service_status = fake::query_service_status,
      .query_service_config = fake::query_service_config,
      .close_service_handle = [](SC_HANDLE handle) { return close_handle(handle); },
      .open_process_token = fake::open_process_token,
      .get_token_information = fake::get_token_information,
      .create_well_known_sid = fake::create_well_known_sid,
      .check_token_membership = fake::check_token_membership,
      .close_handle = close_handle,
      .get_system_metrics = [](int) { return current->remote_session ? 1 : 0; },
      .process_id_to_session_id = fake::process_id_to_session_id,
  };
  return kApi;
}

}  // namespace unlease::hw::test
