# Linked privately by every target of ours, so that headers of others stay out of it.
add_library(unlease_warnings INTERFACE)
target_compile_options(unlease_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  # GCC 12 is wrong with this one about std::optional, and about instrumented <regex> and std::function.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
