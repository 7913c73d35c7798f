include_guard(GLOBAL)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
include(penstock_pkg_config)

set(PENSTOCK_INSTALL_CMAKEDIR "${CMAKE_INSTALL_LIBDIR}/cmake/penstock" CACHE STRING "Where the CMake package goes")

# One export for each component, so that a package that only one of them needs is missed only by who asks for it.
set(PENSTOCK_COMPONENT_TABLE "")
foreach(name IN LISTS PENSTOCK_COMPONENTS)
  set(sets FILE_SET HEADERS COMPONENT dev)
  if(NOT name STREQUAL compiled)
    list(APPEND sets FILE_SET impl COMPONENT dev)
  endif()
  install(TARGETS penstock_${name} EXPORT penstock-${name} ARCHIVE COMPONENT dev ${sets})
  install(EXPORT penstock-${name} NAMESPACE penstock:: DESTINATION "${PENSTOCK_INSTALL_CMAKEDIR}" COMPONENT dev)
  penstock_install_pc(${name})
  string(APPEND PENSTOCK_COMPONENT_TABLE "set(_penstock_${name}_needs ${PENSTOCK_${name}_NEEDS})\n"
         "set(_penstock_${name}_packages ${PENSTOCK_${name}_PACKAGES})\n")
endforeach()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/penstock-config.cmake.in"
  "${PROJECT_BINARY_DIR}/penstock-config.cmake" INSTALL_DESTINATION "${PENSTOCK_INSTALL_CMAKEDIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/penstock-config-version.cmake"
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/penstock-config.cmake" "${PROJECT_BINARY_DIR}/penstock-config-version.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/penstock_packages.cmake" DESTINATION "${PENSTOCK_INSTALL_CMAKEDIR}" COMPONENT dev)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/penstock" COMPONENT licence)
