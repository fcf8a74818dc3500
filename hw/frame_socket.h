// Frames in and out of an Ethernet interface of this machine, below its own IP stack. Linux: AF_PACKET.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace unlease::hw {

// All calls come from one thread.
class FrameSocket {
 public:
  FrameSocket() = default;
  FrameSocket(const FrameSocket&) = delete;
  FrameSocket& operator=(const FrameSocket&) = delete;
  virtual ~FrameSocket() = default;

  // Sends a whole Ethernet frame without FCS, its source MAC included; several may be gathered until flush(). Blocks
  // while the interface has no room. A frame longer than the interface's MTU and its header is lost.
  virtual void send(std::span<const std::uint8_t> frame) = 0;
  virtual void flush() = 0;

  // The next ARP or DHCP frame that came, whoever it is for: the interface listens to all. Waits for it for `wait` at
  // most, and is then empty; a signal ends the wait, too. 0: does not wait. A UDP checksum that the sender left to its
  // hardware is 0, as for "none" (RFC 768). Valid until the next call.
  virtual std::span<const std::uint8_t> receive(std::chrono::nanoseconds wait) = 0;

  // Why nothing comes or leaves any more: the interface went down, is gone, or lost its link; none while it is well.
  // Looked for whenever frames were sent, and when a wait for one was in vain.
  virtual const std::optional<std::string>& failure() const = 0;

  // Frames that came and were lost for want of room, so far.
  virtual std::uint64_t overrun() = 0;
};

// Opens the interface of that name. An error says what is wrong and what to do about it: there is no such interface
// (and which there are), it is no Ethernet, it is down or without a link, the process may not (CAP_NET_RAW), or this
// build cannot.
std::expected<std::unique_ptr<FrameSocket>, std::string> open_frame_socket(const std::string& name);

}  // namespace unlease::hw
