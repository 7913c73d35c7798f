#ifndef PENSTOCK_PROCESS_IMPL_SPAWN_IPP
#define PENSTOCK_PROCESS_IMPL_SPAWN_IPP
#include <penstock/process/child.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>

#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::process {
namespace detail {

/// A descriptor that closes itself.
class owned_fd
{
public:
    explicit owned_fd(int fd = -1) noexcept : fd_(fd) {}
    owned_fd(owned_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    owned_fd& operator=(owned_fd&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~owned_fd()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    int get() const noexcept { return fd_; }
    int release() noexcept { return std::exchange(fd_, -1); }
private:
    int fd_;
};

inline std::vector<char*> c_strings(std::vector<std::string>& from)
{
    std::vector<char*> out;
    for (auto& s : from)
        out.push_back(s.data());
    out.push_back(nullptr);
    return out;
}

/// Starts the child with `end` as its input and output and `errors` as its error output. An errno, or 0.
inline int spawn(pid_t& pid, command& what, int end, int errors)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_adddup2(&actions, end, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, end, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);  // Asio's sockets are not close-on-exec
#endif
    sigset_t none;
    sigset_t defaults;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(
        &attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP));
    auto arguments = c_strings(what.arguments);
    auto environment = c_strings(what.environment);
    int const failed = ::posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    return failed;
}

/// What a child says about its failures: drained while it runs, so that it never blocks, and only the end is kept.
class error_output
{
public:
    error_output(executor ex, redactor hide) : pipe(std::move(ex)), hide_(std::move(hide)) {}
    error_output(error_output const&) = delete;
    ~error_output() { secret::wipe(tail_); }

    static void drain(std::shared_ptr<error_output> self)
    {
        auto& from = *self;
        from.pipe.async_wait(asio::posix::descriptor_base::wait_read, [self = std::move(self)](error_code ec) {
            if (!ec && self->take())
                drain(self);
        });
    }

    /// The end of it without what must not be seen, with what lies in the pipe and the loop has not come to.
    std::string last()
    {
        take();
        auto out = hide_(whole_lines());
        out.erase(0, out.size() - std::min(out.size(), shown));
        while (out.ends_with('\n'))
            out.pop_back();
        return out;
    }

    asio::posix::stream_descriptor pipe;
private:
    /// Takes in what lies in the pipe, at most 128 KiB of it. Nothing is read elsewhere, so that the bytes stay in
    /// order. False at the end.
    bool take()
    {
        std::array<char, 4096> some;
        for (int turns = 0; turns < 32 && pipe.is_open(); ++turns) {
            auto const n = ::read(pipe.native_handle(), some.data(), some.size());
            if (n <= 0)
                return n < 0 && (errno == EAGAIN || errno == EINTR);
            tail_.append(some.data(), static_cast<std::size_t>(n));
            shorten();
        }
        return pipe.is_open();
    }
    void shorten()
    {
        if (tail_.size() <= kept)
            return;
        tail_.erase(0, tail_.size() - kept);
        cut_ = true;
    }
    /// What is kept without the rest of a line that was cut: of half a secret nobody knows that it is one.
    std::string_view whole_lines() const
    {
        std::string_view const all(tail_);
        auto const end = all.find('\n');
        if (!cut_)
            return all;
        return end == std::string_view::npos ? std::string_view() : all.substr(end + 1);
    }

    static constexpr std::size_t kept = 16 * 1024;  // of which a secret at the beginning of what is shown is part
    static constexpr std::size_t shown = 2048;
    redactor hide_;
    bool cut_ = false;
    std::string tail_;
};

}  // namespace detail

}  // namespace penstock::process

#endif  // PENSTOCK_PROCESS_IMPL_SPAWN_IPP
