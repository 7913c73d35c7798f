#ifndef PENSTOCK_ERROR_RESULT_HPP
#define PENSTOCK_ERROR_RESULT_HPP
#include <penstock/error/errc.hpp>
#include <penstock/time/types.hpp>

#include <boost/system/result.hpp>
#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>

#include <memory>
#include <string>
#include <utility>

namespace penstock {

/// What a peer said beyond a sentence, for programs. A folder that knows more derives from it and finds it again.
class failure_note
{
public:
    failure_note() = default;
    failure_note(failure_note const&) = default;
    failure_note& operator=(failure_note const&) = default;
    virtual ~failure_note() = default;
};

/** An error code and what it happened to.

    `detail` names the object, header, file or peer at fault and what to do; it never holds a secret.
    `retry_after` is zero unless the peer said when to come back.
    Converts from `errc` and `error_code`, so that `co_return errc::not_found;` works. */
class [[nodiscard]] failure
{
public:
    failure() = default;
    failure(errc e) : code(e) {}                                     // NOLINT(google-explicit-constructor)
    failure(error_code c) : code(c) {}                               // NOLINT(google-explicit-constructor)
    failure(errc e, std::string what) : code(e), detail(std::move(what)) {}
    failure(error_code c, std::string what) : code(c), detail(std::move(what)) {}
    failure(errc e, std::string what, duration after) : code(e), detail(std::move(what)), retry_after(after) {}

    /// One line for people: the detail, then what the code says.
    std::string message() const { return detail.empty() ? code.message() : detail + ": " + code.message(); }

    error_code code;
    std::string detail;
    duration retry_after{};
    std::shared_ptr<failure_note const> note;  ///< Null where there is nothing more to know.
};

/// Called by `result::value()` when there is none; a bug in the caller, so an exception.
[[noreturn]] inline void throw_exception_from_error(failure const& f, boost::source_location const& where)
{
    boost::throw_exception(boost::system::system_error(f.code, f.detail), where);
}

/** A value or a failure. `T` must be default-constructible where it crosses a deadline, and is never
    `bool`: a two-valued answer is an enum. */
template <class T = void>
using result = boost::system::result<T, failure>;

}  // namespace penstock

#endif  // PENSTOCK_ERROR_RESULT_HPP
