// Records, their fingerprint, and their text.
#include "sim/trace.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "sim/context.h"
#include "sim/trace_text.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

const TraceRecord kPlain{};
const TraceRecord kFull{.at = Instant(std::chrono::milliseconds(1'500)),
                        .subject = 7,
                        .kind = TraceKind::kReleaseSent,
                        .detail = 3,
                        .extra = 0x1234,
                        .x = 0x0123456789ABCDEFU,
                        .y = 0xFEDCBA9876543210U};
const TraceRecord kExtreme{.at = Instant(Duration(-1)),
                           .subject = 0xFFFFFFFF,
                           .kind = TraceKind::kReleaseJudged,
                           .detail = 255,
                           .extra = 0xFFFF,
                           .x = ~std::uint64_t{0},
                           .y = std::uint64_t{1} << 63U};

// The expected values are libxxhash's and, the same, those of a separate implementation after the specification, over
// the records packed little-endian: at (8 bytes), subject (4), kind, detail (1 each), extra (2), x, y (8 each).
TEST(Fingerprint, IsTheXxh64OfTheRecords) {
  EXPECT_EQ(fingerprint_of({}), 0xEF46DB3751D8E999U);
  EXPECT_EQ(fingerprint_of({kPlain}), 0xF6E9BE5D70632CF5U);
  EXPECT_EQ(fingerprint_of({{.at = kFull.at,
                             .subject = 7,
                             .kind = TraceKind{12},
                             .detail = 3,
                             .extra = 0x1234,
                             .x = kFull.x,
                             .y = kFull.y}}),
            0x4C35CF83BC3176F4U);
  EXPECT_EQ(fingerprint_of({kPlain, kFull, kExtreme}), 0x83494BE2EFB387F5U);
}

TEST(Fingerprint, OfAThousandRecordsIsXxh64Too) {
  Fingerprint fingerprint;
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    const TraceRecord record{.at = Instant(Duration(std::int64_t{i} * i)),
                             .subject = i,
                             .kind = static_cast<TraceKind>(i % 18),
                             .detail = static_cast<std::uint8_t>(i % 256),
                             .extra = static_cast<std::uint16_t>(i),
                             .x = i * 0x9E3779B97F4A7C15U,
                             .y = i};
    fingerprint.add({&record, 1});
  }
  EXPECT_EQ(fingerprint.value(), 0x0C19F9C6559BA148U);
  EXPECT_EQ(fingerprint.records(), 1'000U);
}

TEST(Fingerprint, DependsOnTheOrder) {
  EXPECT_EQ(fingerprint_of({kFull, kPlain, kExtreme}), 0x3C76B3F01B0748D6U);
  EXPECT_NE(fingerprint_of({kFull, kPlain, kExtreme}), fingerprint_of({kPlain, kFull, kExtreme}));
}

TEST(Fingerprint, DependsOnEveryMember) {
  std::vector<TraceRecord> changed(7, kFull);
  changed[0].at += Duration(1);
  changed[1].subject = 8;
  changed[2].kind = TraceKind::kFault;
  changed[3].detail = 2;
  changed[4].extra = 0x1235;
  changed[5].x ^= 1U;
  changed[6].y ^= std::uint64_t{1} << 63U;
  for (const TraceRecord& record : changed) EXPECT_NE(fingerprint_of({record}), fingerprint_of({kFull}));
}

TEST(Fingerprint, CanBeReadAtAnyTimeWithoutChangingIt) {
  Fingerprint fingerprint;
  fingerprint.add({&kFull, 1});
  EXPECT_EQ(fingerprint.value(), fingerprint.value());
  fingerprint.add({&kPlain, 1});
  EXPECT_EQ(fingerprint.value(), fingerprint_of({kFull, kPlain}));
}

// --- NDJSON -------------------------------------------------------------------------------------------------------

// Just enough of RFC 8259 for one flat object of strings and unsigned numbers.
class FlatJson {
 public:
  explicit FlatJson(std::string_view text) : text_(text) {}

  bool well_formed() {
    if (!take("{")) return false;
    do {
      if (!string() || !take(":") || !value()) return false;
    } while (take(","));
    return take("}\n") && text_.empty();
  }

 private:
  bool take(std::string_view token) {
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }
  bool value() { return text_.starts_with('"') ? string() : number(); }
  bool number() {
    take("-");
    const std::size_t digits = std::min(text_.find_first_not_of("0123456789"), text_.size());
    if (digits == 0 || (digits > 1 && text_[0] == '0')) return false;
    text_.remove_prefix(digits);
    return true;
  }
  bool string() {
    if (!take("\"")) return false;
    while (!text_.empty() && text_[0] != '"') {
      if (static_cast<unsigned char>(text_[0]) < 0x20) return false;
      if (take("\\u")) {
        if (text_.size() < 4 || text_.substr(0, 4).find_first_not_of("0123456789abcdefABCDEF") != text_.npos) {
          return false;
        }
        text_.remove_prefix(4);
      } else if (take("\\")) {
        if (text_.empty() || std::string_view("\"\\/bfnrt").find(text_[0]) == std::string_view::npos) return false;
        text_.remove_prefix(1);
      } else {
        text_.remove_prefix(1);
      }
    }
    return take("\"");
  }

  std::string_view text_;
};

const std::string kNastyNames = join("\n", R"(
[[server]]
name = "dhcp \"1\" \\"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.19"
[[adapter]]
name = "W\"LAN\\ \u00fc"
lease = { server = "dhcp \"1\" \\", state = "bound" }
)");

std::string ndjson(const TraceRecord& record, const Scenario& scenario, const AdapterTable& table) {
  std::string line;
  append_ndjson(line, 12, record, scenario, table);
  return line;
}

TEST(TraceText, EveryKindIsOneLineOfJson) {
  const auto scenario = scenario_of(kNastyNames);
  const AdapterTable table(scenario->adapters);
  for (int kind = 0; kind < kTraceKindCount; ++kind) {
    for (std::uint8_t detail = 0; detail < 3; ++detail) {
      const TraceRecord record{.at = Instant(Duration(-5)),
                               .subject = 0,
                               .kind = static_cast<TraceKind>(kind),
                               .detail = detail,
                               .extra = 1,
                               .x = pack(0x0A00000AU, 0x0A000001U),
                               .y = 0};
      const std::string line = ndjson(record, *scenario, table);
      EXPECT_TRUE(FlatJson(line).well_formed()) << line;
      EXPECT_TRUE(line.starts_with(R"({"event":12,"at_ns":-5,"kind":")")) << line;
      EXPECT_EQ(line.find("\"?\""), std::string::npos) << line;
    }
  }
}

TEST(TraceText, EveryKindHasANameOfItsOwn) {
  const auto scenario = scenario_of(kNastyNames);
  const AdapterTable table(scenario->adapters);
  std::vector<std::string> kinds;
  for (int kind = 0; kind < kTraceKindCount; ++kind) {
    const std::string line = ndjson({.at = {}, .kind = static_cast<TraceKind>(kind), .detail = 1}, *scenario, table);
    const std::size_t begin = line.find("\"kind\":\"") + 8;
    kinds.push_back(line.substr(begin, line.find('"', begin) - begin));
  }
  std::ranges::sort(kinds);
  EXPECT_EQ(std::ranges::unique(kinds).size(), 0U);
}

TEST(TraceText, RecordsAboutNobodyNameNobody) {
  const auto scenario = scenario_of(kNastyNames);
  const AdapterTable table(scenario->adapters);
  const TraceRecord records[] = {{.at = {}, .subject = kNobody, .kind = TraceKind::kFault},
                                 {.at = {}, .subject = kNobody, .kind = TraceKind::kOutcome},
                                 {.at = {}, .kind = TraceKind::kServerLease, .x = 0x0A00000AU, .y = kNobody},
                                 {.at = {}, .kind = TraceKind::kReleaseJudged, .x = 0x0A00000AU, .y = kNobody},
                                 {.at = {},
                                  .kind = TraceKind::kPacketDropped,
                                  .detail = 7,
                                  .extra = 1,
                                  .y = static_cast<std::uint32_t>(kStranger)}};
  for (const TraceRecord& record : records) {
    const std::string line = ndjson(record, *scenario, table);
    EXPECT_TRUE(FlatJson(line).well_formed()) << line;
    EXPECT_EQ(line.find("adapter\":"), std::string::npos) << line;
  }
}

TEST(TraceText, NamesAreEscaped) {
  const auto scenario = scenario_of(join(kServer, kBound));
  scenario->adapters[0].name = "a\x1F\"b";
  const std::string line =
      ndjson({.at = {}, .kind = TraceKind::kOperationBegan}, *scenario, AdapterTable(scenario->adapters));
  EXPECT_TRUE(FlatJson(line).well_formed()) << line;
  EXPECT_NE(line.find(R"("adapter":"a\u001f\"b")"), std::string::npos) << line;
}

TEST(TraceText, ARunReadsAsWhatHappened) {
  const auto scenario = scenario_of(join(kServer, kBound));
  const AdapterTable table(scenario->adapters);
  const PlayResult result = play(*scenario, {.seed = {}, .keep_trace = true});
  std::string text;
  for (std::size_t i = 0; i < result.trace.size(); ++i) append_ndjson(text, i, result.trace[i], *scenario, table);
  for (
      const char* part :
      {R"("kind":"server_lease","server":"dhcp1","adapter":"Ethernet","address":"10.0.0.10","from":"free","to":"bound",)"
       R"("seconds":3600)",
       R"("kind":"call_began","call":"ReleaseDHCPLeaseAll","ordinal":0)",
       R"("kind":"release_sent","adapter":"Ethernet","ciaddr":"10.0.0.10","server_id":"10.0.0.1")",
       R"("kind":"address_removed","adapter":"Ethernet","address":"10.0.0.10")",
       R"("kind":"release_judged","server":"dhcp1","adapter":"Ethernet","address":"10.0.0.10","verdict":"accepted")",
       R"("from":"bound","to":"free")"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  }
  EXPECT_EQ(fingerprint_of(result.trace), result.fingerprint);
  EXPECT_EQ(result.trace.size(), result.records);
}

}  // namespace
}  // namespace unlease::sim
