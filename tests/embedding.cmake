# Embedding.*: what is built is installed beside the build tree, and the project tests/embedding finds it there, builds
# and runs. Then again with a scenario that expects what does not come, so that passing means something.
set(scratch "${CMAKE_CURRENT_BINARY_DIR}/embedding")

# An installation that is there already would stand in for what is no longer installed.
add_test(NAME Embedding.StartsAnew COMMAND ${CMAKE_COMMAND} -E rm -rf "${scratch}/prefix")
add_test(NAME Embedding.Installs
  COMMAND ${CMAKE_COMMAND} --install "${PROJECT_BINARY_DIR}" --prefix "${scratch}/prefix")

# Sanitizers are for the whole program or for nothing.
set(flags "")
if(UNLEASE_SANITIZE)
  set(flags "-fsanitize=${UNLEASE_SANITIZE} -fno-sanitize-recover=all")
endif()
add_test(NAME Embedding.Builds
  COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test "${CMAKE_CURRENT_SOURCE_DIR}/embedding" "${scratch}/build"
    --build-generator "${CMAKE_GENERATOR}"
    --build-options "-DCMAKE_PREFIX_PATH=${scratch}/prefix" "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF"
      "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}"
      "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror ${flags}")

add_test(NAME Embedding.Passes COMMAND "${scratch}/build/polite_test"
  WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/embedding")

file(READ embedding/office.toml scenario)
string(REPLACE "bound = 0" "bound = 1" wrong_scenario "${scenario}")
if(wrong_scenario STREQUAL scenario)
  message(FATAL_ERROR "tests/embedding/office.toml expects nothing that this knows how to make wrong")
endif()
file(WRITE "${scratch}/wrong/office.toml" "${wrong_scenario}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS embedding/office.toml)
add_test(NAME Embedding.AWrongExpectationFails COMMAND "${scratch}/build/polite_test"
  WORKING_DIRECTORY "${scratch}/wrong")

set_tests_properties(Embedding.StartsAnew PROPERTIES FIXTURES_SETUP embedding_empty)
set_tests_properties(Embedding.Installs PROPERTIES FIXTURES_REQUIRED embedding_empty FIXTURES_SETUP embedding_prefix)
set_tests_properties(Embedding.Builds PROPERTIES FIXTURES_REQUIRED embedding_prefix FIXTURES_SETUP embedding_program)
set_tests_properties(Embedding.Passes PROPERTIES FIXTURES_REQUIRED embedding_program)
set_tests_properties(Embedding.AWrongExpectationFails PROPERTIES FIXTURES_REQUIRED embedding_program
  PASS_REGULAR_EXPRESSION "office.toml:19:31: servers.dhcp1.bound: expected 1, got 0")
