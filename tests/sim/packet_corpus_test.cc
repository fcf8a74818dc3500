// The frames that the fuzz target starts from, tests/fuzz/corpus/packet, are made here: what the encoder writes, what a
// server may send, and something of every fault. To write them down anew:
// UNLEASE_UPDATE_CORPUS=1 build/release/tests/sim_tests --gtest_filter='PacketCorpus.*'
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/packet.h"
#include "tests/sim/packet_test_support.h"

namespace unlease::sim {
namespace {

namespace fs = std::filesystem;

// By file name: the type of the message or the fault, and what is special.
using Corpus = std::map<std::string, ByteVector>;

ByteVector built(MessageType type) {
  static const ByteVector kAddresses{10, 0, 0, 1, 10, 0, 0, 2};
  static const ByteVector kText{'e', 'x', 'a', 'm', 'p', 'l', 'e'};
  static const ByteVector kId{1, 2, 0, 0, 0, 0, 1};
  static const ByteVector kList{1, 3, 6, 15, 44, 46, 51, 54};
  const bool from_client = type == MessageType::kDiscover || type == MessageType::kRequest ||
                           type == MessageType::kDecline || type == MessageType::kRelease ||
                           type == MessageType::kInform;
  DhcpMessage message;
  message.type = type;
  message.op = from_client ? 1 : 2;
  message.xid = 0x3903F326;
  message.chaddr = {{2, 0, 0, 0, 0, 1}};
  message.server_id = Ipv4{0x0A000001};
  message.client_id = kId;
  message.options.add(option::kServerId);
  message.options.add(option::kClientId);
  if (from_client) {
    message.ciaddr = message.requested_address = Ipv4{0x0A00000A};
    message.host_name = kText;
    message.parameter_request_list = kList;
    message.message = kText;
    for (const std::uint8_t code :
         {option::kRequestedAddress, option::kHostName, option::kParameterRequestList, option::kMessage}) {
      message.options.add(code);
    }
  } else {
    message.yiaddr = Ipv4{0x0A00000A};
    message.flags = 0x8000;
    message.subnet_mask = Ipv4{0xFF000000};
    message.lease_seconds = 3600;
    message.renewal_seconds = 1800;
    message.rebinding_seconds = 3150;
    message.netbios_node_type = 8;
    message.routers = message.domain_name_servers = message.netbios_name_servers = kAddresses;
    message.domain_name = kText;
    for (const std::uint8_t code : {option::kSubnetMask, option::kLeaseTime, option::kRenewalTime,
                                    option::kRebindingTime, option::kNetbiosNodeType, option::kRouters,
                                    option::kDomainNameServers, option::kNetbiosNameServers, option::kDomainName}) {
      message.options.add(code);
    }
  }
  const Endpoints endpoints{.source_mac = {{2, 0, 0, 0, 0, 1}},
                            .destination_mac = kBroadcastMac,
                            .source = Ipv4{0x0A000001},
                            .destination = kBroadcastIp,
                            .source_port = from_client ? kClientPort : kServerPort,
                            .destination_port = from_client ? kServerPort : kClientPort};
  ByteVector frame(kMaxFrame);
  frame.resize(write_frame(frame, endpoints, message));
  return frame;
}

ByteVector mended(ByteVector frame, std::size_t at, std::uint8_t value) {
  frame[at] = value;
  RawFrame::repair_checksums(frame);
  return frame;
}

Corpus corpus() {
  const ByteVector address{10, 0, 0, 1};
  const ByteVector ack = built(MessageType::kAck);
  Corpus frames;
  for (int type = 1; type < kMessageTypeCount; ++type) {
    frames[std::string(name(static_cast<MessageType>(type)))] = built(static_cast<MessageType>(type));
  }
  frames["ack-overloaded"] = RawFrame()
                                 .options(option_bytes(52, {3}) + option_bytes(56, {'a'}) + kAckOption + kEndOption)
                                 .file(option_bytes(56, {'b', 'c'}) + option_bytes(61, address) + kEndOption)
                                 .sname(option_bytes(56, {'d'}) + option_bytes(6, address) + kEndOption)
                                 .frame();
  frames["ack-with-a-long-option"] =
      RawFrame()
          .options(kAckOption + option_bytes(56, ByteVector(255, 'x')) + option_bytes(56, {'y'}) + kEndOption)
          .frame();
  RawFrame with_ip_options;
  with_ip_options.ip_options = ByteVector(8, 1);
  frames["ack-with-ip-options"] = with_ip_options.options(kAckOption + option_bytes(12, {'x'})).frame();
  frames["ack-with-ethernet-padding"] = RawFrame().options(kAckOption).frame() + ByteVector(20);
  frames["truncated"] = ByteVector(ack.begin(), ack.begin() + 100);
  frames["not-ipv4"] = mended(ack, 13, 6);
  frames["bad-ip-header"] = ack;
  frames["bad-ip-header"][24] ^= 1U;
  frames["fragment"] = mended(ack, 20, 0x20);
  frames["not-udp"] = mended(ack, 23, 6);
  frames["bad-udp"] = ack;
  frames["bad-udp"][40] ^= 1U;
  frames["not-dhcp"] = mended(ack, 14 + 28 + 236, 0);
  frames["bad-dhcp-header"] = mended(ack, 14 + 28 + 2, 7);
  frames["bad-option"] = RawFrame().options(kAckOption + option_bytes(51, {1, 2, 3}) + kEndOption).frame();
  frames["no-message-type"] = RawFrame().options(option_bytes(51, address) + kEndOption).frame();
  return frames;
}

// "ack" or "bad-option": what decoding says, as a file is named.
std::string verdict_of(const ByteVector& frame) {
  const Decoded decoded(frame);
  std::string verdict(decoded.ok() ? name(decoded.message().type) : name(*decoded.fault()));
  for (char& c : verdict) c = c == ' ' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return verdict;
}

TEST(PacketCorpus, IsWhatIsMadeHere) {
  const fs::path folder = fs::path(UNLEASE_SOURCE_DIR) / "tests/fuzz/corpus/packet";
  const Corpus frames = corpus();
  if (std::getenv("UNLEASE_UPDATE_CORPUS") != nullptr) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    for (const auto& [file, bytes] : frames) {
      std::ofstream(folder / file, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
  }
  Corpus files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename().string()] = ByteVector(std::istreambuf_iterator<char>(file), {});
  }
  EXPECT_EQ(files, frames) << "write them down anew, see this test's first lines";
}

TEST(PacketCorpus, FilesAreNamedAfterWhatDecodingSays) {
  for (const auto& [file, bytes] : corpus()) EXPECT_TRUE(file.starts_with(verdict_of(bytes))) << file;
}

}  // namespace
}  // namespace unlease::sim
