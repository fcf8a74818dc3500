// A real interface as the wire of a simulated World.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "hw/frame_socket.h"
#include "sim/outside.h"

namespace unlease::app {

// While it lives, Ctrl-C and SIGTERM do not end the program, but are remembered. There is one at a time.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  static bool came();

 private:
  using Handler = void (*)(int);
  Handler former_interrupt_;
  Handler former_terminate_;
};

// Ends when the socket fails, or somebody interrupts; then what came until that moment is still received.
class RealWire final : public sim::Outside {
 public:
  explicit RealWire(std::unique_ptr<hw::FrameSocket> socket) : socket_(std::move(socket)) {}

  Instant now() override;
  void send(sim::Bytes frame) override;
  sim::Bytes receive(Instant until) override;
  bool ended() const override { return ended_; }

  hw::FrameSocket& socket() { return *socket_; }

 private:
  std::unique_ptr<hw::FrameSocket> socket_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  bool ended_ = false;
  unsigned late_ = 0;        // calls in a row that could not wait and found nothing
  unsigned last_looks_ = 0;  // for frames, since somebody interrupted
};

}  // namespace unlease::app
