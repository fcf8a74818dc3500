#include "sim/arp.h"

#include <vector>

#include <gtest/gtest.h>

#include "sim/context.h"
#include "tests/sim/packet_test_support.h"

namespace unlease::sim {
namespace {

// Who has 10.0.0.10? Tell 10.0.0.1, of a station 02:01:00:00:00:01.
ByteVector request() {
  return {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06,
          0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01, 0x02, 0x01, 0x00, 0x00, 0x00, 0x01,
          10,   0,    0,    1,    0,    0,    0,    0,    0,    0,    10,   0,    0,    10};
}

TEST(Arp, ARequestSaysWhoAsksForWhat) {
  const auto read = read_arp_request(request());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->sender_mac, server_mac(0));
  EXPECT_EQ(to_string(read->sender), "10.0.0.1");
  EXPECT_EQ(to_string(read->target), "10.0.0.10");
}

TEST(Arp, TheAnswerGoesToTheAskerAlone) {
  const auto reply = arp_reply(*read_arp_request(request()), adapter_mac(6));
  const ByteVector expected{0x02, 0x01, 0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x07, 0x08, 0x06,
                            0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x07,
                            10,   0,    0,    10,   0x02, 0x01, 0x00, 0x00, 0x00, 0x01, 10,   0,    0,    1};
  EXPECT_EQ(ByteVector(reply.begin(), reply.begin() + 42), expected);
  EXPECT_EQ(ByteVector(reply.begin() + 42, reply.end()), ByteVector(18)) << "padded to Ethernet's least";
}

TEST(Arp, AnythingElseIsNoRequest) {
  for (std::size_t size = 0; size < request().size(); ++size) {
    ByteVector frame = request();
    frame.resize(size);
    EXPECT_FALSE(read_arp_request(frame)) << size << " bytes";
  }
  // EtherType, hardware, protocol, their lengths, and the operation.
  for (std::size_t at = 12; at < 22; ++at) {
    ByteVector frame = request();
    frame[at] ^= 0x10U;
    EXPECT_FALSE(read_arp_request(frame)) << "byte " << at;
  }
}

}  // namespace
}  // namespace unlease::sim
