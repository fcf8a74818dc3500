// The part of the registry that TCP/IP keeps its interfaces in: a key for each, named by its GUID.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/hal.h"
#include "hw/iphelper/api.h"

namespace unlease::hw {

class RegistryKey {
 public:
  // HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces, for reading, or the key of one
  // interface below it. The error of RegOpenKeyEx: ERROR_FILE_NOT_FOUND where there is none.
  static std::expected<RegistryKey, DWORD> open_interfaces(const Api& api);
  static std::expected<RegistryKey, DWORD> open_interface(const Api& api, const Guid& guid);

  // The names of its keys; the error of RegEnumKeyEx.
  std::expected<std::vector<std::wstring>, DWORD> keys() const;
  // A REG_DWORD of this key or of the key `below`; the error of RegGetValue: ERROR_FILE_NOT_FOUND where there is none.
  std::expected<std::uint32_t, DWORD> number(const wchar_t* below, const wchar_t* value) const;
  // A REG_SZ, or the first text of a REG_MULTI_SZ; empty where there is no such value.
  std::wstring text(const wchar_t* below, const wchar_t* value) const;

 private:
  RegistryKey(const Api& api, HKEY key) : api_(&api), key_(key, api.reg_close_key) {}

  static std::expected<RegistryKey, DWORD> open(const Api& api, const std::wstring& path);

  const Api* api_;
  std::unique_ptr<std::remove_pointer_t<HKEY>, decltype(Api::reg_close_key)> key_;
};

}  // namespace unlease::hw
