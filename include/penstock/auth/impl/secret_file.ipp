#ifndef PENSTOCK_AUTH_IMPL_SECRET_FILE_IPP
#define PENSTOCK_AUTH_IMPL_SECRET_FILE_IPP
#include <penstock/auth/secret_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string_view>

namespace penstock::auth {

PENSTOCK_DECL result<secret_file::change> secret_file::refresh()
{
    auto const bad = [this](errc code, std::string const& why) { return failure(code, path_ + " " + why); };
    int const opened = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0)
        return bad(errc::invalid_configuration, "cannot be read; check the path and its permissions");
    struct guard
    {
        int fd;
        ~guard() { ::close(fd); }
    } const file{opened};
    struct stat at = {};
    if (::fstat(file.fd, &at) != 0 || !S_ISREG(at.st_mode))
        return bad(errc::invalid_configuration, "is no file");
    auto const nanoseconds = [](timespec const& t) {
        return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
    };
    print now;
    now.device = static_cast<std::uint64_t>(at.st_dev);
    now.inode = static_cast<std::uint64_t>(at.st_ino);
    now.size = static_cast<std::uint64_t>(at.st_size);
    now.modified = nanoseconds(at.st_mtim);
    now.changed = nanoseconds(at.st_ctim);
    if (settled_ && now == seen_)
        return change::none;
    std::string content(limit_ + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        auto const n = ::read(file.fd, content.data() + size, content.size() - size);
        if (n < 0) {
            secret::wipe(content);
            return bad(errc::invalid_configuration, "cannot be read");
        }
        if (n == 0)
            break;
        size += static_cast<std::size_t>(n);
    }
    if (size > limit_) {
        secret::wipe(content);
        return bad(errc::too_large, "is longer than " + std::to_string(limit_) + " bytes");
    }
    std::string_view text = std::string_view(content).substr(0, size);
    auto const last = text.find_last_not_of(" \t\r\n");
    text = last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
    if (text.empty()) {
        secret::wipe(content);
        return bad(errc::invalid_configuration, "is empty");
    }
    auto const what = text == value_.reveal() ? change::none : change::fresh;
    if (what == change::fresh)
        value_ = secret(std::string(text));
    secret::wipe(content);
    // Two writes within one tick of the file system's clock look the same: such a file is read again next time.
    auto const wall = std::chrono::system_clock::now().time_since_epoch();
    seen_ = now;
    settled_ = std::chrono::nanoseconds(wall).count() - now.changed > 2'000'000'000;
    return what;
}

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_IMPL_SECRET_FILE_IPP
