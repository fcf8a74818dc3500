// A real wire over a socket that is none.
#include "apps/unlease/real_wire.h"

#include <array>
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <gtest/gtest.h>

namespace unlease::app {
namespace {

// There is always one more frame.
class Flood final : public hw::FrameSocket {
 public:
  void send(std::span<const std::uint8_t>) override {}
  void flush() override {}
  std::span<const std::uint8_t> receive(std::chrono::nanoseconds) override { return frame_; }
  const std::optional<std::string>& failure() const override { return failure_; }
  std::uint64_t overrun() override { return 0; }

 private:
  std::array<std::uint8_t, 60> frame_{};
  std::optional<std::string> failure_;
};

TEST(RealWire, AnInterruptEndsItInAFloodOfFrames) {
  const Interrupt interrupt;
  RealWire wire(std::make_unique<Flood>());
  EXPECT_FALSE(wire.receive(kNever).empty());
  std::raise(SIGINT);
  int frames = 0;
  while (!wire.receive(kNever).empty() && frames < 1'000'000) ++frames;
  EXPECT_TRUE(wire.ended());
  EXPECT_GT(frames, 0) << "what had come by then is still received";
}

}  // namespace
}  // namespace unlease::app
