#ifndef PENSTOCK_AUTH_IMPL_SECRET_FILE_IPP
#define PENSTOCK_AUTH_IMPL_SECRET_FILE_IPP
#include <penstock/auth/secret_file.hpp>

#include <chrono>
#include <string_view>

namespace penstock::auth {

PENSTOCK_DECL result<secret_file::change> secret_file::refresh()
{
    auto file = small_file::open(path_, small_file::pipes::refuse);
    if (!file)
        return file.error();
    if (settled_ && file->seen() == seen_)
        return change::none;
    auto content = file->read(limit_);
    if (!content)
        return content.error();
    secret const whole(*std::move(content));
    auto text = whole.reveal();
    auto const last = text.find_last_not_of(" \t\r\n");
    text = last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
    if (text.empty())
        return failure(errc::invalid_configuration, path_ + ": is empty");
    auto const what = text == value_.reveal() ? change::none : change::fresh;
    if (what == change::fresh)
        value_ = secret(std::string(text));
    // Two writes within one tick of the file system's clock look the same: such a file is read again next time.
    auto const wall = std::chrono::system_clock::now().time_since_epoch();
    seen_ = file->seen();
    settled_ = std::chrono::nanoseconds(wall).count() - seen_.changed > 2'000'000'000;
    return what;
}

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_IMPL_SECRET_FILE_IPP
