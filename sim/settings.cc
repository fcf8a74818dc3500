#include "sim/settings.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <string_view>

#include "engine/return_code.h"
#include "sim/wire.h"

namespace unlease::sim {
namespace {

constexpr std::size_t kMostGateways = 5;

bool is_mask(Ipv4 mask) { return !mask.is_none() && std::countl_one(mask.value) == std::popcount(mask.value); }

bool is_alphanumeric(char character) {
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z');
}

// RFC 1123, 2.1: letters, digits and hyphens, no hyphen at either end, 1 to 63 characters.
bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char character) { return character == '-' || is_alphanumeric(character); });
}

bool is_domain_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() > 253) return false;
  while (true) {
    const std::size_t dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

std::uint8_t code(ReturnCode code) { return static_cast<std::uint8_t>(value(code)); }

std::uint8_t leased_flaw(const DhcpMessage& ack) {
  if (ack.options.has(option::kSubnetMask) && !is_mask(ack.subnet_mask)) return code(ReturnCode::kInvalidSubnetMask);
  if (ack.options.has(option::kRouters) && ack.routers.size() / 4 > kMostGateways) {
    return code(ReturnCode::kTooManyGateways);
  }
  if (!is_host_address(ack.yiaddr)) return code(ReturnCode::kInvalidIpAddress);
  if (ack.options.has(option::kRouters)) {
    for (std::size_t at = 0; at + 4 <= ack.routers.size(); at += 4) {
      if (!is_host_address(Ipv4{wire::load32(ack.routers.data() + at)})) return code(ReturnCode::kInvalidGateway);
    }
  }
  if (ack.options.has(option::kDomainName)) {
    std::string_view name(reinterpret_cast<const char*>(ack.domain_name.data()), ack.domain_name.size());
    if (name.ends_with('\0')) name.remove_suffix(1);  // RFC 2132, 2: a receiver must not trip over a trailing NUL
    if (!is_domain_name(name)) return code(ReturnCode::kInvalidDomainName);
  }
  return 0;
}

}  // namespace

bool is_host_address(Ipv4 address) {
  const std::uint32_t net = address.value >> 24U;
  return net != 0 && net != 127 && net < 224;
}

LeasedSettings leased_settings(const DhcpMessage& ack) {
  LeasedSettings settings{.flaw = leased_flaw(ack), .node_type = NodeType::kUnset, .has_wins = false};
  if (ack.options.has(option::kNetbiosNodeType)) settings.node_type = NodeType{ack.netbios_node_type};
  settings.has_wins = ack.options.has(option::kNetbiosNameServers);
  return settings;
}

Error settings_error(const AdapterSettingsSpec& own, const LeasedSettings& leased) {
  const NodeType node_type = own.node_type == NodeType::kUnset ? leased.node_type : own.node_type;
  const struct {
    std::uint8_t code;
    bool broken;
  } rules[] = {
      {code(ReturnCode::kTooManyGateways), own.gateways.size() > kMostGateways},
      {code(ReturnCode::kInvalidGateway), !std::ranges::all_of(own.gateways, is_host_address)},
      {code(ReturnCode::kInvalidHostName), !own.host_name.empty() && !is_label(own.host_name)},
      {code(ReturnCode::kNoWinsServer), node_type == NodeType::kPeer && own.wins.empty() && !leased.has_wins},
  };
  std::uint8_t lowest = leased.flaw;
  for (const auto& rule : rules) {
    if (rule.broken && (lowest == 0 || rule.code < lowest)) lowest = rule.code;
  }
  return provider_error(Origin::kSettings, lowest);
}

}  // namespace unlease::sim
