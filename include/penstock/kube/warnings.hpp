#ifndef PENSTOCK_KUBE_WARNINGS_HPP
#define PENSTOCK_KUBE_WARNINGS_HPP
#include <penstock/config.hpp>
#include <penstock/http/fields.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::kube {

/** What the server warns of with code 299: a deprecated version, an unknown field. Each is one line of at most
    512 bytes; fields that are not in the form `299 agent "text"` say nothing.
    @see https://kubernetes.io/blog/2020/09/03/warnings/ */
PENSTOCK_DECL std::vector<std::string> warnings_of(http::fields const& fields);

/// Remembers which warnings have been told, so that each is told once. Pure.
class told_warnings
{
public:
    static constexpr std::size_t capacity = 256;

    /// Whether this text is new. When too many are known all are forgotten, and each may come once more.
    bool is_new(std::string_view text)
    {
        if (told_.contains(text))
            return false;
        if (told_.size() == capacity)
            told_.clear();
        told_.emplace(text);
        return true;
    }
private:
    std::set<std::string, std::less<>> told_;
};

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/warnings.ipp>
#endif
#endif  // PENSTOCK_KUBE_WARNINGS_HPP
