#ifndef PENSTOCK_KUBE_LIST_PAGER_HPP
#define PENSTOCK_KUBE_LIST_PAGER_HPP
#include <penstock/kube/api.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace penstock::kube {

/** Decides how a collection is read page by page: client-go's rules. Pure.

    Every page after the first names the page before and no version. When the server has forgotten the snapshot
    (410, from the second page on), the whole collection is asked for once, without pages, as it was asked for
    first. */
class list_pager
{
public:
    /// @param page_size Taken where `ask` sets no limit.
    list_pager(list_options ask, std::int64_t page_size) : ask_(std::move(ask))
    {
        if (ask_.limit == 0)
            ask_.limit = page_size;
    }

    /// What to ask for next.
    list_options const& ask() const noexcept { return ask_; }

    /// A page came. @return Whether it was the last one.
    enum class verdict : std::uint8_t
    {
        more,
        last,
    };
    verdict took(object_list const& page)
    {
        if (ask_.continue_token.empty())
            resource_version_ = page.resource_version;
        ask_.continue_token = page.continue_token;
        return page.continue_token.empty() ? verdict::last : verdict::more;
    }

    /// No page came. @return Whether to ask again: from the start, so that what was read so far is to be forgotten.
    enum class outcome : std::uint8_t
    {
        start_over,
        give_up,
    };
    outcome failed(failure const& f)
    {
        if (f.code != errc::gone || ask_.continue_token.empty())
            return outcome::give_up;
        ask_.continue_token.clear();
        ask_.limit = 0;
        return outcome::start_over;
    }

    /// Of the first page: a watch from here misses nothing.
    std::string const& resource_version() const noexcept { return resource_version_; }
private:
    list_options ask_;
    std::string resource_version_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_LIST_PAGER_HPP
