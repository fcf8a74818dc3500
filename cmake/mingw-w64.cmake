# Toolchain: programs for 64-bit Windows, built on Debian and run under Wine. Static, so that each is one file.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix) # Google Test asks for one
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix) # posix: std::thread
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
# GCC 12's C++23 has std::type_info::operator== both inline and in the library, the same code; newer ones have not.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -Wl,--allow-multiple-definition")

set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(CMAKE_CROSSCOMPILING_EMULATOR "${CMAKE_CURRENT_LIST_DIR}/wine")
