// Adapters and servers on a real wire are found by others: they answer ARP for the addresses they have, and for no
// others.
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario_sides.h"
#include "sim/wire.h"
#include "tests/sim/outside_test_support.h"
#include "tests/sim/packet_test_support.h"
#include "tests/sim/world_test_support.h"

namespace unlease::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint16_t kEtherTypeArp = 0x0806;
constexpr Ipv4 kServerIp{0x0A000001U};
constexpr Ipv4 kFirst{0x0A00000AU};  // of the pool
constexpr Ipv4 kSecond{0x0A00000BU};

// A wire on which somebody asks for addresses, besides what else is on it.
class Asker : public Outside {
 public:
  explicit Asker(Outside& wire) : wire_(wire) {}

  Instant now() override { return wire_.now(); }
  void send(Bytes frame) override {
    if (wire::load16(&frame[12]) != kEtherTypeArp) return wire_.send(frame);
    EXPECT_EQ(frame[21], 2) << "an answer";
    answers_.push_back(wire::load_mac(&frame[22]));
  }
  Bytes receive(Instant until) override {
    if (questions_.empty()) return wire_.receive(until);
    last_ = std::move(questions_.front());
    questions_.pop_front();
    return last_;
  }
  bool ended() const override { return wire_.ended(); }

  // The MAC addresses that `world` answers with, which has this wire.
  std::vector<MacAddress> ask(World& world, Ipv4 address) {
    questions_.push_back(arp_request(address));
    world.advance(world.now() + milliseconds(1));
    return std::exchange(answers_, {});
  }

 private:
  Outside& wire_;
  std::deque<ByteVector> questions_;
  std::vector<MacAddress> answers_;
  ByteVector last_;
};

// Two adapters with a lease each, of a server on the other side of the wire.
class OutsideArp : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::uint32_t adapter : {0U, 1U}) {
      world_.acquire(adapter);
      while (!world_.is_leased(adapter) && world_.now() < Instant{} + seconds(5))
        world_.advance(Instant{} + seconds(5));
    }
    ASSERT_EQ(world_.address_of(0), kFirst);
    ASSERT_EQ(world_.address_of(1), kSecond);
    world_.begin_timeline();
  }
  std::vector<MacAddress> ask(Ipv4 address) { return asker_.ask(world_, address); }

  const std::unique_ptr<Scenario> whole_ = scenario_of(join(kServer, R"(
[[adapter]]
name = "Ethernet"
lease = { server = "dhcp1", state = "bound" }
[[adapter]]
name = "Wi-Fi"
lease = { server = "dhcp1", state = "bound" }
[[step]]
at = "10s"
set = { adapter = "Ethernet", link = "down" }
[[step]]
at = "20s"
set = { adapter = "Ethernet", link = "up" }
)"));
  const Scenario side_ = client_side(*whole_).scenario;
  RealServers servers_{*whole_};
  Asker asker_{servers_};
  World world_{side_, {.outside = &asker_}};
};

TEST_F(OutsideArp, AnAdapterAnswersForItsAddressWithItsOwnMacAddress) {
  EXPECT_THAT(ask(kFirst), ElementsAre(adapter_mac(0)));
  EXPECT_THAT(ask(kSecond), ElementsAre(adapter_mac(1)));
}

TEST_F(OutsideArp, NobodyAnswersForWhatIsNoAdapters) {
  EXPECT_THAT(ask(kServerIp), IsEmpty()) << "the real one's";
  EXPECT_THAT(ask(Ipv4{kSecond.value + 1}), IsEmpty()) << "free";
  EXPECT_THAT(ask(Ipv4{}), IsEmpty());
}

TEST_F(OutsideArp, AnAddressThatWasReleasedIsNobodysAnyMore) {
  world_.begin(Operation::kRelease, 0);
  world_.advance(world_.now() + milliseconds(1));
  ASSERT_TRUE(world_.address_of(0).is_none());
  EXPECT_THAT(ask(kFirst), IsEmpty());
  EXPECT_THAT(ask(kSecond), ElementsAre(adapter_mac(1)));
}

TEST_F(OutsideArp, WhereTheLinkIsDownNobodyAnswersUntilItIsUp) {
  world_.advance_to(world_.due(seconds(11)));
  ASSERT_EQ(world_.address_of(0), kFirst) << "it still has it";
  EXPECT_THAT(ask(kFirst), IsEmpty());
  world_.advance_to(world_.due(seconds(21)));
  EXPECT_THAT(ask(kFirst), ElementsAre(adapter_mac(0)));
}

TEST(OutsideArpOfServers, AServerAnswersForItsAddressAndForNoOther) {
  const auto scenario = scenario_of(std::string(kServer));
  const Scenario side = server_side(*scenario).scenario;
  Script silence;
  Asker asker(silence);
  World world(side, {.outside = &asker});
  world.begin_timeline();
  EXPECT_THAT(asker.ask(world, kServerIp), ElementsAre(server_mac(0)));
  EXPECT_THAT(asker.ask(world, Ipv4{0x0A000002U}), IsEmpty());
}

}  // namespace
}  // namespace unlease::sim
