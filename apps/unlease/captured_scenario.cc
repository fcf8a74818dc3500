#include "apps/unlease/captured_scenario.h"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/unlease/captured_network.h"
#include "apps/unlease/machine_json.h"
#include "apps/unlease/text.h"
#include "apps/unlease/utf8.h"
#include "sim/runner.h"
#include "sim/scenario_loader.h"
#include "sim/scenario_values.h"

namespace unlease::app {
namespace {

constexpr std::size_t kLongestName = 512;  // in bytes; Windows' are shorter

// What identifies a machine and may be in a name: GUIDs before what they contain, and MAC addresses. Each x is a
// hexadecimal digit, a colon may be a hyphen, too.
constexpr std::array<std::string_view, 6> kIdentities{"{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}",
                                                      "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
                                                      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                                                      "xx:xx:xx:xx:xx:xx",
                                                      "xxxx.xxxx.xxxx",
                                                      "xxxxxxxxxxxx"};

// A space takes the place of each identity, so that what is around it never joins to another one.
void scrub(std::string& name) {
  const auto matches = [](char c, char in_shape) {
    const bool is_digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
    return in_shape == 'x' ? is_digit : c == in_shape || (in_shape == ':' && c == '-');
  };
  for (const std::string_view shape : kIdentities) {
    for (auto found = std::ranges::search(name, shape, matches); !found.empty();
         found = std::ranges::search(name, shape, matches)) {
      name.replace(found.begin(), found.end(), " ");
    }
  }
  name.erase(0, name.find_first_not_of(' '));
  name.erase(name.find_last_not_of(' ') + 1);
}

// `text` as a name that a scenario can have; empty where nothing is left of it.
std::string plain_name(std::string_view text, bool raw) {
  std::string name = clean_utf8(text);
  std::ranges::replace_if(name, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }, ' ');
  if (!raw) scrub(name);
  if (name.size() > kLongestName) {
    std::size_t end = kLongestName;
    while ((static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
    name.resize(end);
  }
  return name;
}

// The names of all adapters; the second "Ethernet" is "Ethernet (2)", the third adapter without a name "Adapter 3".
std::vector<std::string> unique_names(std::span<const hw::AdapterDetails> adapters, bool raw) {
  std::set<std::string> taken;
  std::vector<std::string> names;
  for (const hw::AdapterDetails& adapter : adapters) {
    std::string name = plain_name(to_string(adapter.adapter.name), raw);
    if (name.empty()) name = fmt::format("Adapter {}", names.size() + 1);
    std::string unique = name;
    for (int i = 2; !taken.insert(unique).second; ++i) unique = fmt::format("{} ({})", name, i);
    names.push_back(unique);
  }
  return names;
}

std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string head(std::span<const hw::AdapterDetails> adapters) {
  const auto under_dhcp = std::ranges::count_if(adapters, [](const hw::AdapterDetails& a) {
    return a.adapter.kind == AdapterKind::kEthernet && a.adapter.dhcp_enabled;
  });
  return fmt::format(
      "# Captured by unlease {}. Nothing was changed on the machine. What a scenario cannot hold is in comments.\n"
      "# Whether Windows itself was well is not captured: [host] is as on a healthy machine.\n"
      "version = 1\n"
      "name = \"Captured: {}, {} of them under DHCP\"\n"
      "about = \"A machine as it was found. Its DHCP servers are made up from what its leases say.\"\n"
      "tags = [\"captured\"]\n",
      UNLEASE_VERSION, count_of(adapters.size(), "adapter", "adapters"), under_dhcp);
}

// The names of a server and its place, by its index.
std::string server_name(std::size_t index) { return fmt::format("dhcp{}", index + 1); }
std::string segment_name(std::size_t index) { return fmt::format("lan{}", index + 1); }
std::string far_segment_name(std::size_t index) { return fmt::format("beyond{}", index + 1); }

std::string segment_text(std::size_t index, const CapturedServer& server) {
  std::string text = fmt::format("\n[[segment]]\nname = \"{}\"\n", segment_name(index));
  if (!server.relay) return text;
  text +=
      fmt::format("relay = {{ server = \"{}\", address = \"{}\" }}\n", server_name(index), to_string(*server.relay));
  return text + fmt::format("\n[[segment]]\nname = \"{}\"\n", far_segment_name(index));
}

std::string server_text(std::size_t index, const CapturedServer& server) {
  std::string text = "\n[[server]]\n";
  if (server.is_guess) text += "# No lease names a server: its address is a guess.\n";
  if (server.is_off_network) text += "# It is on another network, and nobody says behind which router.\n";
  if (server.prefix_is_guess) text += "# Nobody says how long the network's prefix is: the mask is a guess.\n";
  if (!server.lease) text += "# Nobody says how long its leases last: that is left out.\n";
  text += fmt::format("name = \"{}\"\nsegment = \"{}\"\naddress = \"{}\"\npool = \"{}\"\n", server_name(index),
                      server.relay ? far_segment_name(index) : segment_name(index), to_string(server.address),
                      sim::pool_text(server.pool));
  if (server.lease) text += fmt::format("lease = \"{}\"\n", sim::duration_text(*server.lease));
  const Ipv4 mask{0xFFFFFFFFU << (32U - server.prefix_length)};
  text += fmt::format("options = {{ subnet_mask = \"{}\"", to_string(mask));
  if (!server.router.is_none()) text += fmt::format(", routers = [\"{}\"]", to_string(server.router));
  return text + " }\n";
}

std::string mac_text(const std::array<std::uint8_t, 6>& mac) {
  return fmt::format("{:02X}-{:02X}-{:02X}-{:02X}-{:02X}-{:02X}", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

// What is known of an adapter and has no key.
std::string remarks(const hw::AdapterDetails& details, bool leased, bool raw) {
  const Adapter& adapter = details.adapter;
  std::string text = fmt::format("# {}, says {}.\n", adapter.dhcp_enabled ? "Under DHCP" : "Not under DHCP",
                                 name(details.dhcp_source));
  if (raw) {
    const bool has_mac = details.mac != std::array<std::uint8_t, 6>{};
    text += fmt::format("# GUID {}{}{}.\n", to_string(adapter.guid), has_mac ? ", MAC address " : "",
                        has_mac ? mac_text(details.mac) : "");
  }
  if (!leased && !adapter.address.is_none()) {
    text += fmt::format("# It has the address {}, which is no lease.\n", to_string(adapter.address));
  }
  if (!adapter.ipv4_enabled) text += "# IP is not enabled on it: it has no link, or IPv4 is not bound to it.\n";
  if (details.lease) {
    text += fmt::format("# The lease was obtained at {} and expires at {}.\n", utc_text(details.lease->obtained),
                        utc_text(details.lease->expires));
  }
  return text;
}

std::string adapter_text(const hw::AdapterDetails& details, const std::string& name, std::optional<std::size_t> server,
                         bool raw) {
  const Adapter& adapter = details.adapter;
  if (adapter.kind != AdapterKind::kEthernet) {
    return fmt::format("\n# Left out, for the method never touches it: {} ({}).\n", toml_string(name),
                       app::name(adapter.kind));
  }
  std::string text = "\n[[adapter]]\n" + remarks(details, server.has_value(), raw);
  text += fmt::format("name = {}\n", toml_string(name));
  if (server) text += fmt::format("segment = \"{}\"\n", segment_name(*server));
  if (!adapter.dhcp_enabled) text += "dhcp = false\n";
  if (!adapter.ipv4_enabled) text += "link = \"down\"\n";
  if (server) {
    text += fmt::format("lease = {{ server = \"{}\", state = \"bound\", address = \"{}\" }}\n", server_name(*server),
                        to_string(adapter.address));
  }
  return text;
}

// What the simulator gives for the scenario.
ReturnCode played_code(const std::string& text) {
  const sim::Loaded loaded = sim::load_scenario_text(text, "captured");
  if (!loaded.scenario) {
    throw std::logic_error("the captured scenario is none: " + to_string("captured", loaded.diagnostics.front()));
  }
  return sim::play(*loaded.scenario).code.value();
}

}  // namespace

std::string captured_scenario(std::span<const hw::AdapterDetails> adapters, bool raw) {
  const CapturedNetwork network = captured_network(adapters);
  const std::vector<std::string> names = unique_names(adapters, raw);
  std::string text = head(adapters);
  for (std::size_t i = 0; i < network.servers.size(); ++i) {
    text += segment_text(i, network.servers[i]) + server_text(i, network.servers[i]);
  }
  for (std::size_t i = 0; i < adapters.size(); ++i) {
    text += adapter_text(adapters[i], names[i], network.server_of[i], raw);
  }
  return text + fmt::format("\n[expect]\ncode = {}\n", value(played_code(text)));
}

}  // namespace unlease::app
