// The terminal that the process writes to, if it is one. The only file here that knows one platform from another.
#pragma once

#include <functional>

namespace unlease::app {

// Prepares standard output and standard error, and says what they are. On Windows: the same bytes as elsewhere, which
// means no carriage return before a newline; on a console UTF-8 and escape codes. One a process. What it changed of the
// console, which outlives the process, it changes back when it is destroyed: not where Ctrl-C ends the process.
class Terminal {
 public:
  Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  // Whether the stream is a terminal that understands escape codes.
  bool out() const { return out_; }
  bool err() const { return err_; }
  // Its type as wants_progress() takes it; null where nobody knows.
  const char* type() const;

 private:
  bool out_ = false;
  bool err_ = false;
  std::function<void()> restore_;  // empty: there is nothing to change back
};

}  // namespace unlease::app
