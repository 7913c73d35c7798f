#ifndef PENSTOCK_TEST_RESIDENT_MEMORY_HPP
#define PENSTOCK_TEST_RESIDENT_MEMORY_HPP
#include <fstream>

#include <unistd.h>

namespace penstock::testing {

/// Sanitizers keep what was freed: then memory says nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
inline constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool sanitized = false;
#endif

/// What this process has in memory now, in MiB.
inline double resident_mib()
{
    std::ifstream file("/proc/self/statm");
    double all = 0;
    double resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_RESIDENT_MEMORY_HPP
