# An overlay port that builds the tree that it lies in.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../../.." ABSOLUTE)
if(NOT EXISTS "${SOURCE_PATH}/include/penstock/version.hpp")
  message(FATAL_ERROR "${PORT}: use the port where it lies: --overlay-ports=<penstock's tree>/packaging/vcpkg/ports")
endif()

set(VCPKG_BUILD_TYPE release)  # headers only, but for the tool

vcpkg_check_features(OUT_FEATURE_OPTIONS FEATURE_OPTIONS
  FEATURES
    http PENSTOCK_WITH_HTTP
    metrics PENSTOCK_WITH_METRICS
    kube PENSTOCK_WITH_KUBE
    git PENSTOCK_WITH_GIT
    sqlite PENSTOCK_WITH_SQLITE
    sync PENSTOCK_WITH_SYNC
    testing PENSTOCK_WITH_TESTING
    embedded PENSTOCK_WITH_EMBEDDED
    sidecar PENSTOCK_BUILD_SIDECAR
)

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    ${FEATURE_OPTIONS}
    -DPENSTOCK_WITH_COMPILED=OFF
    -DPENSTOCK_BUILD_TESTS=OFF
    -DPENSTOCK_BUILD_EXAMPLES=OFF
    -DPENSTOCK_BUILD_BENCHMARKS=OFF
    -DPENSTOCK_INSTALL=ON
    -DPENSTOCK_INSTALL_CMAKEDIR=share/penstock
    -DPENSTOCK_INSTALL_PKGCONFIGDIR=share/pkgconfig
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup()
vcpkg_fixup_pkgconfig()

if("sidecar" IN_LIST FEATURES)
  vcpkg_copy_tools(TOOL_NAMES penstock AUTO_CLEAN)
endif()
file(REMOVE_RECURSE
  "${CURRENT_PACKAGES_DIR}/share/bash-completion"
  "${CURRENT_PACKAGES_DIR}/share/doc"
  "${CURRENT_PACKAGES_DIR}/share/fish"
  "${CURRENT_PACKAGES_DIR}/share/man"
  "${CURRENT_PACKAGES_DIR}/share/zsh"
)

file(INSTALL "${CURRENT_PORT_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
