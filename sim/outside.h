// What lies beyond a World whose wire is real: an interface with other people's clients or servers behind it. The World
// then keeps real time, and what it is made of (clients, servers, host, faults, invariants) is none the wiser.
#pragma once

#include "engine/time.h"
#include "sim/packet.h"

namespace unlease::sim {

// All calls come from the World's thread.
class Outside {
 public:
  Outside() = default;
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;
  virtual ~Outside() = default;

  // The real time, as the World counts it: 0 where it began. Never goes back.
  virtual Instant now() = 0;

  // A frame leaves, at the latest with the next receive() that has to wait; what is left after the last one is for the
  // owner to send. The bytes are the caller's.
  virtual void send(Bytes frame) = 0;

  // The next frame that came, whatever it is. Where there is none it waits, until `until` at the latest, and is then
  // empty; it does not wait where that is past. Valid until the next call.
  virtual Bytes receive(Instant until) = 0;

  // Nothing comes or leaves any more: the interface went down, or the user had enough. receive() then never waits, so
  // what remains of the World happens at once, in virtual time.
  virtual bool ended() const = 0;
};

}  // namespace unlease::sim
