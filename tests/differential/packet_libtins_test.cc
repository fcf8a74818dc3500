// The codec against libtins, which shares nothing with it: random valid messages written by the one and read by the
// other, both ways, field by field.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <tins/dhcp.h>
#include <tins/ethernetII.h>
#include <tins/ip.h>
#include <tins/rawpdu.h>
#include <tins/udp.h>

#include "sim/packet.h"
#include "tests/sim/packet_test_support.h"
#include "tests/sim/random_message.h"
#include "tests/sim/random_test_support.h"

namespace unlease::sim {
namespace {

using Options = std::map<std::uint8_t, ByteVector>;

constexpr std::size_t kMaxOption = 255;

Tins::IPv4Address address(Ipv4 from) { return Tins::IPv4Address(to_string(from)); }
Tins::HWAddress<6> hardware(const MacAddress& from) { return {from.bytes.data()}; }

ByteVector big_endian(std::uint32_t value) {
  ByteVector bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  return bytes;
}

// The options that a message has, each as the bytes of its value.
Options options_of(const DhcpMessage& message) {
  Options all{{option::kSubnetMask, big_endian(message.subnet_mask.value)},
              {option::kNetbiosNodeType, {message.netbios_node_type}},
              {option::kRequestedAddress, big_endian(message.requested_address.value)},
              {option::kLeaseTime, big_endian(message.lease_seconds)},
              {option::kMessageType, {static_cast<std::uint8_t>(message.type)}},
              {option::kServerId, big_endian(message.server_id.value)},
              {option::kRenewalTime, big_endian(message.renewal_seconds)},
              {option::kRebindingTime, big_endian(message.rebinding_seconds)}};
  for (std::size_t i = 0; i < kViews.size(); ++i) all[kViewCodes[i]] = to_vector(message.*kViews[i]);
  std::erase_if(all, [&](const auto& option) { return !message.options.has(option.first); });
  return all;
}

// The options that libtins read, up to the end option. It joins no pieces (RFC 3396), so that is done here. It also
// goes on behind the end: what it finds there has to be the padding.
Options joined_options(const Tins::DHCP& dhcp) {
  Options joined;
  const auto options = dhcp.options();
  const auto is = [](std::uint8_t code) { return [code](const auto& option) { return option.option() == code; }; };
  const auto end = std::ranges::find_if(options, is(Tins::DHCP::END));
  EXPECT_NE(end, options.end());
  for (auto option = options.begin(); option != end; ++option) {
    ByteVector& value = joined[option->option()];
    value.insert(value.end(), option->data_ptr(), option->data_ptr() + option->data_size());
  }
  EXPECT_TRUE(end == options.end() || std::all_of(end + 1, options.end(), is(Tins::DHCP::PAD)));
  return joined;
}

// --- Ours, read by libtins -------------------------------------------------------------------------------------------

void expect_read(const Tins::EthernetII& frame, const Endpoints& endpoints) {
  EXPECT_EQ(frame.src_addr(), hardware(endpoints.source_mac));
  EXPECT_EQ(frame.dst_addr(), hardware(endpoints.destination_mac));
  const auto& ip = frame.rfind_pdu<Tins::IP>();
  EXPECT_EQ(ip.src_addr(), address(endpoints.source));
  EXPECT_EQ(ip.dst_addr(), address(endpoints.destination));
  EXPECT_EQ(ip.ttl(), 128);
  EXPECT_FALSE(ip.is_fragmented());
  const auto& udp = frame.rfind_pdu<Tins::UDP>();
  EXPECT_EQ(udp.sport(), endpoints.source_port);
  EXPECT_EQ(udp.dport(), endpoints.destination_port);
}

void expect_read(const Tins::DHCP& dhcp, const DhcpMessage& message) {
  EXPECT_EQ(dhcp.opcode(), message.op);
  EXPECT_EQ(dhcp.htype(), 1);
  EXPECT_EQ(dhcp.hlen(), 6);
  EXPECT_EQ(dhcp.hops(), message.hops);
  EXPECT_EQ(dhcp.xid(), message.xid);
  EXPECT_EQ(dhcp.secs(), message.secs);
  EXPECT_EQ(dhcp.padding(), message.flags);  // libtins has BOOTP's name for it
  EXPECT_EQ(dhcp.ciaddr(), address(message.ciaddr));
  EXPECT_EQ(dhcp.yiaddr(), address(message.yiaddr));
  EXPECT_EQ(dhcp.siaddr(), address(message.siaddr));
  EXPECT_EQ(dhcp.giaddr(), address(message.giaddr));
  EXPECT_EQ(dhcp.chaddr(), Tins::HWAddress<16>(hardware(message.chaddr)));
  EXPECT_TRUE(std::all_of(dhcp.sname(), dhcp.sname() + 64, [](std::uint8_t byte) { return byte == 0; }));
  EXPECT_TRUE(std::all_of(dhcp.file(), dhcp.file() + 128, [](std::uint8_t byte) { return byte == 0; }));
  EXPECT_EQ(joined_options(dhcp), options_of(message));

  // What libtins makes of the values that it knows.
  EXPECT_EQ(dhcp.type(), static_cast<std::uint8_t>(message.type));
  const auto both = [&](std::uint8_t code, auto read, const auto& value) {
    if (message.options.has(code)) {
      EXPECT_EQ((dhcp.*read)(), value) << static_cast<int>(code);
    }
  };
  using AddressReader = Tins::IPv4Address (Tins::DHCP::*)() const;
  using NumberReader = std::uint32_t (Tins::DHCP::*)() const;
  both(option::kSubnetMask, AddressReader(&Tins::DHCP::subnet_mask), address(message.subnet_mask));
  both(option::kRequestedAddress, AddressReader(&Tins::DHCP::requested_ip), address(message.requested_address));
  both(option::kServerId, AddressReader(&Tins::DHCP::server_identifier), address(message.server_id));
  both(option::kLeaseTime, NumberReader(&Tins::DHCP::lease_time), message.lease_seconds);
  both(option::kRenewalTime, NumberReader(&Tins::DHCP::renewal_time), message.renewal_seconds);
  both(option::kRebindingTime, NumberReader(&Tins::DHCP::rebind_time), message.rebinding_seconds);
}

TEST(PacketLibtins, ReadsWhatWeWrite) {
  const std::uint64_t seed = random_test_seed();
  SCOPED_TRACE(how_to_repeat(seed, "PacketLibtins.ReadsWhatWeWrite"));
  RandomBytes random(seed);
  int read = 0;
  int split = 0;
  for (int round = 0; round < 2000 && !::testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(round);
    const auto sent = random_message(random);
    const Endpoints endpoints = random_endpoints(random);
    std::array<std::uint8_t, kMaxFrame> buffer{};
    const std::size_t size = write_frame(buffer, endpoints, sent->message);
    if (size == 0) continue;  // too long for a frame
    ++read;
    Tins::EthernetII frame(buffer.data(), static_cast<std::uint32_t>(size));
    expect_read(frame, endpoints);
    expect_read(frame.rfind_pdu<Tins::RawPDU>().to<Tins::DHCP>(), sent->message);
    split += std::ranges::any_of(options_of(sent->message),
                                 [](const auto& option) { return option.second.size() > kMaxOption; });
    // libtins does not check lengths and checksums when it reads; when it writes, it sets them anew.
    EXPECT_EQ(frame.serialize(), to_vector(Bytes(buffer).first(size)));
  }
  EXPECT_GT(read, 1400);
  EXPECT_GT(split, 15);
}

// --- libtins', read by us --------------------------------------------------------------------------------------------

// A message as libtins gets it: options in any order, some in pieces.
class LibtinsMessage {
 public:
  LibtinsMessage(RandomBytes& random, const DhcpMessage& message) : random_(random) {
    set_fixed_part(message);
    Options options = options_of(message);
    for (std::size_t left = random.below(3); left > 0; --left) {  // some that we do not know
      options[static_cast<std::uint8_t>(64 + random.below(255 - 64))] = random.bytes(random.below(kMaxOption + 1));
    }
    for (const auto& [code, value] : options) present_.add(code);
    add_shuffled(options, message);
    if (random.below(8) != 0) dhcp_.end();
  }

  const Tins::DHCP& dhcp() const { return dhcp_; }
  const OptionSet& present() const { return present_; }
  // The bytes of those options with a member here that have to be joined.
  std::size_t joined() const { return joined_; }

 private:
  void set_fixed_part(const DhcpMessage& message) {
    dhcp_.opcode(message.op);
    dhcp_.hops(message.hops);
    dhcp_.xid(message.xid);
    dhcp_.secs(message.secs);
    dhcp_.padding(message.flags);
    dhcp_.ciaddr(address(message.ciaddr));
    dhcp_.yiaddr(address(message.yiaddr));
    dhcp_.siaddr(address(message.siaddr));
    dhcp_.giaddr(address(message.giaddr));
    // Only six bytes of chaddr count, and no option says that sname and file hold options.
    ByteVector chaddr = random_.bytes(16);
    std::ranges::copy(message.chaddr.bytes, chaddr.begin());
    dhcp_.chaddr(Tins::HWAddress<16>(chaddr.data()));
    dhcp_.sname(random_.bytes(64).data());
    dhcp_.file(random_.bytes(128).data());
  }

  // The pieces of an option stay in order; between them others may come, and padding.
  void add_shuffled(const Options& options, const DhcpMessage& message) {
    std::map<std::uint8_t, std::vector<ByteVector>> pieces;
    std::vector<std::uint8_t> order;
    for (const auto& [code, value] : options) {
      pieces[code] = cut(value);
      order.insert(order.end(), pieces[code].size(), code);
      if (pieces[code].size() > 1 && std::ranges::find(kCodes, code) != kCodes.end()) joined_ += value.size();
    }
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    std::map<std::uint8_t, std::size_t> used;
    for (const std::uint8_t code : order) {
      if (random_.below(8) == 0) dhcp_.add_option({Tins::DHCP::PAD});
      const ByteVector& piece = pieces[code][used[code]++];
      if (pieces[code].size() > 1 || !add_number(code, message)) {
        dhcp_.add_option({code, piece.begin(), piece.end()});
      }
    }
  }

  std::vector<ByteVector> cut(const ByteVector& value) {
    std::vector<ByteVector> pieces;
    const bool whole = value.size() <= kMaxOption && random_.below(8) != 0;
    for (auto at = value.begin(); at != value.end() || pieces.empty();) {
      const auto left = static_cast<std::size_t>(value.end() - at);
      const std::size_t size = whole ? left : random_.below(std::min(left, kMaxOption) + 1);
      const auto end = at + static_cast<std::ptrdiff_t>(size);
      pieces.emplace_back(at, end);
      at = end;
    }
    return pieces;
  }

  // Numbers and addresses go through libtins' own functions, where it has one.
  bool add_number(std::uint8_t code, const DhcpMessage& message) {
    switch (code) {
      case option::kSubnetMask:
        dhcp_.subnet_mask(address(message.subnet_mask));
        return true;
      case option::kRequestedAddress:
        dhcp_.requested_ip(address(message.requested_address));
        return true;
      case option::kLeaseTime:
        dhcp_.lease_time(message.lease_seconds);
        return true;
      case option::kMessageType:
        dhcp_.type(static_cast<Tins::DHCP::Flags>(message.type));
        return true;
      case option::kServerId:
        dhcp_.server_identifier(address(message.server_id));
        return true;
      case option::kRenewalTime:
        dhcp_.renewal_time(message.renewal_seconds);
        return true;
      case option::kRebindingTime:
        dhcp_.rebind_time(message.rebinding_seconds);
        return true;
      default:
        return false;
    }
  }

  RandomBytes& random_;
  Tins::DHCP dhcp_;
  OptionSet present_;
  std::size_t joined_ = 0;
};

ByteVector libtins_frame(RandomBytes& random, const Endpoints& endpoints, const Tins::DHCP& dhcp) {
  Tins::EthernetII frame(hardware(endpoints.destination_mac), hardware(endpoints.source_mac));
  Tins::IP ip(address(endpoints.destination), address(endpoints.source));
  ip.id(static_cast<std::uint16_t>(random.next()));
  ip.ttl(random.byte());
  ip.tos(random.byte());
  for (std::size_t left = random.below(8); left > 0; --left) {
    ip.add_option(Tins::IP::option_identifier(Tins::IP::NOOP, Tins::IP::CONTROL, 0));
  }
  frame /= ip;
  frame /= Tins::UDP(endpoints.destination_port, endpoints.source_port);
  frame /= dhcp;
  return frame.serialize();
}

TEST(PacketLibtins, WritesWhatWeRead) {
  const std::uint64_t seed = random_test_seed();
  SCOPED_TRACE(how_to_repeat(seed, "PacketLibtins.WritesWhatWeRead"));
  RandomBytes random(seed);
  DecodeScratch scratch;
  int read = 0;
  int joined = 0;
  for (int round = 0; round < 2000 && !::testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(round);
    const auto sent = random_message(random);
    const Endpoints endpoints = random_endpoints(random);
    const LibtinsMessage theirs(random, sent->message);
    const ByteVector frame = libtins_frame(random, endpoints, theirs.dhcp());
    const auto received = decode_frame(frame, scratch);
    if (theirs.joined() > scratch.bytes.size()) {  // libtins knows no MTU
      ASSERT_FALSE(received.has_value());
      EXPECT_EQ(received.error(), PacketFault::kTooManyOptions);
      continue;
    }
    ASSERT_TRUE(received.has_value()) << name(received.error());
    ++read;
    joined += theirs.joined() > 0;
    sent->message.options = theirs.present();
    expect_same(sent->message, received->message);
    expect_same(endpoints, received->endpoints);
  }
  EXPECT_GT(read, 1700);
  EXPECT_GT(joined, 500);
}

}  // namespace
}  // namespace unlease::sim
