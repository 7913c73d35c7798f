#ifndef PENSTOCK_EMBEDDED_IMPL_FORGE_SPOOL_IPP
#define PENSTOCK_EMBEDDED_IMPL_FORGE_SPOOL_IPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/embedded/forge_event.hpp>
#include <penstock/error/result.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace penstock::embedded::detail {

/// The directory into which post-receive hooks move what was pushed. The kernel says when something has arrived.
class forge_spool
{
public:
    explicit forge_spool(executor ex) : events_(std::move(ex)) {}

    result<void> open(std::string directory)
    {
        directory_ = std::move(directory);
        int const fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (fd < 0)
            return failure(errc::unavailable, "no inotify for " + directory_);
        events_.assign(fd);
        if (::inotify_add_watch(fd, directory_.c_str(), IN_MOVED_TO) < 0)
            return failure(errc::invalid_configuration, "cannot watch " + directory_);
        return {};
    }

    /// Waits for the next push; nothing when cancelled. The file stays until `done`.
    awaitable<std::optional<forge_push>> next()
    {
        for (;;) {
            drain();
            if (auto found = oldest())
                co_return found;
            error_code ec;
            co_await events_.async_wait(asio::posix::stream_descriptor::wait_read,
                                        asio::redirect_error(asio::use_awaitable, ec));
            if (ec)
                co_return std::nullopt;
        }
    }

    void done()
    {
        std::error_code ignored;
        std::filesystem::remove(current_, ignored);
    }
private:
    void drain()
    {
        std::array<char, 4096> buffer;
        while (::read(events_.native_handle(), buffer.data(), buffer.size()) > 0) {}
    }

    std::optional<forge_push> oldest()
    {
        std::error_code ec;
        std::vector<std::filesystem::path> files;
        for (std::filesystem::directory_iterator at(directory_, ec), end; !ec && at != end; at.increment(ec))
            if (at->path().extension() == ".push")
                files.push_back(at->path());
        std::sort(files.begin(), files.end());
        for (auto const& file : files) {
            current_ = file;
            std::string text(std::min<std::uintmax_t>(std::filesystem::file_size(file, ec), 1U << 20U), '\0');
            std::ifstream in(file, std::ios::binary);
            in.read(text.data(), static_cast<std::streamsize>(text.size()));
            if (auto push = parse_push(text); in && push)
                return *std::move(push);
            done();  // nothing that can be understood
        }
        return std::nullopt;
    }

    asio::posix::stream_descriptor events_;
    std::string directory_;
    std::filesystem::path current_;
};

}  // namespace penstock::embedded::detail

#endif  // PENSTOCK_EMBEDDED_IMPL_FORGE_SPOOL_IPP
