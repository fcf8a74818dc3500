#include "hw/frame_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace unlease::hw {
namespace {

constexpr unsigned kVlanMask = 0xFFF;  // the VLAN's number in a tag; 0: none, only a priority
constexpr std::size_t kFrame = 2048;   // more than any Ethernet frame without jumbo payload
constexpr std::size_t kBatch = 64;
// Room for a burst: what is not asked for in time is lost.
constexpr int kReceiveRoom = 32 << 20;
constexpr std::size_t kUdpChecksumAt = 6;
// An interface whose queue stays full for seconds is stuck.
constexpr int kMostRefusals = 5'000;

// Only ARP, and IPv4 with UDP to a port of DHCP, no later fragments: the kernel throws away the rest.
constexpr std::array<sock_filter, 13> kFilter{{
    BPF_STMT(BPF_LD + BPF_H + BPF_ABS, 12),
    BPF_JUMP(BPF_JMP + BPF_JEQ + BPF_K, ETHERTYPE_ARP, 9, 0),
    BPF_JUMP(BPF_JMP + BPF_JEQ + BPF_K, ETHERTYPE_IP, 0, 9),
    BPF_STMT(BPF_LD + BPF_B + BPF_ABS, 23),
    BPF_JUMP(BPF_JMP + BPF_JEQ + BPF_K, IPPROTO_UDP, 0, 7),
    BPF_STMT(BPF_LD + BPF_H + BPF_ABS, 20),
    BPF_JUMP(BPF_JMP + BPF_JSET + BPF_K, 0x1FFF, 5, 0),
    BPF_STMT(BPF_LDX + BPF_B + BPF_MSH, 14),
    BPF_STMT(BPF_LD + BPF_H + BPF_IND, 16),
    BPF_JUMP(BPF_JMP + BPF_JEQ + BPF_K, 67, 1, 0),
    BPF_JUMP(BPF_JMP + BPF_JEQ + BPF_K, 68, 0, 1),
    BPF_STMT(BPF_RET + BPF_K, 0xFFFF),
    BPF_STMT(BPF_RET + BPF_K, 0),
}};

std::string reason(int error) { return std::generic_category().message(error); }

// The interface's flags; none, and errno, where they cannot be had.
std::optional<unsigned> flags_of(int socket, const std::string& interface) {
  ifreq request{};
  interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
  if (ioctl(socket, SIOCGIFFLAGS, &request) != 0) return std::nullopt;
  return static_cast<unsigned short>(request.ifr_flags);
}

std::string interfaces() {
  std::string names;
  struct if_nameindex* const list = if_nameindex();
  if (list == nullptr) return names;
  for (const struct if_nameindex* each = list; each->if_index != 0; ++each) {
    if (!names.empty()) names += ", ";
    names += each->if_name;
  }
  if_freenameindex(list);
  return names;
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& from) noexcept : value_(std::exchange(from.value_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }

  int operator*() const { return value_; }

 private:
  int value_;
};

class PacketSocket final : public FrameSocket {
 public:
  PacketSocket(Descriptor socket, std::string interface)
      : socket_(std::move(socket)), interface_(std::move(interface)) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      incoming_bytes_[i] = {.iov_base = frames_in_[i].data(), .iov_len = kFrame};
      point(incoming_[i], incoming_bytes_[i]);
      incoming_[i].msg_hdr.msg_control = controls_[i].data();
      outgoing_bytes_[i] = {.iov_base = frames_out_[i].data(), .iov_len = 0};
      point(outgoing_[i], outgoing_bytes_[i]);
    }
  }

  void send(std::span<const std::uint8_t> frame) override {
    if (frame.size() > kFrame) return;
    std::ranges::copy(frame, frames_out_[gathered_].begin());
    outgoing_bytes_[gathered_].iov_len = frame.size();
    if (++gathered_ == kBatch) flush();
  }

  void flush() override {
    if (gathered_ == 0) return;
    std::size_t sent = 0;
    int refused = 0;
    while (sent < gathered_ && !failure_) {
      const int now = sendmmsg(*socket_, &outgoing_[sent], static_cast<unsigned>(gathered_ - sent), 0);
      if (now > 0) {
        sent += static_cast<std::size_t>(now);
      } else if (errno == EMSGSIZE) {
        ++sent;
      } else if (errno == ENOBUFS && refused++ < kMostRefusals) {
        pollfd writable{.fd = *socket_, .events = POLLOUT, .revents = 0};
        const timespec pause{.tv_sec = 0, .tv_nsec = 1'000'000};
        ppoll(&writable, 1, &pause, nullptr);
      } else if (errno != EINTR) {
        fail(errno);
      }
    }
    gathered_ = 0;
    check_link();
  }

  std::span<const std::uint8_t> receive(std::chrono::nanoseconds wait) override {
    if (taken_ == came_ && !failure_) fetch(wait);
    while (taken_ < came_) {
      const std::size_t at = taken_++;
      const std::span<std::uint8_t> frame(frames_in_[at].data(), incoming_[at].msg_len);
      const tpacket_auxdata auxiliary = auxiliary_of(incoming_[at].msg_hdr);
      // The kernel has taken the tag off by now, but the frame is of another network.
      if ((auxiliary.tp_status & TP_STATUS_VLAN_VALID) != 0 && (auxiliary.tp_vlan_tci & kVlanMask) != 0) continue;
      // Handed over before anything computed its checksum, as between the ends of a veth.
      if ((auxiliary.tp_status & TP_STATUS_CSUMNOTREADY) != 0) clear_checksum(frame);
      return frame;
    }
    return {};
  }

  const std::optional<std::string>& failure() const override { return failure_; }

  std::uint64_t overrun() override {
    tpacket_stats since{};
    socklen_t size = sizeof since;
    if (getsockopt(*socket_, SOL_PACKET, PACKET_STATISTICS, &since, &size) == 0) overrun_ += since.tp_drops;
    return overrun_;
  }

 private:
  static void point(mmsghdr& message, iovec& bytes) {
    message.msg_hdr.msg_iov = &bytes;
    message.msg_hdr.msg_iovlen = 1;
  }

  void fetch(std::chrono::nanoseconds wait) {
    taken_ = came_ = 0;
    if (wait > std::chrono::nanoseconds::zero()) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait);
      const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (wait - seconds).count()};
      pollfd readable{.fd = *socket_, .events = POLLIN, .revents = 0};
      const int ready = ppoll(&readable, 1, &limit, nullptr);
      if (ready == 0) check_link();
      if (ready <= 0) return;
    }
    for (std::size_t i = 0; i < kBatch; ++i) incoming_[i].msg_hdr.msg_controllen = controls_[i].size();
    const int came = recvmmsg(*socket_, incoming_.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (came > 0) {
      came_ = static_cast<std::size_t>(came);
    } else if (errno != EAGAIN && errno != EINTR) {
      fail(errno);
    }
  }

  void fail(int error) {
    check_link();
    if (failure_) return;
    const bool down = error == ENETDOWN || error == ENXIO || error == ENODEV;
    failure_ = down ? fmt::format("the interface '{}' went down", interface_)
                    : fmt::format("the interface '{}' failed: {}", interface_, reason(error));
  }

  // Without a link the kernel takes frames and throws them away: no call fails.
  void check_link() {
    if (failure_) return;
    const std::optional<unsigned> flags = flags_of(*socket_, interface_);
    if (!flags) {
      failure_ = fmt::format("the interface '{}' is gone", interface_);
    } else if ((*flags & IFF_UP) == 0) {
      failure_ = fmt::format("the interface '{}' went down", interface_);
    } else if ((*flags & IFF_RUNNING) == 0) {
      failure_ = fmt::format("the interface '{}' lost its link", interface_);
    }
  }

  // What the kernel says of a frame.
  static tpacket_auxdata auxiliary_of(msghdr& message) {
    tpacket_auxdata auxiliary{};
    for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
      if (each->cmsg_level != SOL_PACKET || each->cmsg_type != PACKET_AUXDATA) continue;
      std::memcpy(&auxiliary, CMSG_DATA(each), sizeof auxiliary);
    }
    return auxiliary;
  }
  static void clear_checksum(std::span<std::uint8_t> frame) {
    if (frame.size() < sizeof(ether_header) + 1) return;
    const std::size_t at = sizeof(ether_header) + std::size_t{frame[sizeof(ether_header)] & 0x0FU} * 4 + kUdpChecksumAt;
    if (at + 2 <= frame.size()) frame[at] = frame[at + 1] = 0;
  }

  Descriptor socket_;
  std::string interface_;
  std::optional<std::string> failure_;
  std::uint64_t overrun_ = 0;
  std::size_t gathered_ = 0;  // to be sent
  std::size_t came_ = 0;
  std::size_t taken_ = 0;  // of those that came
  std::array<mmsghdr, kBatch> incoming_{};
  std::array<mmsghdr, kBatch> outgoing_{};
  std::array<iovec, kBatch> incoming_bytes_{};
  std::array<iovec, kBatch> outgoing_bytes_{};
  alignas(cmsghdr) std::array<std::array<std::uint8_t, CMSG_SPACE(sizeof(tpacket_auxdata))>, kBatch> controls_{};
  std::array<std::array<std::uint8_t, kFrame>, kBatch> frames_in_;
  std::array<std::array<std::uint8_t, kFrame>, kBatch> frames_out_;
};

// What is wrong with the interface as such; none where it can be used.
std::optional<std::string> objection(int socket, const std::string& interface) {
  ifreq request{};
  interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
  if (ioctl(socket, SIOCGIFHWADDR, &request) != 0) return fmt::format("interface '{}': {}", interface, reason(errno));
  if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER) return fmt::format("interface '{}' is no Ethernet", interface);
  const std::optional<unsigned> flags = flags_of(socket, interface);
  if (!flags) return fmt::format("interface '{}': {}", interface, reason(errno));
  if ((*flags & IFF_UP) == 0) {
    return fmt::format("interface '{0}' is down; to bring it up: ip link set {0} up", interface);
  }
  if ((*flags & IFF_RUNNING) == 0) {
    return fmt::format("interface '{}' has no link: is the cable in, is the other end up?", interface);
  }
  return std::nullopt;
}

template <class Value>
bool set(int socket, int level, int option, const Value& value) {
  return setsockopt(socket, level, option, &value, sizeof value) == 0;
}

}  // namespace

std::expected<std::unique_ptr<FrameSocket>, std::string> open_frame_socket(const std::string& name) {
  const unsigned index = name.size() < IFNAMSIZ ? if_nametoindex(name.c_str()) : 0;
  if (index == 0) {
    return std::unexpected(fmt::format("there is no interface '{}'; there are {}", name, interfaces()));
  }
  // Protocol 0: nothing comes until all is set up.
  Descriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  if (*socket < 0) {
    if (errno != EPERM) return std::unexpected(fmt::format("no packet socket: {}", reason(errno)));
    return std::unexpected(
        "no permission to send and receive frames; run it as root, or give the program that right once: "
        "sudo setcap cap_net_raw+ep PROGRAM");
  }
  if (auto why = objection(*socket, name)) return std::unexpected(*std::move(why));

  std::array<sock_filter, kFilter.size()> statements = kFilter;
  const sock_fprog filter{.len = statements.size(), .filter = statements.data()};
  packet_mreq everything{};
  everything.mr_ifindex = static_cast<int>(index);
  everything.mr_type = PACKET_MR_PROMISC;
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(index);
  // More room than the system allows by itself needs CAP_NET_ADMIN; without it there is as much as it allows.
  if (!set(*socket, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveRoom)) set(*socket, SOL_SOCKET, SO_RCVBUF, kReceiveRoom);
  const bool ready = set(*socket, SOL_SOCKET, SO_ATTACH_FILTER, filter) &&
                     set(*socket, SOL_PACKET, PACKET_AUXDATA, 1) &&
                     set(*socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1) &&
                     set(*socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, everything) &&
                     bind(*socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (!ready) return std::unexpected(fmt::format("interface '{}': {}", name, reason(errno)));
  return std::make_unique<PacketSocket>(std::move(socket), name);
}

}  // namespace unlease::hw
