#ifndef PENSTOCK_ERROR_CONDITION_HPP
#define PENSTOCK_ERROR_CONDITION_HPP
#include <boost/system/error_category.hpp>
#include <boost/system/error_condition.hpp>

#include <string>
#include <type_traits>

namespace penstock {

/** What a caller does about an error. Compare an `error_code` with these, never with one exact code:
    `if (f.code == condition::retryable)`. */
enum class condition
{
    retryable = 1,    ///< The same call may succeed later.
    unauthorized,     ///< Get a new credential, then try once more.
    not_found,        ///< The object does not exist.
    conflict,         ///< Read again, then decide again.
    gone,             ///< The version asked for has been forgotten: list again.
    quota_exhausted,  ///< Wait as long as `failure::retry_after` says.
    rejected,         ///< The same call will never succeed.
};

namespace detail {

class condition_category final : public boost::system::error_category
{
public:
    char const* name() const noexcept override { return "penstock.condition"; }

    std::string message(int value) const override
    {
        switch (static_cast<condition>(value)) {
        case condition::retryable: return "retryable";
        case condition::unauthorized: return "unauthorized";
        case condition::not_found: return "not found";
        case condition::conflict: return "conflict";
        case condition::gone: return "gone";
        case condition::quota_exhausted: return "quota exhausted";
        case condition::rejected: return "rejected";
        }
        return "unknown penstock condition";
    }
};

}  // namespace detail

/// The category of `condition`. Thread-safe.
inline boost::system::error_category const& penstock_condition_category() noexcept
{
    static detail::condition_category const category;
    return category;
}

/// Lets `condition` be compared with an `error_code`.
inline boost::system::error_condition make_error_condition(condition c) noexcept
{
    return {static_cast<int>(c), penstock_condition_category()};
}

}  // namespace penstock

namespace boost::system {

template <>
struct is_error_condition_enum<penstock::condition> : std::true_type
{};

}  // namespace boost::system

#endif  // PENSTOCK_ERROR_CONDITION_HPP
