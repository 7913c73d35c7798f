#ifndef PENSTOCK_AUTH_BASE_URL_HPP
#define PENSTOCK_AUTH_BASE_URL_HPP
#include <string_view>

namespace penstock::auth {

namespace detail {

/// Whether `url` lies at or under `base`: the same origin, and a path that begins with all of the base's parts.
inline bool is_under(std::string_view url, std::string_view base) noexcept
{
    while (base.ends_with('/'))
        base.remove_suffix(1);
    if (base.empty() || !url.starts_with(base))
        return false;
    auto const rest = url.substr(base.size());
    return rest.empty() || rest.front() == '/' || rest.front() == '?';
}

}  // namespace detail

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_BASE_URL_HPP
