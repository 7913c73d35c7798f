#ifndef PENSTOCK_BENCHMARKS_PEER_PROCESS_HPP
#define PENSTOCK_BENCHMARKS_PEER_PROCESS_HPP
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace bench {

/// The first and the last core that this process may use; equal where there is but one.
inline std::pair<int, int> two_cores()
{
    ::cpu_set_t all;
    CPU_ZERO(&all);
    ::sched_getaffinity(0, sizeof all, &all);
    std::pair<int, int> found(-1, -1);
    for (int i = 0; i < CPU_SETSIZE; ++i)
        if (CPU_ISSET(i, &all)) {
            found.first = found.first < 0 ? i : found.first;
            found.second = i;
        }
    return found;
}

inline void pin(int core)
{
    ::cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<unsigned>(core), &one);
    ::sched_setaffinity(0, sizeof one, &one);
}

/// A port of the loopback that nobody listens on at the moment.
inline std::uint16_t free_port()
{
    int const s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(s, reinterpret_cast<::sockaddr*>(&where), sizeof where);
    ::socklen_t size = sizeof where;
    ::getsockname(s, reinterpret_cast<::sockaddr*>(&where), &size);
    ::close(s);
    return ntohs(where.sin_port);
}

/// A connection to a port of the loopback; -1 if nobody listens there.
inline int connected(std::uint16_t port)
{
    int const s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(s, reinterpret_cast<::sockaddr*>(&where), sizeof where) == 0)
        return s;
    ::close(s);
    return -1;
}

inline bool listens(std::uint16_t port)
{
    int const s = connected(port);
    if (s >= 0)
        ::close(s);
    return s >= 0;
}

/// A server in a process of its own, on a core that it is told, which goes away with this object.
class peer_process
{
public:
    /// @param serve Serves on the port that it is given, and does not return.
    explicit peer_process(std::function<void(std::uint16_t)> const& serve) : port_(free_port()), pid_(::fork())
    {
        if (pid_ != 0)
            return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(port_);
        std::_Exit(1);
    }
    peer_process(int core, std::function<void(std::uint16_t)> const& serve)
        : peer_process([&](std::uint16_t port) {
              pin(core);
              serve(port);
          })
    {}
    /// @param command For the shell; it finds the port in the variable PORT.
    peer_process(int core, std::string const& command)
        : peer_process(core, [&command](std::uint16_t port) {
              ::setenv("PORT", std::to_string(port).c_str(), 1);
              ::execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
          })
    {}
    peer_process(peer_process const&) = delete;
    ~peer_process()
    {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    std::uint16_t port() const noexcept { return port_; }
    ::pid_t pid() const noexcept { return pid_; }

    bool runs() const
    {
        ::siginfo_t end{};
        return ::waitid(P_PID, static_cast<::id_t>(pid_), &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == 0;
    }

    /// @return Whether it is there; false when it has ended or is not after 20 s.
    bool wait() const
    {
        for (int i = 0; i < 2000 && runs(); ++i) {
            if (listens(port_))
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }

    /// CPU time of all its threads, user and kernel.
    double cpu_ns() const
    {
        ::clockid_t clock{};
        ::timespec t{};
        if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &t) != 0)
            throw std::runtime_error("a server has ended");
        return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
    }
private:
    std::uint16_t port_;
    ::pid_t pid_;
};

}  // namespace bench

#endif  // PENSTOCK_BENCHMARKS_PEER_PROCESS_HPP
