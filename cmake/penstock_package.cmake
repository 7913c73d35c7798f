# Debian packages by CPack: libpenstock-dev is the component dev of the installation, penstock the component sidecar.
include_guard(GLOBAL)
include(GNUInstallDirs)

set(PENSTOCK_PACKAGE_CONTACT "The authors of penstock <penstock@localhost.localdomain>" CACHE STRING
    "Who the packages name as their maintainer")
set(packaging "${PROJECT_SOURCE_DIR}/packaging/debian")
set(made "${PROJECT_BINARY_DIR}/packaging")

# penstock_compressed(file out): the file as Debian wants it, where there is a gzip.
find_program(PENSTOCK_GZIP gzip)
function(penstock_compressed file out)
  set(${out} "${file}" PARENT_SCOPE)
  if(PENSTOCK_GZIP)
    execute_process(COMMAND "${PENSTOCK_GZIP}" -9nf "${file}" COMMAND_ERROR_IS_FATAL ANY)
    set(${out} "${file}.gz" PARENT_SCOPE)
  endif()
endfunction()

# penstock_debian_papers(package component): what Debian's policy wants to lie in /usr/share/doc. Only a package has it.
function(penstock_debian_papers package component)
  set(papers "${made}/${package}")
  set(PENSTOCK_PACKAGE_NAME ${package})
  string(TIMESTAMP PENSTOCK_PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
  configure_file("${packaging}/changelog.in" "${papers}/changelog" @ONLY)
  penstock_compressed("${papers}/changelog" changelog)
  install(FILES "${packaging}/copyright" "${changelog}" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}"
          COMPONENT ${component} EXCLUDE_FROM_ALL)
endfunction()
penstock_debian_papers(libpenstock-dev dev)

set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL dev)
if(TARGET penstock)
  list(APPEND CPACK_COMPONENTS_ALL sidecar)
  penstock_debian_papers(penstock sidecar)
  install(FILES "${packaging}/penstock.service" DESTINATION lib/systemd/system COMPONENT sidecar EXCLUDE_FROM_ALL)
  install(FILES "${packaging}/penstock.yaml" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/penstock/examples"
          COMPONENT sidecar EXCLUDE_FROM_ALL)
  configure_file("${packaging}/penstock.1" "${made}/penstock.1" COPYONLY)
  penstock_compressed("${made}/penstock.1" manual)
  install(FILES "${manual}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT sidecar)
endif()
set(CPACK_PACKAGE_NAME penstock)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own
set(CPACK_PACKAGE_CONTACT "${PENSTOCK_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# The library that is compiled holds to the Boost that it was compiled with, as Debian's own packages do.
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS headers)
set(boost "${Boost_VERSION_MAJOR}.${Boost_VERSION_MINOR}")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libpenstock-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libboost${boost}-dev, libboost-json${boost}-dev, libboost-url${boost}-dev, \
libssl-dev (>= 3.0), libsqlite3-dev, libyaml-cpp-dev, prometheus-cpp-dev")
set(CPACK_COMPONENT_DEV_DESCRIPTION "toolkit for programs between a Git forge and Kubernetes
Header-only C++20 templates: verifiers of webhooks, rate-limited pollers,
caches of tokens, work queues and reconcilers, an HTTP client and server, a
client for Kubernetes, stores in memory and in SQLite.

With files for CMake and pkg-config, and a static library of what is slow to
compile.")

set(CPACK_DEBIAN_SIDECAR_PACKAGE_NAME penstock)
set(CPACK_DEBIAN_SIDECAR_PACKAGE_SECTION net)
set(CPACK_DEBIAN_SIDECAR_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_SIDECAR_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_COMPONENT_SIDECAR_DESCRIPTION "sidecar for Flux that notices at once that a branch moved
By webhook first, by polling as a backup, and once when it starts, penstock
learns that a branch moved, and makes Flux sync the sources that follow it.")

include(CPack)
