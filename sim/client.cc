#include "sim/client.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>

#include "sim/random.h"

namespace unlease::sim {
namespace {

using std::chrono::seconds;

// RFC 2131, 4.1: the first retransmission after 4 s, then doubling up to 64 s, each by a second more or less.
constexpr int kFirstBackoffSeconds = 4;
constexpr int kMostDoublings = 4;
// RFC 2131, 3.1: after four retransmissions of a REQUEST (a minute) the client starts over.
constexpr int kMostRequestRetries = 4;
// RFC 2131, 4.4.5: a renewing or rebinding client waits at least so long between REQUESTs.
constexpr seconds kLeastRenewInterval{60};
// RFC 2131 leaves open how soon a client that was refused twice in a row tries again; as after a DECLINE (3.1).
constexpr seconds kRefusedPause{10};

constexpr std::array<std::uint8_t, 8> kParameterRequestList{
    option::kSubnetMask,         option::kRouters,         option::kDomainNameServers, option::kDomainName,
    option::kNetbiosNameServers, option::kNetbiosNodeType, option::kRenewalTime,       option::kRebindingTime};

constexpr std::array<std::string_view, kClientStateCount> kStates{"idle",     "selecting", "requesting", "bound",
                                                                  "renewing", "rebinding", "rebooting"};

std::uint64_t draw_next(Client& client, const ClientIdentity& identity, Concern concern) {
  return draw(identity.seed, concern, identity.who, client.draws++);
}

void renew_xid(Client& client, const ClientIdentity& identity) {
  client.xid = static_cast<std::uint32_t>(draw_next(client, identity, Concern::kXid) >> 32U);
}

void set_backoff(Client& client, const ClientIdentity& identity, Instant now) {
  const int doublings = std::min<int>(client.attempt, kMostDoublings);
  const Duration shake = uniform(seconds(2), draw_next(client, identity, Concern::kRetransmission));
  client.timer = now + seconds(kFirstBackoffSeconds << doublings) - seconds(1) + shake;
}

DhcpMessage message_of(const Client& client, const ClientIdentity& identity, MessageType type) {
  DhcpMessage message;
  message.type = type;
  message.xid = client.xid;
  message.chaddr = identity.mac;
  if (!identity.client_id.empty()) {
    message.client_id = identity.client_id;
    message.options.add(option::kClientId);
  }
  return message;
}

void ask_for_settings(DhcpMessage& message, const ClientIdentity& identity) {
  message.parameter_request_list = kParameterRequestList;
  message.options.add(option::kParameterRequestList);
  if (identity.host_name.empty()) return;
  message.host_name = identity.host_name;
  message.options.add(option::kHostName);
}

void want_address(DhcpMessage& message, Ipv4 address) {
  message.requested_address = address;
  message.options.add(option::kRequestedAddress);
}

std::size_t send(Client& client, const DhcpMessage& message, const Endpoints& endpoints, std::span<std::uint8_t> out) {
  ++client.sent;
  return write_frame(out, endpoints, message);
}

Endpoints broadcast_from(const ClientIdentity& identity, Ipv4 source) {
  return {.source_mac = identity.mac,
          .destination_mac = kBroadcastMac,
          .source = source,
          .destination = kBroadcastIp,
          .source_port = kClientPort,
          .destination_port = kServerPort};
}

Endpoints unicast_to_server(const Client& client, const ClientIdentity& identity) {
  return {.source_mac = identity.mac,
          .destination_mac = client.next_hop,
          .source = client.address,
          .destination = client.server_id,
          .source_port = kClientPort,
          .destination_port = kServerPort};
}

std::size_t send_discover(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out) {
  DhcpMessage message = message_of(client, identity, MessageType::kDiscover);
  if (!client.wanted.is_none()) want_address(message, client.wanted);
  ask_for_settings(message, identity);
  set_backoff(client, identity, now);
  return send(client, message, broadcast_from(identity, {}), out);
}

// In REQUESTING the offer's server is named, in REBOOTING none is (RFC 2131, 4.3.2).
std::size_t send_request(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out) {
  DhcpMessage message = message_of(client, identity, MessageType::kRequest);
  want_address(message, client.wanted);
  if (client.state == ClientState::kRequesting) {
    message.server_id = client.server_id;
    message.options.add(option::kServerId);
  }
  ask_for_settings(message, identity);
  set_backoff(client, identity, now);
  // Waiting for an answer must not outlast the lease.
  if (client.state == ClientState::kRebooting) client.timer = std::min(client.timer, expiry_time(client));
  return send(client, message, broadcast_from(identity, {}), out);
}

// RENEWING by unicast, REBINDING by broadcast. Again, with an xid of its own, after half of what remains until the next
// state, but not too often; before T1, when a user asked for it, as often as any request.
std::size_t send_extension(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out) {
  DhcpMessage message = message_of(client, identity, MessageType::kRequest);
  message.ciaddr = client.address;
  ask_for_settings(message, identity);
  const bool renewing = client.state == ClientState::kRenewing;
  // Neither a state nor the lease outlasts its end, whatever order a server's times are in.
  const Instant end = renewing ? std::min(rebinding_time(client), expiry_time(client)) : expiry_time(client);
  if (now < renewal_time(client)) {
    set_backoff(client, identity, now);
    client.timer = std::min(client.timer, end);
  } else {
    client.timer = std::min(end, now + std::max<Duration>(kLeastRenewInterval, (end - now) / 2));
  }
  return send(client, message,
              renewing ? unicast_to_server(client, identity) : broadcast_from(identity, client.address), out);
}

std::size_t extend(Client& client, const ClientIdentity& identity, ClientState state, Instant now,
                   std::span<std::uint8_t> out) {
  client.state = state;
  client.attempt = 0;
  client.asked = now;
  renew_xid(client, identity);
  return send_extension(client, identity, now, out);
}

// Forgets the lease and discovers, at once or, having been refused before, after a pause.
std::size_t start_over(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out) {
  client.address = {};
  client.wanted = {};
  if (!client.refused) {
    client.refused = true;
    return start(client, identity, now, out);
  }
  client.state = ClientState::kSelecting;
  client.attempt = 0;
  client.timer = now + kRefusedPause;
  return 0;
}

void set_times(Client& client, LeaseTimes given) {
  const LeaseTimes times = effective_times(given);
  client.lease_seconds = times.lease;
  client.renewal_seconds = times.renewal;
  client.rebinding_seconds = times.rebinding;
}

// What a bound client waits for: T1, unless a server gave times in no sensible order.
Instant first_time(const Client& client) {
  return std::min({renewal_time(client), rebinding_time(client), expiry_time(client)});
}

void accept_lease(Client& client, const DhcpMessage& ack, MacAddress next_hop, Instant now) {
  client.state = ClientState::kBound;
  client.attempt = 0;
  client.refused = false;
  client.address = ack.yiaddr;
  client.wanted = ack.yiaddr;
  if (ack.options.has(option::kServerId)) client.server_id = ack.server_id;
  client.next_hop = next_hop;
  client.heard = now;
  client.lease_start = client.asked;
  set_times(client, {.lease = ack.lease_seconds,
                     .renewal = ack.options.has(option::kRenewalTime) ? ack.renewal_seconds : 0,
                     .rebinding = ack.options.has(option::kRebindingTime) ? ack.rebinding_seconds : 0});
  client.settings = leased_settings(ack);
  client.timer = std::max(now, first_time(client));
}

bool waits_for_ack(ClientState state) { return state >= ClientState::kRequesting && state != ClientState::kBound; }

}  // namespace

std::string_view name(ClientState state) { return kStates[static_cast<std::size_t>(state)]; }

Instant renewal_time(const Client& client) { return client.lease_start + seconds(client.renewal_seconds); }
Instant rebinding_time(const Client& client) { return client.lease_start + seconds(client.rebinding_seconds); }
Instant expiry_time(const Client& client) { return client.lease_start + seconds(client.lease_seconds); }

std::size_t start(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out) {
  client.address = {};
  client.state = ClientState::kSelecting;
  client.attempt = 0;
  renew_xid(client, identity);
  return send_discover(client, identity, now, out);
}

std::size_t link_up(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out) {
  if (!has_lease(client.state) || now >= expiry_time(client)) return start(client, identity, now, out);
  client.state = ClientState::kRebooting;
  client.attempt = 0;
  client.wanted = client.address;
  client.asked = now;
  renew_xid(client, identity);
  return send_request(client, identity, now, out);
}

std::size_t renew(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out) {
  if (!has_lease(client.state) || now >= expiry_time(client)) return start(client, identity, now, out);
  const bool rebind = now >= rebinding_time(client);
  return extend(client, identity, rebind ? ClientState::kRebinding : ClientState::kRenewing, now, out);
}

std::size_t fire(Client& client, const ClientIdentity& identity, Instant now, std::span<std::uint8_t> out) {
  assert(now >= client.timer);
  switch (client.state) {
    case ClientState::kIdle:
      client.timer = kNever;
      return 0;
    case ClientState::kSelecting:
      ++client.attempt;
      return send_discover(client, identity, now, out);
    case ClientState::kRequesting:
      if (++client.attempt > kMostRequestRetries) return start(client, identity, now, out);
      return send_request(client, identity, now, out);
    case ClientState::kRebooting:
      if (++client.attempt <= kMostRequestRetries && now < expiry_time(client)) {
        return send_request(client, identity, now, out);
      }
      break;  // RFC 2131, 3.2: nobody objected, so what remains of the lease may be used
    case ClientState::kBound:
    case ClientState::kRenewing:
    case ClientState::kRebinding:
      break;
  }
  if (now >= expiry_time(client)) return start(client, identity, now, out);
  if (now >= rebinding_time(client)) {
    return extend(client, identity, ClientState::kRebinding, now, out);
  }
  if (now >= renewal_time(client)) {
    return extend(client, identity, ClientState::kRenewing, now, out);
  }
  if (client.state == ClientState::kRenewing && ++client.attempt <= kMostRequestRetries) {
    return send_extension(client, identity, now, out);
  }
  client.state = ClientState::kBound;
  client.timer = first_time(client);
  return 0;
}

std::size_t receive(Client& client, const ClientIdentity& identity, const DhcpMessage& message, MacAddress next_hop,
                    Instant now, std::span<std::uint8_t> out) {
  if (message.op != 2 || message.xid != client.xid || message.chaddr != identity.mac) return 0;
  if (message.type == MessageType::kOffer && client.state == ClientState::kSelecting) {
    if (!message.options.has(option::kServerId) || message.yiaddr.is_none()) return 0;
    client.state = ClientState::kRequesting;
    client.attempt = 0;
    client.wanted = message.yiaddr;
    client.server_id = message.server_id;
    client.asked = now;
    return send_request(client, identity, now, out);
  }
  if (!waits_for_ack(client.state)) return 0;
  if (message.type == MessageType::kNak) return start_over(client, identity, now, out);
  if (message.type != MessageType::kAck || message.yiaddr.is_none()) return 0;
  if (!message.options.has(option::kLeaseTime) || message.lease_seconds == 0) return 0;
  if (client.asked + seconds(message.lease_seconds) <= now) return 0;  // it came after the end of what it grants
  accept_lease(client, message, next_hop, now);
  return 0;
}

std::size_t release(Client& client, const ClientIdentity& identity, ReleaseFlaws flaws, std::span<std::uint8_t> out) {
  assert(has_lease(client.state));
  renew_xid(client, identity);
  DhcpMessage message = message_of(client, identity, MessageType::kRelease);
  message.ciaddr = flaws.ciaddr.value_or(client.address);
  message.server_id = flaws.wrong_server_id ? Ipv4{client.server_id.value ^ 0xFFU} : client.server_id;
  message.options.add(option::kServerId);
  if (flaws.option_50) want_address(message, client.address);
  Endpoints endpoints = unicast_to_server(client, identity);
  if (flaws.source_zero) endpoints.source = {};
  stop(client);
  return send(client, message, endpoints, out);
}

void stop(Client& client) {
  client.state = ClientState::kIdle;
  client.attempt = 0;
  client.timer = kNever;
}

void remove_address(Client& client) { client.address = {}; }

LeaseTimes effective_times(LeaseTimes given) {
  // At least a second, lest renewals follow each other without a pause.
  const auto time_or = [](std::uint32_t time, std::uint64_t otherwise) {
    return std::max<std::uint32_t>(1, time != 0 ? time : static_cast<std::uint32_t>(otherwise));
  };
  return {.lease = given.lease,
          .renewal = time_or(given.renewal, given.lease / 2),
          .rebinding = time_or(given.rebinding, std::uint64_t{given.lease} * 7 / 8)};
}

void seed_lease(Client& client, const ClientIdentity& identity, const GrantedLease& lease, Instant now) {
  client.address = lease.address;
  client.wanted = lease.address;
  client.server_id = lease.server_id;
  client.next_hop = lease.next_hop;
  client.heard = lease.lease_start;
  client.lease_start = lease.lease_start;
  set_times(client, lease.times);
  client.settings = lease.settings;
  renew_xid(client, identity);
  // The first REQUEST of a state went out when it was entered, each later one after half of what remained.
  const auto next_extension = [now](Instant asked, Instant end) {
    while (asked <= now) asked = std::min(end, asked + std::max<Duration>(kLeastRenewInterval, (end - asked) / 2));
    return asked;
  };
  if (now >= expiry_time(client)) {
    client.state = ClientState::kSelecting;
    remove_address(client);
    set_backoff(client, identity, expiry_time(client));
  } else if (now >= rebinding_time(client)) {
    client.state = ClientState::kRebinding;
    client.timer = next_extension(rebinding_time(client), expiry_time(client));
  } else if (now >= renewal_time(client)) {
    client.state = ClientState::kRenewing;
    client.timer = next_extension(renewal_time(client), std::min(rebinding_time(client), expiry_time(client)));
  } else {
    client.state = ClientState::kBound;
    client.timer = first_time(client);
  }
}

}  // namespace unlease::sim
