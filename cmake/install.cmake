# What `cmake --install` puts where, and the package that other projects find: docs/embedding.md. Included last, for it
# names targets.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/unlease")

install(TARGETS unlease)
# Our headers include each other as "engine/hal.h", so what they are installed in is what a consumer searches.
install(TARGETS unlease_engine unlease_sim EXPORT unlease
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
