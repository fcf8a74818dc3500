// A scenario as plain data: what a file of scenarios/ says, after it was checked. No behaviour here; the format itself
// (keys, types, defaults, documentation) is the descriptor table in scenario_format.h, the text is read by
// scenario_loader.h, and runner.h plays it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/hal.h"
#include "engine/method.h"
#include "engine/return_code.h"
#include "engine/time.h"
#include "sim/lease_fate.h"

namespace unlease::sim {

// Where in its file something stands, both from 1; line 0 where it stands nowhere (a default, an override).
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// A probability in parts per billion, 0 to 1,000,000,000, exact from the file on.
struct Probability {
  std::uint32_t ppb = 0;

  friend constexpr auto operator<=>(const Probability&, const Probability&) = default;
};
inline constexpr Probability kCertain{1'000'000'000};

// `*` any text, `?` one character, `[a-z]` and `[!a-z]` one of a set, `\` takes the next character literally.
// Case-sensitive, over the whole name.
struct Glob {
  std::string pattern = "*";
};

// Where a return code comes from: a state that the real world has, our model of it, or a [[fault]] that says it.
enum class Cause : std::uint8_t { kNatural, kModelled, kInjected };

enum class HostProfile : std::uint8_t { kWindows, kWine8 };

struct RunSpec {
  std::uint64_t seed = 1;
  Duration deadline = std::chrono::hours(24) * 365;  // virtual, from 0s
  HostProfile profile = HostProfile::kWindows;
};

enum class DhcpService : std::uint8_t { kRunning, kStopped, kDisabled, kAbsent, kCrashing, kHung };
enum class Service : std::uint8_t { kRunning, kStopped };
enum class Registry : std::uint8_t { kOk, kDenied, kMissing, kCorrupt };
enum class Memory : std::uint8_t { kOk, kExhausted };

// The Windows around the adapters.
struct HostSpec {
  bool elevated = true;
  DhcpService dhcp_service = DhcpService::kRunning;
  Service dns_client = Service::kRunning;
  Service tcpip = Service::kRunning;
  Registry registry = Registry::kOk;
  Memory memory = Memory::kOk;
  // How long a release keeps the network configuration's write lock after it ended; whoever needs the lock meanwhile
  // gets NETCFG_E_NO_WRITE_LOCK.
  Duration write_lock{0};
};

// An agent that carries DHCP between a segment of clients and a server on another one, and routes between the two.
struct RelaySpec {
  std::string server;
  std::uint32_t server_index = 0;  // filled in by the loader
  Ipv4 address;                    // its own on the clients' segment: giaddr
};

struct SegmentSpec {
  std::string name = "lan";
  Duration latency = std::chrono::milliseconds(1);
  Duration jitter{0};        // each packet is late by 0 to this, uniformly
  Probability loss;          // each packet, independently
  Probability duplicate;     // each packet, independently: a second copy, one latency later
  Probability reorder;       // each packet, independently: held back by three latencies
  bool partitioned = false;  // nothing crosses it
  std::optional<RelaySpec> relay;
  Position position;
};

inline constexpr std::size_t kMostServers = 4096;
inline constexpr std::size_t kMostSegments = 4096;
enum class ServerProfile : std::uint8_t { kStrict, kKea, kIsc, kDnsmasq, kUdhcpd };
enum class ServerState : std::uint8_t { kUp, kDown };
// RFC 2132, 8.7: the NetBIOS node type.
enum class NodeType : std::uint8_t { kUnset = 0, kBroadcast = 1, kPeer = 2, kMixed = 4, kHybrid = 8 };

// What a server hands out besides the address. Only its times are checked for sense: a server may be wrong on purpose.
struct DhcpOptionsSpec {
  std::optional<Ipv4> server_id;                  // option 54, its server identifier. None: its address
  std::optional<Ipv4> subnet_mask;                // option 1
  std::vector<Ipv4> routers;                      // option 3
  std::vector<Ipv4> domain_name_servers;          // option 6
  std::string domain_name;                        // option 15; empty: not sent
  std::vector<Ipv4> netbios_name_servers;         // option 44
  NodeType netbios_node_type = NodeType::kUnset;  // option 46
  std::optional<Duration> renewal_time;           // option 58, T1; whole seconds. None: half the lease
  std::optional<Duration> rebinding_time;         // option 59, T2; whole seconds. None: 7/8 of the lease
};

struct PoolSpec {
  Ipv4 first;
  Ipv4 last;  // inclusive, not below `first`

  std::uint64_t size() const { return std::uint64_t{last.value} - first.value + 1; }
  bool contains(Ipv4 address) const { return first <= address && address <= last; }
};

struct ServerSpec {
  std::string name;
  std::string segment;              // empty: the first one
  std::uint32_t segment_index = 0;  // filled in by the loader
  Ipv4 address;
  PoolSpec pool;
  Duration lease = std::chrono::hours(8);  // whole seconds, 1 s or more
  ServerProfile profile = ServerProfile::kStrict;
  ServerState state = ServerState::kUp;
  std::optional<Ipv4> offer_address;  // says this address to its clients, whichever it chose
  DhcpOptionsSpec options;
  Position position;
};

enum class Link : std::uint8_t { kUp, kDown, kDisabled, kRemoved };
enum class LeaseState : std::uint8_t { kNone, kBound, kRenewing, kRebinding, kExpired };

struct LeaseSpec {
  std::string server;  // empty where state is kNone; the loader fills in the only server of the adapter's segment
  std::uint32_t server_index = 0;  // filled in by the loader
  LeaseState state = LeaseState::kNone;
  bool acquire = false;         // discovers from 0s; excludes `server` and `state`
  std::optional<Ipv4> address;  // of the pool; none: the next in pool order. Only where the entry has no count
  Position position;
};

// What is set on the adapter by hand, beside DHCP.
struct AdapterSettingsSpec {
  std::vector<Ipv4> gateways;
  std::string host_name;  // empty: none
  NodeType node_type = NodeType::kUnset;
  std::vector<Ipv4> wins;
};

// Deliberate mistakes of an adapter's DHCP client, for the invariants to catch.
enum class Quirk : std::uint8_t {
  kOption50,       // the DHCPRELEASE carries option 50
  kNoCiaddr,       // its ciaddr is zero
  kSourceZero,     // it comes from 0.0.0.0
  kAddressFirst,   // the address is removed before it left
  kTimerAfter,     // T1 fires although the lease was released
  kReleaseTwice,   // it is sent twice
  kNoRelease,      // it is not sent at all
  kWrongServerId,  // option 54 names another server
  kOldAddress,     // its ciaddr is the address that the adapter had before, if any
};

struct AdapterSpec {
  std::string name;
  std::optional<std::uint32_t> count;  // with it, the adapters are "name 1" ... "name count"
  std::string segment;                 // empty: the first one
  std::uint32_t segment_index = 0;     // filled in by the loader
  bool dhcp = true;
  Link link = Link::kUp;
  LeaseSpec lease;
  AdapterSettingsSpec settings;
  std::optional<std::string> client_id;  // option 61; none: 01 and the MAC address, as Windows does
  std::vector<Quirk> quirks;
  Position position;

  std::uint32_t size() const { return count.value_or(1); }
};

enum class FaultOn : std::uint8_t { kEnumerate, kRelease, kRenew };
// What happens to the lease although a fault answered: nothing, what the operation does, or that a second later.
enum class Effect : std::uint8_t { kNone, kFull, kLate };

struct FaultSpec {
  FaultOn on = FaultOn::kRelease;
  Glob adapter;                  // not with kEnumerate
  std::optional<Error> error;    // none: what would have happened anyway; origin kApi, kEnumeration with kEnumerate
  std::optional<Effect> effect;  // none: full with a success value or without an error, else none
  Duration delay{0};
  bool hang = false;                   // never answers
  std::optional<std::uint32_t> nth;    // the nth matching call, from 1, is the first that it meets
  std::optional<std::uint32_t> times;  // meets so many at most; with nth alone one, else no limit
  Probability chance = kCertain;
  Position position;
};

enum class Call : std::uint8_t { kReleaseDhcpLeaseAll, kRenewDhcpLeaseAll, kReleaseDhcpLease, kRenewDhcpLease };
std::string_view name(Call call);  // "ReleaseDHCPLeaseAll", ...
// On one adapter, rather than on all.
constexpr bool is_instance_call(Call call) { return call == Call::kReleaseDhcpLease || call == Call::kRenewDhcpLease; }

// A value that a file expects, and where it says so.
template <class T>
struct Expected {
  T value{};
  Position position;
};

struct ExpectedAddress {
  enum class Kind : std::uint8_t { kNone, kAny, kExactly };
  Kind kind = Kind::kNone;
  Ipv4 address;  // where kExactly
};

struct AdapterExpectation {
  Glob adapter;                                      // each adapter that it matches is judged
  std::optional<Expected<std::uint32_t>> code;       // of the last call
  std::optional<Expected<Decision>> decision;        // of the last call
  std::optional<Expected<Error>> error;              // of the last call; origins are not compared
  std::optional<Expected<ExpectedAddress>> address;  // the one it has now
  std::optional<Expected<LeaseFate>> ledger;         // why it and a server disagree now; kUnknown: they agree
  Position position;
};

struct ServerExpectation {
  std::string server;
  std::optional<Expected<std::uint64_t>> bound;
  std::optional<Expected<std::uint64_t>> free;
  std::optional<Expected<std::uint64_t>> held;
  std::optional<Expected<std::uint64_t>> declined;
  Position position;
};

// DHCP messages sent since 0s, by type.
struct PacketExpectation {
  std::optional<Expected<std::uint64_t>> discover;
  std::optional<Expected<std::uint64_t>> offer;
  std::optional<Expected<std::uint64_t>> request;
  std::optional<Expected<std::uint64_t>> decline;
  std::optional<Expected<std::uint64_t>> ack;
  std::optional<Expected<std::uint64_t>> nak;
  std::optional<Expected<std::uint64_t>> release;
};

struct Expectation {
  std::optional<Expected<std::uint32_t>> code;  // of the last call
  std::vector<AdapterExpectation> adapters;
  std::vector<ServerExpectation> servers;
  PacketExpectation packets;
  // The invariants that the run must break, perhaps among those that quirks break; empty: not even quirks break any.
  std::optional<Expected<std::vector<std::uint32_t>>> violations;
};

// `set`: a change of the world at the step's time. One of adapter, server, segment, host is named.
struct SetSpec {
  std::optional<Glob> adapter;
  std::optional<std::string> server;
  std::optional<std::string> segment;
  std::uint32_t index = 0;  // of the server or segment; filled in by the loader

  // Of the adapters that `adapter` matches.
  std::optional<Link> link;
  std::optional<bool> dhcp;
  std::optional<AdapterSettingsSpec> settings;
  // Of the server.
  std::optional<ServerState> state;
  std::optional<ServerProfile> profile;
  std::optional<Ipv4> offer_address;
  std::optional<DhcpOptionsSpec> options;
  // Of the segment.
  std::optional<Duration> latency;
  std::optional<Duration> jitter;
  std::optional<Probability> loss;
  std::optional<Probability> duplicate;
  std::optional<Probability> reorder;
  std::optional<bool> partitioned;
  // Of the host: only what is named changes.
  struct Host {
    std::optional<bool> elevated;
    std::optional<DhcpService> dhcp_service;
    std::optional<Service> dns_client;
    std::optional<Service> tcpip;
    std::optional<Registry> registry;
    std::optional<Memory> memory;
    std::optional<Duration> write_lock;
  };
  std::optional<Host> host;
  Position position;
};

// A point of the timeline: first the change, then the call; the expectation is judged when both have settled.
struct StepSpec {
  Duration at{0};
  std::optional<SetSpec> set;
  std::optional<Call> call;
  std::string adapter;  // the one adapter of an instance call
  std::optional<Expectation> expect;
  Position position;
};

struct Scenario {
  std::string file;  // as it was named to the loader, for messages
  std::int64_t version = 1;
  std::string name;
  std::string about;
  std::vector<std::string> tags;
  std::optional<Cause> cause;
  std::string cause_key;  // the dotted path of the key that causes it, as in `host.dhcp_service` or `fault`
  RunSpec run;
  Options engine;
  HostSpec host;
  std::vector<SegmentSpec> segments;  // never empty once loaded
  std::vector<ServerSpec> servers;
  std::vector<AdapterSpec> adapters;
  std::vector<FaultSpec> faults;
  std::vector<StepSpec> steps;  // never empty once loaded; ascending by `at`, file order where equal
  Expectation expect;           // judged with the last step
};

}  // namespace unlease::sim
