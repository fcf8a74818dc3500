// Each case: a DHCPRELEASE as it should be, one thing about it changed, and the one finding that gives.
#include "sim/release_form.h"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

namespace unlease::sim {
namespace {

constexpr std::array<std::uint8_t, 7> kClientId{1, 2, 0, 0, 0, 0, 1};
constexpr std::uint32_t kXid = 0x12345678;
constexpr std::uint32_t kOldXid = 0x9ABCDEF0;
constexpr std::size_t kDhcpAt = 42;

struct Release {
  Endpoints endpoints{.source_mac = {{2, 0, 0, 0, 0, 1}},
                      .destination_mac = {{2, 1, 0, 0, 0, 1}},
                      .source = Ipv4{0x0A00000A},
                      .destination = Ipv4{0x0A000001},
                      .source_port = kClientPort,
                      .destination_port = kServerPort};
  DhcpMessage message;

  Release() {
    message.type = MessageType::kRelease;
    message.xid = kXid;
    message.ciaddr = endpoints.source;
    message.chaddr = endpoints.source_mac;
    message.server_id = endpoints.destination;
    message.options.add(option::kServerId);
    message.client_id = kClientId;
    message.options.add(option::kClientId);
  }

  std::vector<std::uint8_t> frame() const {
    std::vector<std::uint8_t> bytes(kMaxFrame);
    bytes.resize(write_frame(bytes, endpoints, message));
    return bytes;
  }
  ReleaseForm form(Bytes client_id = kClientId) const { return read_release_form(frame(), client_id, kOldXid); }
};

std::uint8_t broken_by(const std::function<void(Release&)>& change) {
  Release release;
  change(release);
  return release.form().broken;
}

// By a change of one byte of the DHCP message, which no client of ours would make.
std::uint8_t broken_by_byte(std::size_t at) {
  std::vector<std::uint8_t> frame = Release().frame();
  frame[kDhcpAt + at] ^= 1U;
  return read_release_form(frame, kClientId, kOldXid).broken;
}

TEST(ReleaseForm, OfAReleaseAfterTheRfcIsWithoutFindings) {
  const ReleaseForm form = Release().form();
  EXPECT_EQ(form.broken, 0);
  EXPECT_EQ(form.ciaddr.value, 0x0A00000AU);
  EXPECT_EQ(form.server_id.value, 0x0A000001U);
  EXPECT_EQ(form.xid, kXid);
}

TEST(ReleaseForm, AllowsAMessage) {
  constexpr std::array<std::uint8_t, 3> kBye{'b', 'y', 'e'};
  EXPECT_EQ(broken_by([&](Release& release) {
              release.message.message = kBye;
              release.message.options.add(option::kMessage);
            }),
            0);
}

TEST(ReleaseForm, FindsFieldsThatMustBeZero) {
  for (const std::size_t at : {3U, 8U, 9U, 10U, 11U, 16U, 19U, 20U, 23U, 24U, 27U}) {
    EXPECT_EQ(broken_by_byte(at), release_form::kFixedFields) << at;
  }
}

TEST(ReleaseForm, FindsUsedNamesFromTheirFirstToTheirLastByteAndNoFurther) {
  for (const std::size_t at : {44U, 107U, 108U, 235U}) EXPECT_EQ(broken_by_byte(at), release_form::kNames) << at;
  for (const std::size_t at : {43U, 236U}) EXPECT_EQ(broken_by_byte(at), 0) << at;
}

TEST(ReleaseForm, FindsAnOldXid) {
  EXPECT_EQ(broken_by([](Release& release) { release.message.xid = kOldXid; }), release_form::kOldXid);
}

TEST(ReleaseForm, FindsOtherPorts) {
  EXPECT_EQ(broken_by([](Release& release) { release.endpoints.source_port = 1068; }), release_form::kPorts);
  EXPECT_EQ(broken_by([](Release& release) { release.endpoints.destination_port = 68; }), release_form::kPorts);
}

TEST(ReleaseForm, FindsABroadcastAndAnotherDestinationThanOption54) {
  EXPECT_EQ(broken_by([](Release& release) { release.endpoints.destination_mac = kBroadcastMac; }),
            release_form::kDestination);
  EXPECT_EQ(broken_by([](Release& release) { ++release.endpoints.destination.value; }), release_form::kDestination);
}

TEST(ReleaseForm, FindsAnotherSourceThanCiaddr) {
  EXPECT_EQ(broken_by([](Release& release) { release.endpoints.source = {}; }), release_form::kSource);
  EXPECT_EQ(broken_by([](Release& release) { release.message.ciaddr = {}; }), release_form::kSource);
}

TEST(ReleaseForm, FindsAnotherClientIdMoreOfItLessOfItAndNone) {
  const std::vector<std::vector<std::uint8_t>> others = {
      {1, 2, 0, 0, 0, 0, 2}, {1, 2, 0, 0, 0, 0, 1, 0}, {1, 2, 0, 0, 0, 0}, {9}};
  for (const std::vector<std::uint8_t>& other : others) {
    EXPECT_EQ(Release().form(other).broken, release_form::kClientId) << other.size();
  }
  EXPECT_EQ(Release().form({}).broken, release_form::kClientId);
  EXPECT_EQ(broken_by([](Release& release) {
              release.message.options = {};
              release.message.options.add(option::kServerId);
            }),
            release_form::kClientId);
}

TEST(ReleaseForm, JoinsAClientIdThatCameInPieces) {
  std::vector<std::uint8_t> id(600);
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(i % 251);
  Release release;
  release.message.client_id = id;
  EXPECT_EQ(release.form(id).broken, 0);
  std::vector<std::uint8_t> other = id;
  other[300] ^= 1U;
  EXPECT_EQ(release.form(other).broken, release_form::kClientId);
}

TEST(ReleaseForm, FindsMissingAndOtherOptions) {
  // Without option 54, the destination cannot be what it says.
  EXPECT_EQ(broken_by([](Release& release) {
              release.message.options = {};
              release.message.options.add(option::kClientId);
            }),
            release_form::kOptions | release_form::kDestination);
  EXPECT_EQ(broken_by([](Release& release) { release.message.options.add(option::kRequestedAddress); }),
            release_form::kOptions);
}

}  // namespace
}  // namespace unlease::sim
