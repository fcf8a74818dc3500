# unlease_suite_tests(target): each test suite of a program of Google Test as one ctest, listed when ctest starts, so that
# building runs nothing. Not each test: to start a program takes longer than most of them, under a sanitizer or Wine.
# A suite counts as skipped where nothing else happened in it.
function(unlease_suite_tests target)
  set(script "${CMAKE_CURRENT_BINARY_DIR}/${target}_suites.cmake")
  file(GENERATE OUTPUT "${script}" CONTENT "
set(program \"$<TARGET_FILE:${target}>\")
set(run ${CMAKE_CROSSCOMPILING_EMULATOR} \"\${program}\")
if(NOT EXISTS \"\${program}\")
  add_test(${target}_NOT_BUILT \"\${program}\")
  return()
endif()
execute_process(COMMAND \${run} --gtest_list_tests OUTPUT_VARIABLE listed COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL \"(^|\\n)[^ \\n]+[.]\" suites \"\${listed}\")
foreach(suite IN LISTS suites)
  string(STRIP \"\${suite}\" suite)
  string(REGEX REPLACE \"[.]$\" \"\" name \"\${suite}\")
  add_test(\"\${name}\" \${run} \"--gtest_filter=\${name}.*\")
  set_tests_properties(\"\${name}\" PROPERTIES SKIP_REGULAR_EXPRESSION \"PASSED  . 0 tests[.][\\r\\n]+(.  SKIPPED [^\\n]*[\\r\\n]+)+$\")
endforeach()
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${script}")
endfunction()
