// A peer of lifecycle_bench: ns-3's DHCPv4 client and server. It models more layers (CSMA with carrier sensing, ARP, a
// whole IP stack a node) and knows no release at all, so it only acquires; making its nodes is not timed.
#include <cstdint>

#include <benchmark/benchmark.h>
#include <ns3/application-container.h>
#include <ns3/boolean.h>
#include <ns3/csma-helper.h>
#include <ns3/dhcp-client.h>
#include <ns3/dhcp-helper.h>
#include <ns3/global-value.h>
#include <ns3/internet-stack-helper.h>
#include <ns3/node-container.h>
#include <ns3/simulator.h>
#include <ns3/string.h>

#include "bench/stopwatch.h"

namespace unlease::bench {
namespace {

constexpr const char* kCaveat = "acquires only: ns-3 has no release; it models more layers";

constexpr std::uint32_t kFirstAddress = 0x0A00000A;

std::int64_t leases = 0;
std::int64_t wanted = 0;
void note_lease(const ns3::Ipv4Address& /*address*/) {
  if (++leases == wanted) ns3::Simulator::Stop();
}

// `clients` on one CSMA LAN with a server of their own, whose pool is no larger than it must be: it is a list there.
void make_lan(std::int64_t clients) {
  ns3::NodeContainer nodes;
  nodes.Create(static_cast<std::uint32_t>(clients + 1));
  ns3::CsmaHelper csma;
  csma.SetChannelAttribute("DataRate", ns3::StringValue("1Gbps"));
  csma.SetChannelAttribute("Delay", ns3::StringValue("1us"));
  const ns3::NetDeviceContainer devices = csma.Install(nodes);
  ns3::InternetStackHelper stack;
  stack.SetIpv6StackInstall(false);
  stack.Install(nodes);

  ns3::DhcpHelper dhcp;
  ns3::ApplicationContainer applications = dhcp.InstallDhcpServer(
      devices.Get(0), ns3::Ipv4Address("10.0.0.1"), ns3::Ipv4Address("10.0.0.0"), ns3::Ipv4Mask("255.255.0.0"),
      ns3::Ipv4Address(kFirstAddress), ns3::Ipv4Address(kFirstAddress + static_cast<std::uint32_t>(clients) - 1));
  for (std::uint32_t i = 1; i < devices.GetN(); ++i) {
    const ns3::ApplicationContainer client = dhcp.InstallDhcpClient(devices.Get(i));
    client.Get(0)->TraceConnectWithoutContext("NewLease", ns3::MakeCallback(&note_lease));
    applications.Add(client);
  }
  applications.Start(ns3::Seconds(0));
}

void acquire(benchmark::State& state, std::int64_t lans, std::int64_t clients) {
  ns3::GlobalValue::Bind("ChecksumEnabled", ns3::BooleanValue(true));
  for (auto _ : state) {
    leases = 0;
    wanted = lans * clients;
    for (std::int64_t lan = 0; lan < lans; ++lan) make_lan(clients);
    ns3::Simulator::Stop(ns3::Seconds(300));
    state.SetIterationTime(seconds_of([] { ns3::Simulator::Run(); }));
    ns3::Simulator::Destroy();
    if (leases != wanted) state.SkipWithError("not every client got a lease");
  }
  state.SetItemsProcessed(state.iterations() * lans * clients);
  state.SetLabel(kCaveat);
}

// One client and one server each: its best case, for nobody hears others' broadcasts.
void ns3_separate_lans(benchmark::State& state) { acquire(state, state.range(0), 1); }
void ns3_one_lan(benchmark::State& state) { acquire(state, 1, state.range(0)); }
BENCHMARK(ns3_separate_lans)->Arg(100)->Arg(1000)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(ns3_one_lan)->Arg(100)->Arg(300)->Arg(1000)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace unlease::bench
