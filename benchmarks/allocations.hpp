#ifndef PENSTOCK_BENCHMARKS_ALLOCATIONS_HPP
#define PENSTOCK_BENCHMARKS_ALLOCATIONS_HPP
#include <openssl/crypto.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <new>

// Replaces the global operator new, aligned_alloc and OpenSSL's allocator by ones that count. To be included by the one
// source of a program, whose `main` calls `bench::count_openssl` first.
namespace bench {

struct allocation_counts
{
    std::uint64_t number = 0;  // of operator new
    std::uint64_t in_openssl = 0;
    std::uint64_t aligned = 0;  // of aligned_alloc: frames of coroutines and handlers that Asio had no room kept for
    std::int64_t live_bytes = 0;  // of operator new, as malloc rounds them; while `weighing`
};

inline thread_local allocation_counts counted;
inline bool weighing = false;  // it takes time: not while something is measured

inline void* counting_malloc(std::size_t size, char const*, int)
{
    ++counted.in_openssl;
    return std::malloc(size);
}

inline void* counting_realloc(void* old, std::size_t size, char const*, int)
{
    ++counted.in_openssl;
    return std::realloc(old, size);
}

inline void counting_free(void* unused, char const*, int)
{
    std::free(unused);
}

/// @return False when OpenSSL has allocated already; its allocations are not counted then.
inline bool count_openssl()
{
    return CRYPTO_set_mem_functions(counting_malloc, counting_realloc, counting_free) == 1;
}

}  // namespace bench

// Not inlined: GCC would then see free() meet a pointer from new, and warn.
[[gnu::noinline]] void* operator new(std::size_t size)
{
    ++bench::counted.number;
    void* const made = std::malloc(size == 0 ? 1 : size);
    if (made == nullptr)
        throw std::bad_alloc();
    if (bench::weighing)
        bench::counted.live_bytes += static_cast<std::int64_t>(::malloc_usable_size(made));
    return made;
}

[[gnu::noinline]] void operator delete(void* unused) noexcept
{
    if (bench::weighing)
        bench::counted.live_bytes -= static_cast<std::int64_t>(::malloc_usable_size(unused));
    std::free(unused);
}

[[gnu::noinline]] void operator delete(void* unused, std::size_t) noexcept
{
    operator delete(unused);
}

// Asio's frames and handlers come from here; the libraries of this process that call it are counted too.
extern "C" [[gnu::noinline]] void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept
{
    ++bench::counted.aligned;
    void* made = nullptr;
    return ::posix_memalign(&made, alignment < sizeof(void*) ? sizeof(void*) : alignment, size) == 0 ? made : nullptr;
}

#endif  // PENSTOCK_BENCHMARKS_ALLOCATIONS_HPP
