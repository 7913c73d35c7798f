#ifndef PENSTOCK_VERSION_HPP
#define PENSTOCK_VERSION_HPP

/** The one place that says which version this is; CMake and the packages read it from here. */
#define PENSTOCK_VERSION_MAJOR 0
#define PENSTOCK_VERSION_MINOR 1
#define PENSTOCK_VERSION_PATCH 0
#define PENSTOCK_VERSION "0.1.0"

#endif  // PENSTOCK_VERSION_HPP
