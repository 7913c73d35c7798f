#ifndef PENSTOCK_HOOK_FORM_HPP
#define PENSTOCK_HOOK_FORM_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::hook {

/** The value of a field of an `application/x-www-form-urlencoded` body, decoded.

    @return `errc::malformed` if the body is not such a form, or the field is not there exactly once. */
PENSTOCK_DECL result<std::string> form_field(std::string_view body, std::string_view name);

/// The same in slices, for a loop that has other things to do meanwhile.
class form_reader
{
public:
    /// @param to Gets the value. All three must stay until it is read.
    form_reader(std::string_view body, std::string_view name, std::string& to) : body_(body), name_(name), to_(&to) {}

    /** Reads on, a little more than `most` bytes at most.
        @return How many are left, 0 once `to` is complete; or an error as that of `form_field`, and then no more. */
    PENSTOCK_DECL result<std::size_t> read_some(std::size_t most);
private:
    enum class part
    {
        name,
        wanted,
        other,
    };

    PENSTOCK_DECL void take(char c);
    PENSTOCK_DECL void end_name();

    std::string_view body_;
    std::string_view name_;
    std::string* to_;
    std::size_t at_ = 0;
    std::size_t alike_ = 0;   // how much of a name is as it should be
    bool differs_ = false;
    std::size_t found_ = 0;
    part in_ = part::name;
};

}  // namespace penstock::hook

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/hook/impl/form.ipp>
#endif

#endif  // PENSTOCK_HOOK_FORM_HPP
