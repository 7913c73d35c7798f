#ifndef PENSTOCK_PROCESS_IMPL_CHILD_IPP
#define PENSTOCK_PROCESS_IMPL_CHILD_IPP
#include <penstock/process/child.hpp>

#include <penstock/clock/deadline.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/clock/unwinding.hpp>
#include <penstock/process/impl/spawn.ipp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

namespace penstock::process {
PENSTOCK_DECL std::vector<std::string> own_environment()
{
    std::vector<std::string> out;
    for (char** at = environ; at != nullptr && *at != nullptr; ++at)
        out.emplace_back(*at);
    return out;
}

PENSTOCK_DECL void set_variable(std::vector<std::string>& environment, std::string_view name, std::string_view value)
{
    auto const prefix = std::string(name) + "=";
    std::erase_if(environment, [&prefix](std::string const& one) { return one.starts_with(prefix); });
    environment.push_back(prefix + std::string(value));
}

class child::impl
{
public:
    impl(executor ex, pid_t started, detail::owned_fd end, detail::owned_fd error_output, redactor hide)
        : pid(started), socket(ex), errors(std::make_shared<detail::error_output>(std::move(ex), std::move(hide)))
    {
        error_code ec;
        socket.assign(asio::local::stream_protocol(), end.get(), ec);
        if (!ec)
            end.release();
        errors->pipe.assign(error_output.get(), ec);
        if (ec)
            return;
        error_output.release();
        errors->pipe.non_blocking(true, ec);
        detail::error_output::drain(errors);
    }
    impl(impl&&) = delete;
    ~impl()
    {
        error_code ignored_error;
        errors->pipe.close(ignored_error);
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
    std::shared_ptr<detail::error_output> errors;
    std::optional<int> status;
};

PENSTOCK_DECL child::child() = default;
PENSTOCK_DECL child::child(child&&) noexcept = default;
PENSTOCK_DECL child& child::operator=(child&&) noexcept = default;
PENSTOCK_DECL child::~child() = default;

PENSTOCK_DECL result<child> child::start(executor ex, command what)
{
    if (what.arguments.empty())
        return failure(errc::invalid_argument, "a command without a program");
    std::array<int, 2> pair{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        return failure(errc::unavailable, "no socket pair for " + what.arguments[0]);
    detail::owned_fd ours(pair[0]);
    detail::owned_fd theirs(pair[1]);
    std::array<int, 2> pipe{-1, -1};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return failure(errc::unavailable, "no pipe for " + what.arguments[0]);
    detail::owned_fd errors(pipe[0]);
    detail::owned_fd their_errors(pipe[1]);
    bool const has_path =
        std::ranges::any_of(what.environment, [](std::string const& one) { return one.starts_with("PATH="); });
    char const* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    if (path != nullptr && !has_path)
        what.environment.push_back(std::string("PATH=") + path);
    pid_t pid = 0;
    if (int const failed = detail::spawn(pid, what, theirs.get(), their_errors.get()); failed != 0)
        return failure(failed == ENOENT || failed == EACCES ? errc::not_found : errc::unavailable,
                       "cannot start " + what.arguments[0]);
    child out;
    out.impl_ = std::make_unique<impl>(std::move(ex), pid, std::move(ours), std::move(errors), std::move(what.hide));
    return out;
}

PENSTOCK_DECL awaitable<result<void>> child::write(std::string_view bytes)
{
    asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state))
        co_return failure(error_code(asio::error::operation_aborted));
    error_code ec;
    co_await asio::async_write(impl_->socket, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, ec));
    if (ec == asio::error::operation_aborted)
        co_return ec;
    if (ec)
        co_return failure(errc::connection_failed, "the command reads no more input");
    co_return result<void>();
}

PENSTOCK_DECL void child::close_input()
{
    error_code ignored;
    impl_->socket.shutdown(asio::local::stream_protocol::socket::shutdown_send, ignored);
}

PENSTOCK_DECL awaitable<result<std::size_t>> child::read_some(std::span<char> into)
{
    asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state))
        co_return failure(error_code(asio::error::operation_aborted));
    error_code ec;
    auto const n = co_await impl_->socket.async_read_some(asio::buffer(into.data(), into.size()),
                                                          asio::redirect_error(asio::use_awaitable, ec));
    if (ec == asio::error::eof || ec == asio::error::connection_reset)
        co_return std::size_t(0);
    if (ec)
        co_return ec;
    co_return n;
}

PENSTOCK_DECL awaitable<int> child::wait(time_point deadline)
{
    // The output has ended as a rule, so the end is near: looking each millisecond, then less often, needs no signal
    // handler.
    for (auto pause = std::chrono::milliseconds(1);; pause = std::min(pause * 2, std::chrono::milliseconds(50))) {
        impl_->look();
        if (impl_->status)
            co_return *impl_->status;
        auto const now = clock::steady::now();
        auto const cancelled =
            co_await clock::steady::sleep_until(now < deadline ? std::min(deadline, now + pause) : now + pause);
        if (cancelled || now >= deadline)
            ::kill(-impl_->pid, SIGKILL);
        if (cancelled)
            co_return 128 + SIGKILL;
    }
}

PENSTOCK_DECL std::string child::errors() const
{
    return impl_->errors->last();
}

namespace detail {

inline awaitable<result<std::string>> converse(child& peer, std::string input, std::size_t limit)
{
    auto const sent = co_await peer.write(input);
    if (!sent && sent.error().code == asio::error::operation_aborted)
        co_return sent.error();
    peer.close_input();
    std::string out;
    std::array<char, 16384> buffer;
    for (;;) {
        auto const n = co_await peer.read_some(buffer);
        if (!n)
            co_return n.error();
        if (*n == 0)
            co_return out;
        if (out.size() + *n > limit)
            co_return failure(errc::too_large, "the output of a command");
        secret::append(out, {buffer.data(), *n});  // it may be a credential
        secret::wipe(buffer.data(), *n);
    }
}

}  // namespace detail

PENSTOCK_DECL awaitable<result<std::string>> run(command what, std::string input, time_point deadline,
                                                 std::size_t limit)
{
    std::string const shown = what.arguments.empty() ? "" : what.arguments[0];
    auto started = child::start(co_await asio::this_coro::executor, std::move(what));
    if (!started)
        co_return started.error();
    clock::steady clock;
    auto output = co_await with_deadline(clock, deadline, detail::converse(*started, std::move(input), limit));
    if (!output) {
        auto f = output.error();
        if (f.code == errc::deadline_exceeded)
            f.detail = shown + " did not end in time";
        co_return f;
    }
    auto const status = co_await started->wait(deadline);
    asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
    if (is_cancelled(state))
        co_return failure(error_code(asio::error::operation_aborted));
    if (status != 0)
        co_return failure(errc::unexpected_status,
                          shown + " ended with " + std::to_string(status) + ": " + started->errors());
    co_return output;
}

}  // namespace penstock::process

#endif  // PENSTOCK_PROCESS_IMPL_CHILD_IPP
