#include "sim/trace_text.h"

#include <array>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "engine/method.h"
#include "sim/client.h"
#include "sim/context.h"
#include "sim/host.h"
#include "sim/network.h"
#include "sim/packet_pool.h"
#include "sim/server.h"

namespace unlease::sim {
namespace {

constexpr std::array<std::string_view, kTraceKindCount> kKinds{"call_began",
                                                               "call_ended",
                                                               "set",
                                                               "operation_began",
                                                               "operation_ended",
                                                               "outcome",
                                                               "fault",
                                                               "client_state",
                                                               "address_set",
                                                               "address_removed",
                                                               "timer",
                                                               "packet_sent",
                                                               "release_sent",
                                                               "packet_delivered",
                                                               "packet_dropped",
                                                               "packet_refused",
                                                               "server_lease",
                                                               "release_judged",
                                                               "packet_relayed",
                                                               "late_effect",
                                                               "listed"};
constexpr std::array<std::string_view, 4> kLinks{"up", "down", "disabled", "removed"};
constexpr std::array<std::string_view, 3> kFaultOn{"enumerate", "release", "renew"};

template <std::size_t Size>
std::string_view word(const std::array<std::string_view, Size>& words, std::size_t index) {
  return index < Size ? words[index] : "?";
}

std::string_view state_name(std::size_t state) {
  return state < kClientStateCount ? name(static_cast<ClientState>(state)) : "?";
}

// Writes members of one JSON object.
class Line {
 public:
  Line(std::string& out, const Scenario& scenario, const AdapterTable& adapters)
      : out_(out), scenario_(scenario), adapters_(adapters) {}

  void number(std::string_view key, std::uint64_t value) { fmt::format_to(sink(key), "{}", value); }
  void hex(std::string_view key, std::uint64_t value) { fmt::format_to(sink(key), "\"0x{:08X}\"", value); }
  void text(std::string_view key, std::string_view value) {
    auto out = sink(key);
    *out++ = '"';
    for (const char character : value) {
      if (character == '"' || character == '\\') {
        fmt::format_to(out, "\\{}", character);
      } else if (static_cast<unsigned char>(character) < 0x20) {
        fmt::format_to(out, "\\u{:04x}", static_cast<unsigned>(character));
      } else {
        *out++ = character;
      }
    }
    *out++ = '"';
  }
  void address(std::string_view key, std::uint32_t value) { text(key, to_string(Ipv4{value})); }
  void adapter(std::uint32_t index) {
    if (index < adapters_.size()) text("adapter", to_string(adapters_.name(index)));
  }
  void server(std::uint32_t index) { text("server", scenario_.servers[index].name); }
  void node(std::string_view key, std::uint64_t packed) {
    const NodeId node{low_half(packed)};
    const std::uint32_t index = index_of(node);
    if (node == kStranger) {
      text(key, "stranger");
    } else if (is_server(node)) {
      text(key, scenario_.servers[index].name);
    } else {
      text(key, to_string(adapters_.name(index)));
    }
  }

 private:
  std::back_insert_iterator<std::string> sink(std::string_view key) {
    fmt::format_to(std::back_inserter(out_), ",\"{}\":", key);
    return std::back_inserter(out_);
  }

  std::string& out_;
  const Scenario& scenario_;
  const AdapterTable& adapters_;
};

void describe_operation(Line& line, const TraceRecord& record) {
  line.adapter(record.subject);
  line.text("operation", name(static_cast<Operation>(record.detail)));
  line.number("id", record.x);
  if (record.kind == TraceKind::kOperationEnded) line.text("error", describe(unpack_error(record.y)));
}

void describe_packet(Line& line, const TraceRecord& record) {
  line.number("packet", record.subject);
  if (record.detail != 0) line.text("type", name(static_cast<MessageType>(record.detail)));
  switch (record.kind) {
    case TraceKind::kPacketSent:
      line.node("from", record.y);
      line.address("source", low_half(record.x));
      line.address("destination", high_half(record.x));
      line.number("bytes", record.extra);
      return;
    case TraceKind::kPacketRelayed:
      line.node("from", record.y);
      line.address("source", low_half(record.x));
      line.address("destination", high_half(record.x));
      return;
    case TraceKind::kPacketDelivered:
      line.node("to", record.y);
      return;
    case TraceKind::kPacketDropped:
      line.node("from", record.y);
      line.text("reason", name(static_cast<DropReason>(record.extra)));
      return;
    default:
      line.text("reason", name(static_cast<PacketFault>(record.extra)));
      return;
  }
}

void describe_server(Line& line, const TraceRecord& record) {
  line.server(record.subject);
  line.adapter(low_half(record.y));
  line.address("address", low_half(record.x));
  if (record.kind == TraceKind::kReleaseJudged) {
    line.text("verdict", name(static_cast<ReleaseVerdict>(record.detail)));
    return;
  }
  line.text("from", name(static_cast<LeaseStatus>(record.extra)));
  line.text("to", name(static_cast<LeaseStatus>(record.detail)));
  if (high_half(record.x) != 0) line.number("seconds", high_half(record.x));
}

void describe_set(Line& line, const TraceRecord& record, const Scenario& scenario) {
  line.number("step", record.x);
  switch (record.detail) {
    case 0:
      line.adapter(record.subject);
      line.text("link", word(kLinks, record.extra & 0xFFU));
      line.text("dhcp", (record.extra & 0x100U) != 0 ? "yes" : "no");
      return;
    case 1:
      line.server(record.subject);
      return;
    case 2:
      line.text("segment", scenario.segments[record.subject].name);
      return;
    default:
      line.text("host", "changed");
      return;
  }
}

void describe_adapter(Line& line, const TraceRecord& record) {
  line.adapter(record.subject);
  switch (record.kind) {
    case TraceKind::kOutcome:
      line.text("decision", name(static_cast<Decision>(record.detail)));
      line.number("code", record.x);
      line.text("error", describe(unpack_error(record.y)));
      return;
    case TraceKind::kFault:
      line.text("on", word(kFaultOn, record.detail));
      line.number("fault", record.x);
      return;
    case TraceKind::kLateEffect:
      line.text("operation", name(static_cast<Operation>(record.detail)));
      return;
    case TraceKind::kClientState:
      line.text("from", state_name(record.extra));
      line.text("to", state_name(record.detail));
      return;
    case TraceKind::kAddressSet:
      line.address("address", low_half(record.x));
      line.address("server_id", low_half(record.y));
      return;
    case TraceKind::kTimer:
      line.text("state", state_name(record.detail));
      return;
    case TraceKind::kReleaseSent:
      line.address("ciaddr", low_half(record.x));
      line.address("server_id", high_half(record.x));
      line.hex("xid", record.y);
      line.number("form", record.detail);
      return;
    default:
      line.address("address", low_half(record.x));
      return;
  }
}

}  // namespace

void append_ndjson(std::string& out, std::uint64_t ordinal, const TraceRecord& record, const Scenario& scenario,
                   const AdapterTable& adapters) {
  fmt::format_to(std::back_inserter(out), R"({{"event":{},"at_ns":{},"kind":"{}")", ordinal,
                 record.at.time_since_epoch().count(), word(kKinds, static_cast<std::size_t>(record.kind)));
  Line line(out, scenario, adapters);
  switch (record.kind) {
    case TraceKind::kCallBegan:
    case TraceKind::kCallEnded:
      line.text("call", name(static_cast<Call>(record.detail)));
      if (record.kind == TraceKind::kCallBegan) {
        line.number("ordinal", record.x);
      } else {
        line.number("code", record.x);
        line.number("outcomes", record.y);
      }
      break;
    case TraceKind::kOperationBegan:
    case TraceKind::kOperationEnded:
      describe_operation(line, record);
      break;
    case TraceKind::kPacketSent:
    case TraceKind::kPacketDelivered:
    case TraceKind::kPacketDropped:
    case TraceKind::kPacketRefused:
    case TraceKind::kPacketRelayed:
      describe_packet(line, record);
      break;
    case TraceKind::kServerLease:
    case TraceKind::kReleaseJudged:
      describe_server(line, record);
      break;
    case TraceKind::kSet:
      describe_set(line, record, scenario);
      break;
    case TraceKind::kListed:
      line.text("result", record.detail == 0 ? "success" : "failure");
      line.number("adapters", record.x);
      break;
    default:
      describe_adapter(line, record);
      break;
  }
  out += "}\n";
}

}  // namespace unlease::sim
