#include "sim/scenario_format.h"

#include <array>

#include "sim/scenario_choices.h"
#include "sim/scenario_codec.h"
#include "sim/scenario_error_codec.h"

namespace unlease::sim {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr Rules kTransit{.most = 86'400 * kSecond};
constexpr Rules kWholeSeconds{.least = kSecond, .unit = kSecond};
// With these, everything a server can say fits into one frame.
constexpr std::size_t kMostAddresses = 32;
constexpr std::size_t kMostTextBytes = 255;

// The policies are a struct in a struct; the format has them as keys of [engine].
ReturnCode& no_dhcp_adapters(Options& options) { return options.policies.no_dhcp_adapters; }
ReturnCode& no_lease(Options& options) { return options.policies.no_lease; }
bool& skip_ip_disabled(Options& options) { return options.policies.skip_ip_disabled; }

}  // namespace

template <>
std::span<const Field> fields_of<RunSpec>() {
  static const std::array kFields = {
      field<&RunSpec::seed>("seed", "Every draw of chance derives from it; the same seed gives the same run."),
      field<&RunSpec::deadline>("deadline", "Virtual time from 0s by which the run has to have ended.", {.least = 1}),
      field<&RunSpec::profile>("profile",
                               "Whose Windows the host plays: the real one, or Wine 8, whose adapters never "
                               "show DHCP and whose releases all fail with ERROR_NOT_SUPPORTED."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<Options>() {
  static const std::array kFields = {
      field<&Options::max_in_flight>("max_in_flight", "At most so many operations at a time; 0 means no limit."),
      field<&Options::timeout>("timeout",
                               "After this long an operation is given up; left out, 30s for a release and "
                               "90s for a renew.",
                               {.least = 1}),
      field<&Options::deadline>("deadline",
                                "The whole call ends no later than this after it began; left out, there is "
                                "no limit."),
      field<&Options::verify>("verify",
                              "After a release, look until the address is gone from each success; where it "
                              "stays, the outcome is 83."),
      field<&Options::verify_interval>("verify_interval", "How often `verify` looks.", {.least = 1'000}),
      field<&Options::verify_timeout>("verify_timeout", "How long `verify` looks before it gives up."),
      field<&no_dhcp_adapters, Choice<ReturnCode, kNoAdapterPolicies>>(
          "no_dhcp_adapters", "The code where no adapter is under DHCP (*assumed*: no page says)."),
      field<&no_lease, Choice<ReturnCode, kNoLeasePolicies>>(
          "no_lease", "The code of a release on an adapter that has no lease (*assumed*: no page says)."),
      field<&skip_ip_disabled, Choice<bool, kIpDisabledPolicies>>(
          "ip_disabled",
          "Adapters under DHCP without IP give 84, or are skipped as if absent (*assumed*: no page says)."),
      field<&Options::assume_dhcp>("assume_dhcp",
                                   "Treat every adapter as under DHCP, whatever it says; Wine's never "
                                   "say so."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<HostSpec>() {
  static const std::array kFields = {
      field<&HostSpec::elevated>("elevated",
                                 "Whether the caller has administrator rights; without them every call is "
                                 "denied."),
      field<&HostSpec::dhcp_service>(
          "dhcp_service",
          "The state of the DHCP client service, which does the releasing; adapters renew their leases whatever "
          "it is."),
      field<&HostSpec::dns_client>("dns_client", "The state of the DNS client service, told of addresses that go."),
      field<&HostSpec::tcpip>("tcpip", "The state of the TCP/IP service, which removes the address."),
      field<&HostSpec::registry>("registry", "What reading and writing the adapter's registry key comes to."),
      field<&HostSpec::memory>("memory", "Whether an operation finds the memory it needs."),
      field<&HostSpec::write_lock>("write_lock",
                                   "How long a release keeps the network configuration's write lock after "
                                   "it ended; whoever needs it meanwhile gets NETCFG_E_NO_WRITE_LOCK."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<SetSpec::Host>() {
  using HostChange = SetSpec::Host;
  static const std::array kFields = {
      field<&HostChange::elevated>("elevated", "What host.elevated becomes."),
      field<&HostChange::dhcp_service>("dhcp_service", "What host.dhcp_service becomes."),
      field<&HostChange::dns_client>("dns_client", "What host.dns_client becomes."),
      field<&HostChange::tcpip>("tcpip", "What host.tcpip becomes."),
      field<&HostChange::registry>("registry", "What host.registry becomes."),
      field<&HostChange::memory>("memory", "What host.memory becomes."),
      field<&HostChange::write_lock>("write_lock", "What host.write_lock becomes."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<RelaySpec>() {
  static const std::array kFields = {
      field<&RelaySpec::server>("server", "The server on another segment to which it carries.", {.required = true}),
      field<&RelaySpec::address>("address", "Its own address on this segment, which it puts into giaddr.",
                                 {.required = true}),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<SegmentSpec>() {
  static const std::array kFields = {
      field<&SegmentSpec::name>("name", "By which servers, adapters and steps name it."),
      field<&SegmentSpec::latency>("latency", "How long each packet takes; at most a day.", kTransit),
      field<&SegmentSpec::jitter>("jitter", "Each packet is late by 0 to this, uniformly; at most a day.", kTransit),
      field<&SegmentSpec::loss>("loss", "The probability that a packet is lost, each independently."),
      field<&SegmentSpec::duplicate>("duplicate",
                                     "The probability that a packet comes twice, the second time one "
                                     "latency later."),
      field<&SegmentSpec::reorder>("reorder", "The probability that a packet is held back by three latencies."),
      field<&SegmentSpec::partitioned>("partitioned", "Where true, nothing crosses the segment."),
      field<&SegmentSpec::relay>(
          "relay",
          "A relay agent (RFC 1542) and router between this segment and that of a server; clients "
          "find it whatever options 1 and 3 say; "
          "left out, none."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<DhcpOptionsSpec>() {
  using Spec = DhcpOptionsSpec;
  static const std::array kFields = {
      field<&Spec::server_id>("server_id",
                              "Option 54, its server identifier; left out, its address. If it is another address, what "
                              "clients send to it does not reach this server."),
      field<&Spec::subnet_mask>(
          "subnet_mask", "Option 1; left out, of the smallest prefix that covers server and pool.", {.alias = "mask"}),
      field<&Spec::routers>("routers", "Option 3, the gateways; left out, not sent.", {.longest = kMostAddresses}),
      field<&Spec::domain_name_servers>("domain_name_servers", "Option 6; left out, not sent.",
                                        {.alias = "dns", .longest = kMostAddresses}),
      field<&Spec::domain_name>("domain_name", "Option 15; left out, not sent.",
                                {.alias = "domain", .longest = kMostTextBytes}),
      field<&Spec::netbios_name_servers>("netbios_name_servers", "Option 44; left out, not sent.",
                                         {.alias = "wins", .longest = kMostAddresses}),
      field<&Spec::netbios_node_type>("netbios_node_type", "Option 46; left out, not sent."),
      field<&Spec::renewal_time>("renewal_time", "Option 58, T1, in whole seconds; left out, half the lease.",
                                 kWholeSeconds),
      field<&Spec::rebinding_time>("rebinding_time", "Option 59, T2, in whole seconds; left out, 7/8 of the lease.",
                                   kWholeSeconds),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<ServerSpec>() {
  static const std::array kFields = {
      field<&ServerSpec::name>("name", "By which adapters, steps and expectations name it.", {.required = true}),
      field<&ServerSpec::segment>("segment", "Where it stands; left out, the first segment."),
      field<&ServerSpec::address>("address", "Its own address, and its server identifier unless options say otherwise.",
                                  {.required = true}),
      field<&ServerSpec::pool>("pool", "The addresses it gives, first and last inclusive.", {.required = true}),
      field<&ServerSpec::lease>("lease", "How long its leases last, in whole seconds.", kWholeSeconds),
      field<&ServerSpec::profile>("profile", "Whose server it is, which says how it judges a DHCPRELEASE."),
      field<&ServerSpec::state>("state", "A server that is down hears and says nothing."),
      field<&ServerSpec::offer_address>("offer_address",
                                        "It tells its clients this address, whichever it chose: a fault "
                                        "of the server, on purpose."),
      field<&ServerSpec::options>("options", "What it hands out besides the address; it may be wrong on purpose."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<LeaseSpec>() {
  static const std::array kFields = {
      field<&LeaseSpec::server>("server",
                                "Who gave the lease; left out, the only server of the adapter's segment, or "
                                "the only one at all."),
      field<&LeaseSpec::state>("state",
                               "The lease at 0s: bound is fresh, renewing and rebinding are 1 s past T1 and T2, "
                               "expired 1 s past the end on both sides."),
      field<&LeaseSpec::acquire>("acquire", "No lease yet: the adapter discovers from 0s; excludes the other keys."),
      field<&LeaseSpec::address>("address", "Which address of the pool; left out, the next in pool order."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<AdapterSettingsSpec>() {
  using Spec = AdapterSettingsSpec;
  static const std::array kFields = {
      field<&Spec::gateways>("gateways", "Gateways set by hand, checked when the lease is torn down."),
      field<&Spec::host_name>("host_name", "The computer's name as this adapter has it, checked like the gateways.",
                              {.longest = kMostTextBytes}),
      field<&Spec::node_type>("node_type", "The NetBIOS node type set by hand."),
      field<&Spec::wins>("wins", "WINS servers set by hand."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<AdapterSpec>() {
  static const std::array kFields = {
      field<&AdapterSpec::name>("name", "By which faults, steps and expectations name it.", {.required = true}),
      field<&AdapterSpec::count>("count", R"(With it the entry stands for so many adapters, "name 1" to "name count".)",
                                 {.least = 1, .most = kMostAdaptersOfEntry}),
      field<&AdapterSpec::segment>(
          "segment",
          "Where it is plugged in; left out, beside the server that its lease names, or the first "
          "segment."),
      field<&AdapterSpec::dhcp>("dhcp", "Whether DHCP configures it; one that it does not has no address here."),
      field<&AdapterSpec::link>("link", "Its cable, or whether it is disabled, or gone from the machine."),
      field<&AdapterSpec::lease>("lease", "The lease it has at 0s; left out, none, and it does not look for one."),
      field<&AdapterSpec::settings>("settings", "What is set on it by hand, beside DHCP."),
      field<&AdapterSpec::client_id>("client_id",
                                     "Option 61 as text; left out, 01 and the MAC address, as Windows does.",
                                     {.longest = kMostTextBytes}),
      field<&AdapterSpec::quirks>("quirks", "Deliberate mistakes of its DHCP client, for the invariants to catch."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<FaultSpec>() {
  static const std::array kFields = {
      field<&FaultSpec::on>("on", "Which request of the machine it meets: listing the adapters, or an operation."),
      field<&FaultSpec::adapter>("adapter", "Which adapters; `*` any text, `?` one character, `[a-z]` one of a set."),
      field<&FaultSpec::error>("error",
                               "What is answered: a name, a number (Win32 below 0x80000000, else an HRESULT), or "
                               "{ provider = 86 }; left out, what would have been answered anyway, or success with "
                               "`effect`."),
      field<&FaultSpec::effect>("effect",
                                "What happens to the lease all the same: nothing, what the operation does, or "
                                "that a second later; left out, full with a success value or without `error`, "
                                "else none."),
      field<&FaultSpec::delay>("delay", "How much later the answer comes."),
      field<&FaultSpec::hang>("hang", "The answer never comes."),
      field<&FaultSpec::nth>("nth", "The first matching call that it meets, counted from 1; left out, the first.",
                             {.least = 1}),
      field<&FaultSpec::times>("times", "How many calls it meets at most; left out, one with `nth`, else no limit.",
                               {.least = 1}),
      field<&FaultSpec::chance>("chance", "The probability with which it meets a matching call."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<SetSpec>() {
  static const std::array kFields = {
      field<&SetSpec::adapter>("adapter", "The adapters to change, a pattern."),
      field<&SetSpec::server>("server", "The server to change."),
      field<&SetSpec::segment>("segment", "The segment to change."),
      field<&SetSpec::host>("host", "What changes of the host."),
      field<&SetSpec::link>("link", "What adapter.link becomes.", {.needs = "adapter"}),
      field<&SetSpec::dhcp>("dhcp", "What adapter.dhcp becomes.", {.needs = "adapter"}),
      field<&SetSpec::settings>("settings", "What adapter.settings becomes, as a whole: keys left out are reset.",
                                {.needs = "adapter"}),
      field<&SetSpec::state>("state", "What server.state becomes.", {.needs = "server"}),
      field<&SetSpec::profile>("profile", "What server.profile becomes.", {.needs = "server"}),
      field<&SetSpec::offer_address>("offer_address", "What server.offer_address becomes.", {.needs = "server"}),
      field<&SetSpec::options>("options", "What server.options becomes, as a whole: keys left out are reset.",
                               {.needs = "server"}),
      field<&SetSpec::latency>("latency", "What segment.latency becomes.", {.needs = "segment", .most = kTransit.most}),
      field<&SetSpec::jitter>("jitter", "What segment.jitter becomes.", {.needs = "segment", .most = kTransit.most}),
      field<&SetSpec::loss>("loss", "What segment.loss becomes.", {.needs = "segment"}),
      field<&SetSpec::duplicate>("duplicate", "What segment.duplicate becomes.", {.needs = "segment"}),
      field<&SetSpec::reorder>("reorder", "What segment.reorder becomes.", {.needs = "segment"}),
      field<&SetSpec::partitioned>("partitioned", "What segment.partitioned becomes.", {.needs = "segment"}),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<AdapterExpectation>() {
  static const std::array kFields = {
      field<&AdapterExpectation::code>("code", "Its return code from the last call."),
      field<&AdapterExpectation::decision>("decision", "How its outcome in the last call was decided."),
      field<&AdapterExpectation::error>("error",
                                        "Its raw error from the last call, written as in a fault; who raised it "
                                        "is not compared."),
      field<&AdapterExpectation::address>("address", "The address that it has now."),
      field<&AdapterExpectation::ledger>("ledger",
                                         "Why it and a server disagree now about a lease; none where they agree."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<ServerExpectation>() {
  static const std::array kFields = {
      field<&ServerExpectation::bound>("bound", "Its leases in force."),
      field<&ServerExpectation::free>("free", "Its addresses that are free."),
      field<&ServerExpectation::held>("held", "Its addresses that are offered and not yet requested."),
      field<&ServerExpectation::declined>("declined", "Its addresses that a client has declined."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<PacketExpectation>() {
  static const std::array kFields = {
      field<&PacketExpectation::discover>("discover", "DHCPDISCOVERs sent so far."),
      field<&PacketExpectation::offer>("offer", "DHCPOFFERs sent so far."),
      field<&PacketExpectation::request>("request", "DHCPREQUESTs sent so far."),
      field<&PacketExpectation::decline>("decline", "DHCPDECLINEs sent so far."),
      field<&PacketExpectation::ack>("ack", "DHCPACKs sent so far."),
      field<&PacketExpectation::nak>("nak", "DHCPNAKs sent so far."),
      field<&PacketExpectation::release>("release", "DHCPRELEASEs sent so far."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<Expectation>() {
  static const std::array kFields = {
      field<&Expectation::code>("code", "The return code of the last call."),
      field<&Expectation::adapters, KeyedCodec<AdapterExpectation, &AdapterExpectation::adapter>>(
          "adapters", "For each name or pattern, what holds for every adapter that it matches."),
      field<&Expectation::servers, KeyedCodec<ServerExpectation, &ServerExpectation::server>>(
          "servers", "For each server, how many of its addresses are in which state."),
      field<&Expectation::packets>("packets", "How many DHCP messages were sent in the whole run so far, by type."),
      field<&Expectation::violations>("violations",
                                      "The invariants that have been broken so far, all of them; left out, those that "
                                      "`quirks` break are, and no others may be. Only the run's end shows 8 and 12.",
                                      {.least = 1, .most = 12}),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<StepSpec>() {
  static const std::array kFields = {
      field<&StepSpec::at>("at",
                           "When, counted from 0s; steps are taken in the order of their times, and of the file where "
                           "those are equal; a call that comes due during a call waits for it."),
      field<&StepSpec::set>("set", "A change of the world at that time, also in the middle of a call."),
      field<&StepSpec::call>("call", "The method to call; with `set`, after the change."),
      field<&StepSpec::adapter>("adapter", "The one adapter of an instance call, by its exact name.",
                                {.needs = "call"}),
      field<&StepSpec::expect>(
          "expect",
          "What holds when the call has returned and the packets then in flight have settled; without a call, when "
          "those in flight at that time have, also in the middle of a call, unless it asks for codes."),
  };
  return kFields;
}

template <>
std::span<const Field> fields_of<Scenario>() {
  static const std::array kFields = {
      field<&Scenario::version>("version", "The version of this format, 1.", {.required = true, .least = 1, .most = 1}),
      field<&Scenario::name>("name", "A title in a few words, shown in reports."),
      field<&Scenario::about>("about", "Who meets this, and why."),
      field<&Scenario::tags>("tags", "Words to select scenarios by."),
      field<&Scenario::cause>("cause",
                              "Where the outcome comes from: a state that the real world has, our model of it "
                              "(*assumed*), or a [[fault]]."),
      field<&Scenario::cause_key>("cause_key",
                                  "The dotted path of the key that causes the outcome, like "
                                  "`host.dhcp_service` or `fault`; a test resets it and expects another."),
      field<&Scenario::run>("run", "How the scenario is played."),
      field<&Scenario::engine>("engine", "How the method is called."),
      field<&Scenario::host>("host", "The Windows around the adapters."),
      field<&Scenario::segments>("segment", "A network; without any there is one, \"lan\", with these defaults.",
                                 {.longest = kMostSegments}),
      field<&Scenario::servers>("server", "A DHCP server and its pool.", {.longest = kMostServers}),
      field<&Scenario::adapters>("adapter", "A network adapter, or with `count` many alike."),
      field<&Scenario::faults>("fault",
                               "Answers requests of the machine with an error, late, or never; one that never "
                               "fires fails the scenario."),
      field<&Scenario::steps>("step",
                              "A point of the timeline; without any there is one, a ReleaseDHCPLeaseAll at 0s."),
      field<&Scenario::expect>("expect", "What holds after the last step."),
  };
  return kFields;
}

std::span<const Field> scenario_fields() { return fields_of<Scenario>(); }

Scenario read_scenario(const Node& document, std::vector<Diagnostic>& diagnostics) {
  Scenario scenario;
  Reader reader(diagnostics);
  read_table(reader, document, Codec<Scenario>::kShape, &scenario);
  return scenario;
}

}  // namespace unlease::sim
