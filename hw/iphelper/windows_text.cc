#include "hw/iphelper/windows_text.h"

#include "hw/iphelper/api.h"

namespace unlease::hw {

std::string to_utf8(std::wstring_view text) {
  const int units = static_cast<int>(text.size());
  const int bytes = WideCharToMultiByte(CP_UTF8, 0, text.data(), units, nullptr, 0, nullptr, nullptr);
  std::string result(static_cast<std::size_t>(bytes), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text.data(), units, result.data(), bytes, nullptr, nullptr);
  return result;
}

std::string to_utf8(std::string_view text) {
  const int bytes = static_cast<int>(text.size());
  std::wstring wide(text.size(), L'\0');  // never more units than bytes
  wide.resize(static_cast<std::size_t>(
      MultiByteToWideChar(CP_ACP, 0, text.data(), bytes, wide.data(), static_cast<int>(wide.size()))));
  return to_utf8(wide);
}

Ipv4 to_ipv4(std::string_view text) {
  in_addr address{};
  const bool good = inet_pton(AF_INET, std::string(text).c_str(), &address) == 1;
  return good ? Ipv4{ntohl(address.s_addr)} : Ipv4{};
}

}  // namespace unlease::hw
