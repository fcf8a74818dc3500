# UNLEASE_SANITIZE: a list for -fsanitize=, e.g. "address,undefined" or "thread"; empty for none.
set(UNLEASE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
if(UNLEASE_SANITIZE)
  add_compile_options(-fsanitize=${UNLEASE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${UNLEASE_SANITIZE})
endif()

# UNLEASE_FUZZ: everything tells libFuzzer where it has been (clang); the targets of tests/fuzz are built. Preset "fuzz".
option(UNLEASE_FUZZ "Build the fuzz targets" OFF)
if(UNLEASE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
