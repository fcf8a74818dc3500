// The matrix of DHCPRELEASEs that real servers and our profiles of them are asked to judge, as one JSON document: for
// each cell the leases that a server has, the frame that comes, and which leases our profile of each server frees then.
// release_matrix.py hands the same leases and frames to the real ones.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/time.h"
#include "sim/packet.h"
#include "sim/release_profile.h"
#include "sim/server.h"

namespace unlease::sim {
namespace {

// Whose chaddr or client identifier a DHCPRELEASE has. "another's" is of a client that has a lease of its own.
enum class Whose : std::uint8_t { kSame, kNobodys, kAnothers, kAbsent };
constexpr std::array<std::string_view, 4> kWhose{"same", "nobody's", "another's", "absent"};
enum class ServerId : std::uint8_t { kOurs, kOther, kAbsent };
constexpr std::array<std::string_view, 3> kServerIds{"ours", "other", "absent"};
// What ciaddr is; the last two are leased, in a message that is wrong otherwise.
enum class Ciaddr : std::uint8_t { kLeased, kExpired, kNeverLeased, kInOption50, kNotTheSource };
constexpr std::array<std::string_view, 5> kCiaddrs{"leased", "expired", "never leased", "in option 50, too",
                                                   "not the source"};

constexpr Ipv4 kServerAddress{0xC6120001};  // 198.18.0.1: RFC 2544 keeps these networks for tests
constexpr Ipv4 kOtherServer{0xC6120002};
constexpr MacAddress kServerMac{{2, 1, 0, 0, 0, 1}};
constexpr PoolSpec kPool{.first = Ipv4{0xC6120100}, .last = Ipv4{0xC61204FF}};
constexpr Instant kNow{};

struct Profile {
  std::string_view name;
  ServerProfile profile;
};
constexpr std::array kProfiles{Profile{"kea", ServerProfile::kKea}, Profile{"isc", ServerProfile::kIsc},
                               Profile{"dnsmasq", ServerProfile::kDnsmasq}, Profile{"udhcpd", ServerProfile::kUdhcpd}};

struct Cell {
  bool lease_has_id = true;
  Whose chaddr{};
  Whose client_id{};
  ServerId server_id{};
  Ciaddr ciaddr{};
  std::uint32_t ordinal = 0;  // each has clients and addresses of its own, so that one server can have them all

  Ipv4 address() const { return Ipv4{kPool.first.value + (3 * ordinal)}; }
  Ipv4 address_of_another() const { return Ipv4{address().value + 1}; }
  Ipv4 elsewhere() const { return Ipv4{address().value + 2}; }
};

struct SeededLease {
  Ipv4 address;
  MacAddress chaddr;
  std::vector<std::uint8_t> client_id;  // empty: none
  bool expired = false;
};

MacAddress chaddr_of(Whose whose, std::uint32_t ordinal) {
  return {{2, 0, 0, static_cast<std::uint8_t>(whose), static_cast<std::uint8_t>(ordinal >> 8U),
           static_cast<std::uint8_t>(ordinal)}};
}

std::vector<std::uint8_t> client_id_of(Whose whose, std::uint32_t ordinal) {
  if (whose == Whose::kAbsent) return {};
  return {0,
          'p',
          'c',
          static_cast<std::uint8_t>(whose),
          static_cast<std::uint8_t>(ordinal >> 8U),
          static_cast<std::uint8_t>(ordinal)};
}

std::vector<Cell> all_cells() {
  std::vector<Cell> cells;
  for (const Ciaddr ciaddr :
       {Ciaddr::kLeased, Ciaddr::kExpired, Ciaddr::kNeverLeased, Ciaddr::kInOption50, Ciaddr::kNotTheSource}) {
    for (const bool lease_has_id : {true, false}) {
      for (const Whose chaddr : {Whose::kSame, Whose::kNobodys, Whose::kAnothers}) {
        for (const Whose client_id : {Whose::kSame, Whose::kNobodys, Whose::kAnothers, Whose::kAbsent}) {
          if (!lease_has_id && client_id == Whose::kSame) continue;  // that is "absent" then
          for (const ServerId server_id : {ServerId::kOurs, ServerId::kOther, ServerId::kAbsent}) {
            cells.push_back(
                {lease_has_id, chaddr, client_id, server_id, ciaddr, static_cast<std::uint32_t>(cells.size())});
          }
        }
      }
    }
  }
  return cells;
}

// A client whose ciaddr was never leased has a lease all the same, at another address.
std::vector<SeededLease> leases_of(const Cell& cell) {
  const Whose id = cell.lease_has_id ? Whose::kSame : Whose::kAbsent;
  return {{.address = cell.ciaddr == Ciaddr::kNeverLeased ? cell.elsewhere() : cell.address(),
           .chaddr = chaddr_of(Whose::kSame, cell.ordinal),
           .client_id = client_id_of(id, cell.ordinal),
           .expired = cell.ciaddr == Ciaddr::kExpired},
          {.address = cell.address_of_another(),
           .chaddr = chaddr_of(Whose::kAnothers, cell.ordinal),
           .client_id = client_id_of(Whose::kAnothers, cell.ordinal)}};
}

std::vector<std::uint8_t> frame_of(const Cell& cell) {
  const std::vector<std::uint8_t> client_id = client_id_of(cell.client_id, cell.ordinal);
  DhcpMessage release;
  release.type = MessageType::kRelease;
  release.xid = 0x10000 + cell.ordinal;
  release.ciaddr = cell.address();
  release.chaddr = chaddr_of(cell.chaddr, cell.ordinal);
  if (!client_id.empty()) {
    release.client_id = client_id;
    release.options.add(option::kClientId);
  }
  if (cell.server_id != ServerId::kAbsent) {
    release.server_id = cell.server_id == ServerId::kOurs ? kServerAddress : kOtherServer;
    release.options.add(option::kServerId);
  }
  if (cell.ciaddr == Ciaddr::kInOption50) {
    release.requested_address = release.ciaddr;
    release.options.add(option::kRequestedAddress);
  }
  const Endpoints endpoints{.source_mac = release.chaddr,
                            .destination_mac = kServerMac,
                            .source = cell.ciaddr == Ciaddr::kNotTheSource ? Ipv4{} : release.ciaddr,
                            .destination = kServerAddress,
                            .source_port = kClientPort,
                            .destination_port = kServerPort};
  std::vector<std::uint8_t> frame(kMaxFrame);
  frame.resize(write_frame(frame, endpoints, release));
  return frame;
}

// The leases that are bound before the frame comes, and free afterwards.
std::vector<std::string> freed_by(ServerProfile profile, const Cell& cell, Bytes frame) {
  ServerSpec spec;
  spec.address = kServerAddress;
  spec.pool = kPool;
  spec.profile = profile;
  Server server(spec, kServerMac);
  const std::vector<SeededLease> leases = leases_of(cell);
  for (const SeededLease& lease : leases) {
    const Instant expires = lease.expired ? kNow : kNow + std::chrono::hours(1);
    server.grant(lease.address, lease.chaddr, lease.client_id, expires, kNow);
  }
  const auto scratch = std::make_unique<DecodeScratch>();
  const auto decoded = decode_frame(frame, *scratch);
  std::array<std::uint8_t, kMaxFrame> out{};
  if (!decoded.value().endpoints.source.is_none() || hears_source_zero(profile)) {
    server.receive(decoded->message, decoded->endpoints.source_mac, kNow, out);
  }

  std::vector<std::string> freed;
  for (const SeededLease& lease : leases) {
    const LeaseStatus status = server.lease(lease.address.value - kPool.first.value).status;
    if (!lease.expired && status == LeaseStatus::kFree)
      freed.push_back(fmt::format("\"{}\"", to_string(lease.address)));
  }
  return freed;
}

std::string to_json(const SeededLease& lease) {
  return fmt::format(R"({{"address":"{}","chaddr":"{}","client_id":"{:02x}","state":"{}"}})", to_string(lease.address),
                     to_string(lease.chaddr), fmt::join(lease.client_id, ""), lease.expired ? "expired" : "bound");
}

std::string to_json(const Cell& cell) {
  const std::vector<std::uint8_t> frame = frame_of(cell);
  std::vector<std::string> leases;
  for (const SeededLease& lease : leases_of(cell)) leases.push_back(to_json(lease));
  std::vector<std::string> freed;
  for (const Profile& row : kProfiles) {
    freed.push_back(fmt::format("\"{}\":[{}]", row.name, fmt::join(freed_by(row.profile, cell, frame), ",")));
  }
  return fmt::format(
      R"({{"lease_client_id":"{}","chaddr":"{}","client_id":"{}","server_id":"{}","ciaddr":"{}","address":"{}",)"
      R"("leases":[{}],"frame":"{:02x}","freed":{{{}}}}})",
      cell.lease_has_id ? "present" : "absent", kWhose[static_cast<std::size_t>(cell.chaddr)],
      kWhose[static_cast<std::size_t>(cell.client_id)], kServerIds[static_cast<std::size_t>(cell.server_id)],
      kCiaddrs[static_cast<std::size_t>(cell.ciaddr)], to_string(cell.address()), fmt::join(leases, ","),
      fmt::join(frame, ""), fmt::join(freed, ","));
}

}  // namespace
}  // namespace unlease::sim

int main() {
  using namespace unlease::sim;
  std::vector<std::string> cells;
  for (const Cell& cell : all_cells()) cells.push_back(to_json(cell));
  fmt::print(R"({{"server":{{"address":"{}","mac":"{}","first":"{}","last":"{}"}},"cells":[)"
             "\n{}\n]}}\n",
             to_string(kServerAddress), to_string(kServerMac), to_string(kPool.first), to_string(kPool.last),
             fmt::join(cells, ",\n"));
  return EXIT_SUCCESS;
}
