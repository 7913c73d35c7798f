#!/bin/sh
# compile.sh FOLDER PACKAGE SOURCE: compiles and runs the source with what pkg-config says of the package in FOLDER.
set -eu
PKG_CONFIG_PATH=$1
export PKG_CONFIG_PATH
program=$2
pkg-config --validate "$2"
cxx=${CXX:-g++}
command -v ccache >/dev/null && cxx="ccache $cxx"
# shellcheck disable=SC2046,SC2086  # lists of flags
{
    $cxx -std=c++20 -O0 -c "$3" -o "$program.o" $(pkg-config --cflags "$2")
    ${CXX:-g++} "$program.o" -o "$program" $(pkg-config --libs "$2")
}
"./$program"
case $2 in
    penstock) ! pkg-config --libs "$2" | grep -E 'ssl|sqlite|yaml|prometheus' ;;
    penstock-compiled) pkg-config --cflags "$2" | grep -q DPENSTOCK_SEPARATE_COMPILATION ;;
esac
