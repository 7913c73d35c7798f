include_guard(GLOBAL)
find_package(Threads REQUIRED)

# Flags for this project's own translation units; never passed on to a consumer.
add_library(penstock_build INTERFACE)
target_compile_options(penstock_build INTERFACE -Wall -Wextra -Wconversion -Wshadow)
target_compile_definitions(penstock_build INTERFACE BOOST_ASIO_NO_DEPRECATED)
if(PENSTOCK_WERROR)
  target_compile_options(penstock_build INTERFACE -Werror)
endif()
if(PENSTOCK_SANITIZE)
  target_compile_options(penstock_build INTERFACE -fsanitize=${PENSTOCK_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(penstock_build INTERFACE -fsanitize=${PENSTOCK_SANITIZE})
endif()

# penstock_component(name FOLDERS f... LINK target...): one header-only target, `penstock::name`, that carries
# the headers of its folders as a FILE_SET.
function(penstock_component name)
  cmake_parse_arguments(arg "" "" "FOLDERS;LINK" ${ARGN})
  set(headers)
  foreach(folder IN LISTS arg_FOLDERS)
    file(GLOB found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/penstock/${folder}/*.hpp"
         "${PROJECT_SOURCE_DIR}/include/penstock/${folder}/impl/*.ipp"
         "${PROJECT_SOURCE_DIR}/include/penstock/${folder}/contract/*.hpp")
    list(APPEND headers ${found})
  endforeach()
  if(name STREQUAL core)
    list(FILTER headers EXCLUDE REGEX "/src\\.hpp$")
  endif()
  add_library(penstock_${name} INTERFACE)
  add_library(penstock::${name} ALIAS penstock_${name})
  set_target_properties(penstock_${name} PROPERTIES EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  target_compile_features(penstock_${name} INTERFACE cxx_std_20)
  target_sources(penstock_${name} INTERFACE FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${headers})
  target_link_libraries(penstock_${name} INTERFACE ${arg_LINK})
endfunction()
