#ifndef PENSTOCK_AUTH_IMPL_SECRET_FILE_IPP
#define PENSTOCK_AUTH_IMPL_SECRET_FILE_IPP
#include <penstock/auth/secret_file.hpp>

#include <chrono>
#include <string_view>

namespace penstock::auth {

PENSTOCK_DECL result<secret_file::change> secret_file::refresh()
{
    auto file = env::small_file::open(path_, env::small_file::pipes::refuse);
    if (!file)
        return file.error();
    if (mark_.knows(file->seen()))
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
    mark_.read(file->seen(), std::chrono::system_clock::now());
    return what;
}

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_IMPL_SECRET_FILE_IPP
