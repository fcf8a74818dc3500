# What `cmake --install` puts where, and the package that other projects find: docs/embedding.md. Included last, for it
# names targets.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/unlease")

install(TARGETS unlease)
# Our headers include each other as "engine/hal.h", so what they are installed in is what a consumer searches.
install(TARGETS unlease_engine unlease_sim unlease_hw EXPORT unlease
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/unlease")
install(EXPORT unlease NAMESPACE unlease:: FILE unleaseTargets.cmake DESTINATION "${package_folder}")

configure_package_config_file(cmake/unleaseConfig.cmake.in "${PROJECT_BINARY_DIR}/unleaseConfig.cmake"
  INSTALL_DESTINATION "${package_folder}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/unleaseConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/unleaseConfig.cmake" "${PROJECT_BINARY_DIR}/unleaseConfigVersion.cmake"
  DESTINATION "${package_folder}")

# The scenarios name their schema as ../schema.json: it is in their folder.
install(DIRECTORY scenarios DESTINATION "${CMAKE_INSTALL_DATADIR}/unlease")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# Completions and the manual page are what the program says of itself; of a cross build it cannot be asked.
if(NOT CMAKE_CROSSCOMPILING)
  set(described "${PROJECT_BINARY_DIR}/described")
  install(CODE "
    function(describe file)
      execute_process(COMMAND \"$<TARGET_FILE:unlease>\" \${ARGN} OUTPUT_FILE \"${described}/\${file}\"
        COMMAND_ERROR_IS_FATAL ANY)
    endfunction()
    file(MAKE_DIRECTORY \"${described}\")
    describe(unlease completion bash)
    describe(_unlease completion zsh)
    describe(unlease.fish completion fish)
    describe(unlease.1 manual)")
  install(FILES "${described}/unlease" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
  install(FILES "${described}/_unlease" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
  install(FILES "${described}/unlease.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
  install(FILES "${described}/unlease.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
endif()
