#ifndef PENSTOCK_CONFIG_HPP
#define PENSTOCK_CONFIG_HPP

/** Header-only is the default. A program that defines PENSTOCK_SEPARATE_COMPILATION (as the target
    `penstock::compiled` does for it) must have one translation unit that includes <penstock/src.hpp>,
    or link that target. */
#if defined(PENSTOCK_SEPARATE_COMPILATION)
#define PENSTOCK_DECL
#else
#define PENSTOCK_HEADER_ONLY 1
#define PENSTOCK_DECL inline
#endif

#endif  // PENSTOCK_CONFIG_HPP
