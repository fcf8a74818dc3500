# UNLEASE_SANITIZE: a list for -fsanitize=, e.g. "address,undefined" or "thread"; empty for none.
set(UNLEASE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
if(UNLEASE_SANITIZE)
  add_compile_options(-fsanitize=${UNLEASE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${UNLEASE_SANITIZE})
endif()
