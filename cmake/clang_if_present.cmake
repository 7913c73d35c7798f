# A toolchain file for the sanitizer presets: clang 19 where it is installed, else the default compiler.
# GCC 12 takes two minutes for one file that instantiates an HTTP server under UBSan; clang takes one half.
find_program(PENSTOCK_CLANG clang++-19)
if(PENSTOCK_CLANG)
  set(CMAKE_CXX_COMPILER "${PENSTOCK_CLANG}")
endif()
