include_guard(GLOBAL)

# How this project's own translation units are built; never passed on to a consumer.
add_library(penstock_build INTERFACE)
target_compile_options(penstock_build INTERFACE -Wall -Wextra -Wconversion -Wshadow)
target_compile_definitions(penstock_build INTERFACE BOOST_ASIO_NO_DEPRECATED)
if(PENSTOCK_WERROR)
  target_compile_options(penstock_build INTERFACE -Werror)
endif()
if(PENSTOCK_SANITIZE)
  set(_penstock_sanitize -fsanitize=${PENSTOCK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_compile_options(penstock_build INTERFACE ${_penstock_sanitize})
  target_link_options(penstock_build INTERFACE ${_penstock_sanitize})
endif()

# GCC spends a tenth of its time on collecting garbage that would fit into memory.
target_compile_options(penstock_build INTERFACE
  "$<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-expand=300 --param ggc-min-heapsize=1000000>")

# penstock_precompile(target header): the sources of the target find what the header includes already read. Others take
# it over with penstock_precompile(target FROM target). Each header still has to stand alone: tools/each_header.
function(penstock_precompile target header)
  if(NOT PENSTOCK_PRECOMPILE)
    return()
  endif()
  if(header STREQUAL FROM)
    target_precompile_headers(${target} REUSE_FROM ${ARGV2})
  else()
    target_precompile_headers(${target} PRIVATE "${header}")
  endif()
  # what ccache asks for
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
                         "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
endfunction()

if(PENSTOCK_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    message(FATAL_ERROR "penstock: PENSTOCK_FUZZ needs clang, and this is ${CMAKE_CXX_COMPILER_ID}; use the preset fuzz")
  endif()
  target_compile_options(penstock_build INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_CXX_EXTENSIONS OFF)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  find_program(PENSTOCK_CCACHE ccache)
  if(PENSTOCK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${PENSTOCK_CCACHE}")
    if(PENSTOCK_PRECOMPILE)
      set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros "${PENSTOCK_CCACHE}")
    endif()
  endif()
  find_program(PENSTOCK_MOLD mold)
  if(PENSTOCK_MOLD)
    target_link_options(penstock_build INTERFACE -fuse-ld=mold)
  endif()
endif()
