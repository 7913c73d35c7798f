#ifndef PENSTOCK_BENCHMARKS_SYSTEM_CALLS_HPP
#define PENSTOCK_BENCHMARKS_SYSTEM_CALLS_HPP
#include <cstdint>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Stands before libc's wrappers of the calls that a server makes for a request, and counts them. To be included by
// the one source of a program.
namespace bench {

/// recv, send and epoll_wait of this process so far.
inline std::uint64_t system_calls = 0;

inline long counted_call(long number, long a, auto b, long c, long d = 0, long e = 0, long f = 0)
{
    ++system_calls;
    return ::syscall(number, a, b, c, d, e, f);
}

}  // namespace bench

extern "C" {

ssize_t recv(int fd, void* to, size_t size, int flags)
{
    return bench::counted_call(SYS_recvfrom, fd, to, static_cast<long>(size), flags);
}

ssize_t recvmsg(int fd, msghdr* message, int flags)
{
    return bench::counted_call(SYS_recvmsg, fd, message, flags);
}

ssize_t send(int fd, void const* from, size_t size, int flags)
{
    return bench::counted_call(SYS_sendto, fd, from, static_cast<long>(size), flags);
}

ssize_t sendmsg(int fd, msghdr const* message, int flags)
{
    return bench::counted_call(SYS_sendmsg, fd, message, flags);
}

int epoll_wait(int fd, epoll_event* events, int size, int milliseconds)
{
    return static_cast<int>(bench::counted_call(SYS_epoll_pwait, fd, events, size, milliseconds));
}

}  // extern "C"

#endif  // PENSTOCK_BENCHMARKS_SYSTEM_CALLS_HPP
