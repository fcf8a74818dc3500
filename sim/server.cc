#include "sim/server.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <chrono>
#include <utility>

#include "sim/packet_pool.h"
#include "sim/random.h"
#include "sim/wire.h"

namespace unlease::sim {
namespace {

// How long an offered address is kept for its client.
constexpr std::chrono::seconds kHold{60};

// A server keeps something of each address up to the last one used: a client is not given one that is farther off
// than this from the first that was not.
constexpr std::uint32_t kFarthest = 1U << 16U;

constexpr std::array<std::string_view, kLeaseStatusCount> kStatusNames{"free", "held", "bound", "declined"};

std::uint32_t whole_seconds(Duration duration) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

// The mask of the smallest prefix that holds server and pool.
Ipv4 smallest_mask(const ServerSpec& spec) {
  const std::uint32_t differing =
      (spec.pool.first.value ^ spec.address.value) | (spec.pool.last.value ^ spec.address.value);
  const auto host_bits = static_cast<unsigned>(std::bit_width(differing));
  return Ipv4{host_bits == 32 ? 0 : 0xFFFFFFFFU << host_bits};
}

// Never 0. The usual identifier, a hardware address and its type, is hashed as a whole.
std::uint64_t hash_of(Bytes client_id) {
  constexpr std::size_t kUsual = 7;
  if (client_id.size() != kUsual) {
    return identity({reinterpret_cast<const char*>(client_id.data()), client_id.size()}) | 1U;
  }
  const std::uint64_t bytes = std::uint64_t{wire::load32(client_id.data())} << 32U | wire::load32(&client_id[3]);
  return detail::mix(bytes) | 1U;
}

}  // namespace

std::string_view name(LeaseStatus status) { return kStatusNames[static_cast<std::size_t>(status)]; }

std::uint64_t Server::Caller::hash() const {
  std::uint64_t bits = client_id;
  if (bits == 0) {
    for (const std::uint8_t byte : chaddr.bytes) bits = (bits << 8U) | byte;
  }
  return detail::mix(bits);
}

Server::Caller Server::caller_of(MacAddress chaddr, Bytes client_id) {
  return {.client_id = client_id.empty() ? 0 : hash_of(client_id), .chaddr = chaddr};
}

Server::Caller Server::caller_of(const DhcpMessage& message) {
  return caller_of(message.chaddr, message.options.has(option::kClientId) ? message.client_id : Bytes{});
}

Server::Server(ServerSpec spec, MacAddress mac)
    : spec_(std::move(spec)), mac_(mac), first_identifier_(spec_.options.server_id.value_or(spec_.address)) {
  counts_[static_cast<std::size_t>(LeaseStatus::kFree)] = spec_.pool.size();
  set_options(DhcpOptionsSpec(spec_.options));
}

bool Server::was_called(Ipv4 identifier) const {
  return identifier == first_identifier_ ||
         std::ranges::find(later_identifiers_, identifier) != later_identifiers_.end();
}

void Server::set_options(const DhcpOptionsSpec& options) {
  const Ipv4 identifier = options.server_id.value_or(spec_.address);
  if (!was_called(identifier)) later_identifiers_.push_back(identifier);
  spec_.options = options;
  options_ = {};
  options_.op = 2;
  options_.server_id = identifier;
  options_.lease_seconds = whole_seconds(spec_.lease);
  options_.subnet_mask = options.subnet_mask.value_or(smallest_mask(spec_));
  for (const std::uint8_t code : {option::kServerId, option::kLeaseTime, option::kSubnetMask}) {
    options_.options.add(code);
  }

  const std::pair<const std::vector<Ipv4>&, std::uint8_t> lists[] = {
      {spec_.options.routers, option::kRouters},
      {spec_.options.domain_name_servers, option::kDomainNameServers},
      {spec_.options.netbios_name_servers, option::kNetbiosNameServers}};
  Bytes* const views[] = {&options_.routers, &options_.domain_name_servers, &options_.netbios_name_servers};
  std::size_t total = options.domain_name.size();
  for (const auto& list : lists) total += list.first.size() * 4;
  lists_.resize(total);
  std::size_t at = 0;
  for (std::size_t index = 0; index < std::size(lists); ++index) {
    const auto& [addresses, code] = lists[index];
    if (addresses.empty()) continue;
    *views[index] = Bytes(lists_).subspan(at, addresses.size() * 4);
    options_.options.add(code);
    for (const Ipv4 address : addresses) {
      wire::store32(lists_.data() + at, address.value);
      at += 4;
    }
  }

  if (!options.domain_name.empty()) {
    std::ranges::copy(options.domain_name, lists_.begin() + static_cast<std::ptrdiff_t>(at));
    options_.domain_name = Bytes(lists_).subspan(at);
    options_.options.add(option::kDomainName);
  }
  if (options.netbios_node_type != NodeType::kUnset) {
    options_.netbios_node_type = static_cast<std::uint8_t>(options.netbios_node_type);
    options_.options.add(option::kNetbiosNodeType);
  }
  if (options.renewal_time) {
    options_.renewal_seconds = whole_seconds(*options.renewal_time);
    options_.options.add(option::kRenewalTime);
  }
  if (options.rebinding_time) {
    options_.rebinding_seconds = whole_seconds(*options.rebinding_time);
    options_.options.add(option::kRebindingTime);
  }
}

std::size_t Server::reply_capacity() const {
  // The fixed part, the options of fixed length, and the two bytes before each of the others.
  constexpr std::size_t kWithoutLists = 327;
  const std::size_t most = kWithoutLists + lists_.size();
  return std::clamp(most, kMinFrame, PacketPool::kLarge);
}

void Server::reserve(std::uint32_t leases) {
  const std::uint64_t most = std::min<std::uint64_t>(leases, spec_.pool.size());
  leases_.reserve(most);
  index_.reserve(most);
}

DhcpMessage Server::settings(std::uint32_t offset) const {
  DhcpMessage message = options_;
  message.yiaddr = spec_.offer_address.value_or(address_at(offset));
  return message;
}

std::optional<std::uint32_t> Server::bound_offset_of(Ipv4 address) const {
  const std::uint32_t offset = address.value - spec_.pool.first.value;
  if (!spec_.pool.contains(address) || offset >= touched()) return std::nullopt;
  return leases_[offset].status == LeaseStatus::kBound ? std::optional(offset) : std::nullopt;
}

bool Server::belongs_to(const Lease& lease, const Caller& caller) {
  return lease.client_id == caller.client_id && (caller.client_id != 0 || lease.chaddr == caller.chaddr);
}

std::optional<std::uint32_t> Server::find(const Caller& caller) const {
  return index_.find(caller.hash(), [&](std::uint32_t offset) { return belongs_to(leases_[offset], caller); });
}

void Server::touch(std::uint32_t offset) {
  if (touched() <= offset) leases_.resize(std::size_t{offset} + 1);
}

// The first address in pool order that was never used.
std::optional<std::uint32_t> Server::next_fresh() {
  while (fresh_ < touched() && leases_[fresh_].used) ++fresh_;
  if (fresh_ >= spec_.pool.size()) return std::nullopt;
  touch(fresh_);
  return fresh_;
}

std::optional<std::uint32_t> Server::next_free() {
  if (const std::optional<std::uint32_t> fresh = next_fresh()) return fresh;
  while (next_freed_ < freed_.size()) {
    const Freed freed = freed_[next_freed_++];
    // Its last client may have come back for it since.
    if (still_free(freed)) return freed.offset;
  }
  return std::nullopt;
}

// RFC 2131, 4.3.1: the client's own address, else the one it had, else the one it asks for, else a new one.
std::optional<std::uint32_t> Server::choose(const Caller& caller, const DhcpMessage& message) {
  if (const std::optional<std::uint32_t> own = find(caller)) return own;
  if (message.options.has(option::kRequestedAddress)) {
    const std::uint32_t wanted = message.requested_address.value - spec_.pool.first.value;
    if (spec_.pool.contains(message.requested_address) && wanted < fresh_ + kFarthest) {
      touch(wanted);
      if (leases_[wanted].status == LeaseStatus::kFree) return wanted;
    }
  }
  return next_free();
}

void Server::assign(std::uint32_t offset, const Caller& caller) {
  Lease& lease = leases_[offset];
  if (lease.chaddr == caller.chaddr && lease.client_id == caller.client_id) return;
  index_.erase(caller_of(lease).hash(), offset);
  lease.chaddr = caller.chaddr;
  lease.client_id = caller.client_id;
  lease.known = false;
  index_.insert(caller.hash(), offset);
}

void Server::change(ServerStep& step, std::uint32_t offset, LeaseStatus status, Instant expires) {
  Lease& lease = leases_[offset];
  step.lease = offset;
  step.before = lease.status;
  --counts_[static_cast<std::size_t>(lease.status)];
  ++counts_[static_cast<std::size_t>(status)];
  const bool ends = status == LeaseStatus::kHeld || status == LeaseStatus::kBound;
  const bool kept = ends && lease.timed && expires >= lease.expires;  // the timer under way will ask again
  if (!kept) {
    ++lease.stamp;
    lease.timed = ends;
    if (ends) step.timer = offset;
  }
  lease.status = status;
  lease.expires = expires;
  lease.used = true;
  lease.known = lease.known || status == LeaseStatus::kBound;
}

void Server::free(ServerStep& step, std::uint32_t offset) {
  change(step, offset, LeaseStatus::kFree, leases_[offset].expires);
  // Clients that come and go leave overtaken ones behind; at most one a lease is not.
  if (freed_.size() >= 16 + (2 * leases_.size())) {
    freed_.erase(freed_.begin(), freed_.begin() + static_cast<std::ptrdiff_t>(std::exchange(next_freed_, 0)));
    std::erase_if(freed_, [this](const Freed& freed) { return !still_free(freed); });
  }
  if (freed_.capacity() == 0) freed_.reserve(leases_.size());  // for a wave, which needs no copies then
  freed_.push_back({.offset = offset, .stamp = leases_[offset].stamp});
}

ServerStep Server::grant(std::optional<Ipv4> address, MacAddress chaddr, Bytes client_id, Instant expires,
                         Instant now) {
  const std::uint32_t offset = address ? address->value - spec_.pool.first.value : next_fresh().value();
  assert(offset < spec_.pool.size());
  touch(offset);
  assign(offset, caller_of(chaddr, client_id));
  ServerStep step;
  change(step, offset, LeaseStatus::kBound, expires);
  leases_[offset].told = settings(offset).yiaddr;
  if (expires <= now) {
    free(step, offset);
    step.timer = ServerStep::kNoLease;
  }
  step.before = LeaseStatus::kFree;
  return step;
}

ServerStep Server::receive(const DhcpMessage& message, MacAddress from, Instant now, std::span<std::uint8_t> out) {
  if (spec_.state == ServerState::kDown || message.op != 1) return {};
  const Inquiry inquiry{.message = message, .from = from, .now = now, .out = out};
  switch (message.type) {
    case MessageType::kDiscover:
      return discover(inquiry);
    case MessageType::kRequest:
      return request(inquiry);
    case MessageType::kRelease:
      return release(message);
    case MessageType::kDecline:
      return decline(message);
    default:
      return {};
  }
}

ServerStep Server::discover(const Inquiry& inquiry) {
  ServerStep step;
  const Caller caller = caller_of(inquiry.message);
  const std::optional<std::uint32_t> offset = choose(caller, inquiry.message);
  if (!offset) return step;
  // An address that is still bound to the client stays so, and as it is, until it asks for it.
  if (leases_[*offset].status != LeaseStatus::kBound) {
    assign(*offset, caller);
    change(step, *offset, LeaseStatus::kHeld, inquiry.now + kHold);
  }
  DhcpMessage reply = settings(*offset);
  reply.type = step.type = MessageType::kOffer;
  step.frame_size = send(inquiry, reply);
  return step;
}

// RFC 2131, 4.3.2, by what the REQUEST names: the answer to an offer, a reboot, or an extension.
ServerStep Server::request(const Inquiry& inquiry) {
  const DhcpMessage& message = inquiry.message;
  const std::optional<std::uint32_t> own = find(caller_of(message));
  const bool selecting = message.options.has(option::kServerId);
  const bool names_address = message.options.has(option::kRequestedAddress);
  if (selecting && message.server_id != identifier()) {
    ServerStep step;
    if (own && leases_[*own].status == LeaseStatus::kHeld) free(step, *own);  // it chose another server
    return step;
  }
  const Ipv4 address = names_address ? message.requested_address : message.ciaddr;
  // An offer that was never taken is no record of a lease.
  const bool recorded = own && (selecting || leases_[*own].known);
  // Whether it is bound or held, or had expired and nobody else took it: it may have it.
  if (recorded && address == settings(*own).yiaddr) return acknowledge(inquiry, *own);
  // It keeps silent about a rebooting client of which it has no record, and about addresses that are not its own.
  if (!selecting && !recorded && (names_address || !spec_.pool.contains(address))) return {};
  return refuse(inquiry);
}

ServerStep Server::acknowledge(const Inquiry& inquiry, std::uint32_t offset) {
  ServerStep step;
  assign(offset, caller_of(inquiry.message));
  change(step, offset, LeaseStatus::kBound, inquiry.now + spec_.lease);
  DhcpMessage reply = settings(offset);
  leases_[offset].told = reply.yiaddr;
  reply.type = step.type = MessageType::kAck;
  reply.ciaddr = inquiry.message.ciaddr;
  step.frame_size = send(inquiry, reply);
  return step;
}

ServerStep Server::refuse(const Inquiry& inquiry) const {
  ServerStep step;
  DhcpMessage reply;
  reply.op = 2;
  reply.type = step.type = MessageType::kNak;
  reply.server_id = identifier();
  reply.options.add(option::kServerId);
  step.frame_size = send(inquiry, reply);
  return step;
}

ServerStep Server::release(const DhcpMessage& message) {
  ServerStep step;
  const Caller caller = caller_of(message);
  const std::optional<std::uint32_t> leased = bound_offset_of(message.ciaddr);
  ReleaseFacts facts{.leased = leased.has_value(),
                     .client_id_in_packet = caller.client_id != 0,
                     .server_id_in_packet = message.options.has(option::kServerId),
                     .server_id_ours = message.server_id == identifier(),
                     .requests_address = message.options.has(option::kRequestedAddress)};
  if (leased) {
    const Lease& lease = leases_[*leased];
    facts.chaddr_equal = lease.chaddr == caller.chaddr;
    facts.client_id_in_lease = lease.client_id != 0;
    facts.client_id_equal = caller.client_id != 0 && lease.client_id == caller.client_id;
    // A free lease remembers its client, too; dnsmasq, whose rule asks for this, has forgotten it.
    if (caller.client_id != 0 && !facts.client_id_equal) {
      const std::optional<std::uint32_t> own = find(caller);
      facts.client_id_elsewhere = own && leases_[*own].status == LeaseStatus::kBound;
    }
  }
  step.verdict = judge(spec_.profile, facts);
  if (*step.verdict == ReleaseVerdict::kAccepted) free(step, *leased);
  return step;
}

// RFC 2131, 4.3.3.
ServerStep Server::decline(const DhcpMessage& message) {
  ServerStep step;
  const std::optional<std::uint32_t> own = find(caller_of(message));
  if (own && leases_[*own].status == LeaseStatus::kBound && message.server_id == identifier() &&
      settings(*own).yiaddr == message.requested_address) {
    change(step, *own, LeaseStatus::kDeclined, kNever);
    index_.erase(caller_of(leases_[*own]).hash(), *own);  // the client is to get another
  }
  return step;
}

ServerStep Server::expire(std::uint32_t offset, std::uint16_t stamp, Instant now) {
  ServerStep step;
  const Lease& lease = leases_[offset];
  if (!lease.timed || lease.stamp != stamp) return step;
  if (lease.expires > now) {
    step.timer = offset;
  } else {
    free(step, offset);
  }
  return step;
}

// RFC 2131, table 3 and 4.1: to the relay that asked, which is told to broadcast a NAK (4.3.2); a NAK by broadcast;
// else to ciaddr, by broadcast where asked for, or to yiaddr.
std::size_t Server::send(const Inquiry& inquiry, DhcpMessage reply) const {
  constexpr std::uint16_t kBroadcastFlag = 0x8000;
  const DhcpMessage& request = inquiry.message;
  const bool relayed = !request.giaddr.is_none();
  const bool refusal = reply.type == MessageType::kNak;
  reply.xid = request.xid;
  reply.flags = relayed && refusal ? kBroadcastFlag : request.flags;
  reply.giaddr = request.giaddr;
  reply.chaddr = request.chaddr;
  Endpoints endpoints{.source_mac = mac_,
                      .destination_mac = inquiry.from,
                      .source = spec_.address,
                      .destination = request.ciaddr,
                      .source_port = kServerPort,
                      .destination_port = kClientPort};
  if (relayed) {
    endpoints.destination = request.giaddr;
    endpoints.destination_port = kServerPort;
  } else if (refusal || (request.ciaddr.is_none() && (request.flags & kBroadcastFlag) != 0)) {
    endpoints.destination_mac = kBroadcastMac;
    endpoints.destination = kBroadcastIp;
  } else if (request.ciaddr.is_none()) {
    endpoints.destination_mac = request.chaddr;
    endpoints.destination = reply.yiaddr;
  }
  return write_frame(inquiry.out, endpoints, reply);
}

}  // namespace unlease::sim
