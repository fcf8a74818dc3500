#include "hw/iphelper/registry.h"

#include <array>

namespace unlease::hw {
namespace {

constexpr const wchar_t* kInterfaces = L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces";

}  // namespace

std::expected<RegistryKey, DWORD> RegistryKey::open(const Api& api, const std::wstring& path) {
  HKEY key = nullptr;
  const auto error = static_cast<DWORD>(api.reg_open_key(HKEY_LOCAL_MACHINE, path.c_str(), 0, KEY_READ, &key));
  if (error != ERROR_SUCCESS) return std::unexpected(error);
  return RegistryKey(api, key);
}

std::expected<RegistryKey, DWORD> RegistryKey::open_interfaces(const Api& api) { return open(api, kInterfaces); }

std::expected<RegistryKey, DWORD> RegistryKey::open_interface(const Api& api, const Guid& guid) {
  const std::string name = to_string(guid);
  return open(api, kInterfaces + (L'\\' + std::wstring(name.begin(), name.end())));
}

std::expected<std::vector<std::wstring>, DWORD> RegistryKey::keys() const {
  std::vector<std::wstring> names;
  while (true) {
    std::array<wchar_t, 256> name{};  // the longest name of a key has 255 characters
    auto size = static_cast<DWORD>(name.size());
    const auto error = static_cast<DWORD>(api_->reg_enum_key(key_.get(), static_cast<DWORD>(names.size()), name.data(),
                                                             &size, nullptr, nullptr, nullptr, nullptr));
    if (error == ERROR_NO_MORE_ITEMS) return names;
    if (error != ERROR_SUCCESS) return std::unexpected(error);
    name.back() = L'\0';
    names.emplace_back(name.data());
  }
}

std::expected<std::uint32_t, DWORD> RegistryKey::number(const wchar_t* below, const wchar_t* value) const {
  DWORD number = 0;
  DWORD size = sizeof(number);
  const auto error =
      static_cast<DWORD>(api_->reg_get_value(key_.get(), below, value, RRF_RT_REG_DWORD, nullptr, &number, &size));
  if (error != ERROR_SUCCESS) return std::unexpected(error);
  return number;
}

std::wstring RegistryKey::text(const wchar_t* below, const wchar_t* value) const {
  constexpr DWORD kMost = 1U << 20U;
  std::vector<wchar_t> text(64);
  LONG error = ERROR_MORE_DATA;
  for (DWORD size = 0; error == ERROR_MORE_DATA && size <= kMost;) {
    text.assign(text.size() + size / sizeof(wchar_t), L'\0');
    size = static_cast<DWORD>(text.size() * sizeof(wchar_t));
    error =
        api_->reg_get_value(key_.get(), below, value, RRF_RT_REG_SZ | RRF_RT_REG_MULTI_SZ, nullptr, text.data(), &size);
  }
  if (error != ERROR_SUCCESS) return {};
  text.back() = L'\0';
  return text.data();
}

}  // namespace unlease::hw
