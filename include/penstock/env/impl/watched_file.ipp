#ifndef PENSTOCK_ENV_IMPL_WATCHED_FILE_IPP
#define PENSTOCK_ENV_IMPL_WATCHED_FILE_IPP
#include <penstock/env/watched_file.hpp>

#include <chrono>

namespace penstock::env {

PENSTOCK_DECL result<watched_file::change> watched_file::refresh()
{
    if (empty() || once_)
        return change::none;
    auto file = small_file::open(path_);
    if (!file)
        return file.error();
    if (has_content_ && mark_.knows(file->seen()))
        return change::none;
    auto text = file->read(limit_);
    if (!text)
        return text.error();
    secret now(*std::move(text));
    mark_.read(file->seen(), std::chrono::system_clock::now());
    once_ = !file->seen().regular;
    if (has_content_ && now.reveal() == content_.reveal())
        return change::none;
    content_ = std::move(now);
    has_content_ = true;
    return change::fresh;
}

}  // namespace penstock::env

#endif  // PENSTOCK_ENV_IMPL_WATCHED_FILE_IPP
