#include "apps/unlease/real_wire.h"

#include <algorithm>
#include <csignal>

namespace unlease::app {
namespace {

// What a signal handler may write to. NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t interrupted = 0;

void remember(int) { interrupted = 1; }

// An interrupt that comes just before a wait is noticed after so long.
constexpr Duration kLongestWait = std::chrono::milliseconds(100);
// Who is late has better things to do than to look for frames each time.
constexpr unsigned kLateLooks = 16;
// So many frames are still received after an interrupt: more than a socket holds, but no flood without an end.
constexpr unsigned kLastFrames = 1U << 17U;

}  // namespace

Interrupt::Interrupt()
    : former_interrupt_(std::signal(SIGINT, remember)), former_terminate_(std::signal(SIGTERM, remember)) {}

Interrupt::~Interrupt() {
  std::signal(SIGINT, former_interrupt_);
  std::signal(SIGTERM, former_terminate_);
  interrupted = 0;
}

bool Interrupt::came() { return interrupted != 0; }

Instant RealWire::now() { return Instant{} + (std::chrono::steady_clock::now() - began_); }

void RealWire::send(sim::Bytes frame) {
  if (!ended_) socket_->send(frame);
}

sim::Bytes RealWire::receive(Instant until) {
  if (until <= now() && late_ % kLateLooks != 0) {
    ++late_;
    return {};
  }
  for (;;) {
    const bool last = Interrupt::came();
    if (last && ++last_looks_ > kLastFrames) {
      ended_ = true;
      return {};
    }
    const Duration wait = last ? Duration::zero() : std::clamp<Duration>(until - now(), Duration::zero(), kLongestWait);
    socket_->flush();
    const sim::Bytes frame = socket_->receive(wait);
    if (!frame.empty()) {
      late_ = 0;
      return frame;
    }
    ended_ = last || socket_->failure().has_value();
    if (ended_ || until <= now()) {
      ++late_;
      return {};
    }
  }
}

}  // namespace unlease::app
