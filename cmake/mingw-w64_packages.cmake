# What find_package() gives to a build for Windows: Debian has no such libraries for mingw-w64, but all but Google Test
# are headers, and that one comes as source. Headers are linked into the build tree one by one: /usr/include as a whole
# would hide those of Windows.
function(unlease_header_package target)
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/headers")
  foreach(header IN LISTS ARGN)
    file(CREATE_LINK "/usr/include/${header}" "${CMAKE_BINARY_DIR}/headers/${header}" SYMBOLIC)
  endforeach()
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(${target} SYSTEM INTERFACE "${CMAKE_BINARY_DIR}/headers")
endfunction()

macro(unlease_find_package method package)
  if("${package}" STREQUAL "fmt")
    unlease_header_package(fmt::fmt fmt toml++) # toml++ comes without a package of its own
    target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)
    set(fmt_FOUND TRUE)
  elseif("${package}" STREQUAL "CLI11")
    unlease_header_package(CLI11::CLI11 CLI)
    set(CLI11_FOUND TRUE)
  elseif("${package}" STREQUAL "nlohmann_json")
    unlease_header_package(nlohmann_json::nlohmann_json nlohmann)
    set(nlohmann_json_FOUND TRUE)
  elseif("${package}" STREQUAL "GTest")
    set(INSTALL_GTEST OFF)
    add_subdirectory(/usr/src/googletest "${CMAKE_BINARY_DIR}/googletest" EXCLUDE_FROM_ALL SYSTEM)
    set(GTest_FOUND TRUE)
  endif()
endmacro()

cmake_language(SET_DEPENDENCY_PROVIDER unlease_find_package SUPPORTED_METHODS FIND_PACKAGE)
