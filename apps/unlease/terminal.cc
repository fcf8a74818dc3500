#include "apps/unlease/terminal.h"

#include <cstdlib>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#else
#include <unistd.h>
#endif

#ifdef __MINGW32__
// Its start code would expand patterns in arguments, in its own way: we do.
extern "C" {
int _CRT_glob = 0;
}
#endif

namespace unlease::app {

#ifdef _WIN32

namespace {

// Where it is no console, GetConsoleMode fails and so does whatever follows.
struct ConsoleStream {
  explicit ConsoleStream(DWORD which) : handle(GetStdHandle(which)), is_console(GetConsoleMode(handle, &mode) != 0) {}

  // Before Windows 10 there are no escape codes.
  bool enable_escape_codes() const {
    return is_console && SetConsoleMode(handle, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
  }
  void restore() const {
    if (is_console) SetConsoleMode(handle, mode);
  }

  DWORD mode = 0;
  HANDLE handle;
  bool is_console;
};

}  // namespace

Terminal::Terminal() {
  _setmode(1, _O_BINARY);
  _setmode(2, _O_BINARY);
  const ConsoleStream out(STD_OUTPUT_HANDLE);
  const ConsoleStream err(STD_ERROR_HANDLE);
  if (!out.is_console && !err.is_console) return;
  const UINT code_page = GetConsoleOutputCP();
  SetConsoleOutputCP(CP_UTF8);
  out_ = out.enable_escape_codes();
  err_ = err.enable_escape_codes();
  restore_ = [out, err, code_page] {
    err.restore();
    out.restore();
    SetConsoleOutputCP(code_page);
  };
}

const char* Terminal::type() const {
  const char* const said = std::getenv("TERM");
  return said == nullptr && (out_ || err_) ? "console" : said;
}

#else

Terminal::Terminal() : out_(isatty(1) != 0), err_(isatty(2) != 0) {}

const char* Terminal::type() const { return std::getenv("TERM"); }

#endif

Terminal::~Terminal() {
  if (restore_) restore_();
}

}  // namespace unlease::app
