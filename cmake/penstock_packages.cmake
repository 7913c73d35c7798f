# How each package that penstock stands on is found: by its own build, and by the config file that it installs.
include(CMakeFindDependencyMacro)

# A macro, as find_dependency is: where a package is missing it returns from the config file that called it.
macro(penstock_find_dependency package)
  if("${package}" STREQUAL "Boost")
    # No component is asked for that is only headers: distributions disagree on whether those exist.
    find_dependency(Boost 1.81 CONFIG COMPONENTS headers json url)
  elseif("${package}" STREQUAL "OpenSSL")
    find_dependency(OpenSSL 3.0)
  elseif("${package}" STREQUAL "prometheus-cpp")
    find_dependency(prometheus-cpp CONFIG)  # Debian's has no version file
  elseif("${package}" STREQUAL "yaml-cpp")
    find_dependency(yaml-cpp CONFIG)
    if(NOT TARGET yaml-cpp::yaml-cpp)  # before 0.8 the target has no namespace
      add_library(yaml-cpp::yaml-cpp INTERFACE IMPORTED)
      set_target_properties(yaml-cpp::yaml-cpp PROPERTIES INTERFACE_LINK_LIBRARIES yaml-cpp)
    endif()
  else()
    find_dependency(${package})
  endif()
endmacro()

# In the build a package that is missing ends the configuration.
macro(penstock_find_package package)
  set(CMAKE_FIND_PACKAGE_NAME penstock)
  set(penstock_FIND_REQUIRED TRUE)
  penstock_find_dependency(${package})
  unset(penstock_FIND_REQUIRED)
  unset(CMAKE_FIND_PACKAGE_NAME)
endmacro()
