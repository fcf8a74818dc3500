// Memory that is needed soon is read before, so that it is in the cache by then.
#pragma once

namespace unlease::sim {

// Reads a byte, for which nothing waits. C++ has no name for the instruction that does just that.
inline void touch(const void* memory) { static_cast<void>(*static_cast<const volatile unsigned char*>(memory)); }

}  // namespace unlease::sim
