#ifndef PENSTOCK_TEST_CONFORMANCE_PROGRAM_HPP
#define PENSTOCK_TEST_CONFORMANCE_PROGRAM_HPP
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// A program that runs until this object goes, with everything that it has started.
class program
{
public:
    program(std::vector<std::string> arguments, std::string const& log)
    {
        std::vector<char*> argv;
        for (auto& a : arguments)
            argv.push_back(a.data());
        argv.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::setpgid(0, 0);
            ::dup2(::open("/dev/null", O_RDONLY), 0);
            int const out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
            ::dup2(out, 1);
            ::dup2(out, 2);
            ::execvp(argv[0], argv.data());
            _exit(127);
        }
        if (pid_ > 0)
            ::setpgid(pid_, pid_);  // whichever of the two comes first
    }
    program(program const&) = delete;
    program& operator=(program const&) = delete;
    ~program()
    {
        if (pid_ <= 0)
            return;
        ::kill(-pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
private:
    pid_t pid_ = -1;
};

/// A port of the loopback that nobody listens on at the moment.
inline std::uint16_t free_port()
{
    int const s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(s, reinterpret_cast<sockaddr*>(&a), sizeof a);
    socklen_t size = sizeof a;
    ::getsockname(s, reinterpret_cast<sockaddr*>(&a), &size);
    ::close(s);
    return ntohs(a.sin_port);
}

#endif  // PENSTOCK_TEST_CONFORMANCE_PROGRAM_HPP
