#ifndef PENSTOCK_SYNC_RECEIVER_FILTER_HPP
#define PENSTOCK_SYNC_RECEIVER_FILTER_HPP
#include <penstock/cel/expression.hpp>
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/sync/receiver.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace penstock::sync {

/** The CEL conditions of one Receiver, compiled once and not for every request: `resourceFilter` for all of its
    entries, and the `filter` of each. An object passes when both say yes.

    Expressions name `res`, the object's apiVersion, kind and metadata, and `req`, the body of the request. */
class receiver_filters
{
public:
    receiver_filters() = default;

    /// @return What is wrong with the first expression that cannot be used, and which it is.
    PENSTOCK_DECL static result<receiver_filters> compile(receiver const& r);

    bool empty() const noexcept { return !all_ && entries_.empty(); }

    /** @param entry Place in `receiver::resources`.
        @param res A whole object or its metadata; only apiVersion, kind and metadata are shown.
        @return `errc::malformed` or `errc::too_large` when an expression fails. */
    PENSTOCK_DECL result<cel::verdict> test(std::size_t entry, boost::json::value const& res,
                                            boost::json::value const& req) const;
private:
    std::optional<cel::expression> all_;
    std::vector<std::optional<cel::expression>> entries_;  // empty when no entry has a filter
};

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/receiver_filter.ipp>
#endif

#endif  // PENSTOCK_SYNC_RECEIVER_FILTER_HPP
