// What benchmarks of one thread measure with.
#pragma once

#include <ctime>

namespace unlease::bench {

// The time that this thread has computed: what others do meanwhile on a shared machine is not in it.
inline double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// How long `work()` takes.
template <class Work>
double seconds_of(const Work& work) {
  const double begin = thread_seconds();
  work();
  return thread_seconds() - begin;
}

}  // namespace unlease::bench
