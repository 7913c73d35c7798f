#ifndef PENSTOCK_EMBEDDED_IMPL_FORGE_PROCESS_IPP
#define PENSTOCK_EMBEDDED_IMPL_FORGE_PROCESS_IPP
#include <penstock/embedded/forge_process.hpp>

#include <penstock/clock/deadline.hpp>
#include <penstock/clock/steady.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <utility>

namespace penstock::embedded {
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
inline int spawn(pid_t& pid, process_spec& spec, int end, int errors)
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
    auto arguments = c_strings(spec.arguments);
    auto environment = c_strings(spec.environment);
    int const failed = ::posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    return failed;
}

}  // namespace detail

class process::impl
{
public:
    impl(executor ex, pid_t child, detail::owned_fd end, detail::owned_fd error_output)
        : pid(child), socket(std::move(ex)), errors(std::move(error_output))
    {
        error_code ec;
        socket.assign(asio::local::stream_protocol(), end.get(), ec);
        if (!ec)
            end.release();
    }
    impl(impl&&) = delete;
    ~impl()
    {
        if (status)
            return;
        ::kill(-pid, SIGKILL);
        int ignored = 0;
        while (::waitpid(pid, &ignored, 0) < 0 && errno == EINTR) {}
    }

    /// Reaps the child if it has ended.
    void look()
    {
        int raw = 0;
        if (status || ::waitpid(pid, &raw, WNOHANG) != pid)
            return;
        status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    }

    pid_t pid;
    asio::local::stream_protocol::socket socket;
    detail::owned_fd errors;
    std::optional<int> status;
};

PENSTOCK_DECL process::process() = default;
PENSTOCK_DECL process::process(process&&) noexcept = default;
PENSTOCK_DECL process& process::operator=(process&&) noexcept = default;
PENSTOCK_DECL process::~process() = default;

PENSTOCK_DECL result<process> process::start(executor ex, process_spec spec)
{
    if (spec.arguments.empty())
        return failure(errc::invalid_argument, "a command without a program");
    std::array<int, 2> pair{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        return failure(errc::unavailable, "no socket pair for " + spec.arguments[0]);
    detail::owned_fd ours(pair[0]);
    detail::owned_fd theirs(pair[1]);
    detail::owned_fd errors(::memfd_create("stderr", MFD_CLOEXEC));
    if (errors.get() < 0)
        errors = detail::owned_fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (char const* path = std::getenv("PATH"))  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
        spec.environment.push_back(std::string("PATH=") + path);
    pid_t pid = 0;
    if (int const failed = detail::spawn(pid, spec, theirs.get(), errors.get()); failed != 0)
        return failure(failed == ENOENT || failed == EACCES ? errc::not_found : errc::unavailable,
                       "cannot start " + spec.arguments[0]);
    process out;
    out.impl_ = std::make_unique<impl>(std::move(ex), pid, std::move(ours), std::move(errors));
    return out;
}

PENSTOCK_DECL awaitable<result<void>> process::write(std::string_view bytes)
{
    error_code ec;
    co_await asio::async_write(impl_->socket, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, ec));
    if (ec == asio::error::operation_aborted)
        co_return ec;
    if (ec)
        co_return failure(errc::connection_failed, "the command reads no more input");
    co_return result<void>();
}

PENSTOCK_DECL void process::close_input()
{
    error_code ignored;
    impl_->socket.shutdown(asio::local::stream_protocol::socket::shutdown_send, ignored);
}

PENSTOCK_DECL awaitable<result<std::size_t>> process::read_some(std::span<char> into)
{
    error_code ec;
    auto const n = co_await impl_->socket.async_read_some(asio::buffer(into.data(), into.size()),
                                                          asio::redirect_error(asio::use_awaitable, ec));
    if (ec == asio::error::eof || ec == asio::error::connection_reset)
        co_return std::size_t(0);
    if (ec)
        co_return ec;
    co_return n;
}

PENSTOCK_DECL awaitable<int> process::wait(time_point deadline)
{
    // The output has ended as a rule, so the end is near: looking each millisecond needs no signal handler.
    for (;;) {
        impl_->look();
        if (impl_->status)
            co_return *impl_->status;
        auto const now = clock::steady::now();
        auto const cancelled = co_await clock::steady::sleep_until(now + std::chrono::milliseconds(1));
        if (cancelled || now >= deadline)
            ::kill(-impl_->pid, SIGKILL);
        if (cancelled)
            co_return 128 + SIGKILL;
    }
}

PENSTOCK_DECL std::string process::errors() const
{
    std::string out(2048, '\0');
    auto const n = ::pread(impl_->errors.get(), out.data(), out.size(), 0);
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    while (out.ends_with('\n'))
        out.pop_back();
    return out;
}

namespace detail {

inline awaitable<result<std::string>> converse(process& child, std::string input, std::size_t limit)
{
    auto const sent = co_await child.write(input);
    if (!sent && sent.error().code == asio::error::operation_aborted)
        co_return sent.error();
    child.close_input();
    std::string out;
    std::array<char, 16384> buffer;
    for (;;) {
        auto const n = co_await child.read_some(buffer);
        if (!n)
            co_return n.error();
        if (*n == 0)
            co_return out;
        if (out.size() + *n > limit)
            co_return failure(errc::too_large, "the output of a command");
        out.append(buffer.data(), *n);
    }
}

}  // namespace detail

PENSTOCK_DECL awaitable<result<std::string>> run_command(process_spec spec, std::string input, time_point deadline,
                                                         std::size_t limit)
{
    std::string const shown = spec.arguments.empty() ? "" : spec.arguments[0];
    auto child = process::start(co_await asio::this_coro::executor, std::move(spec));
    if (!child)
        co_return child.error();
    clock::steady clock;
    auto output = co_await with_deadline(clock, deadline, detail::converse(*child, std::move(input), limit));
    if (!output)
        co_return output.error();
    auto const status = co_await child->wait(deadline);
    if (status != 0)
        co_return failure(errc::unexpected_status,
                          shown + " ended with " + std::to_string(status) + ": " + child->errors());
    co_return output;
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_FORGE_PROCESS_IPP
