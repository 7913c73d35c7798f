#ifndef PENSTOCK_HOOK_FORM_HPP
#define PENSTOCK_HOOK_FORM_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <string>
#include <string_view>

namespace penstock::hook {

/** The value of a field of an `application/x-www-form-urlencoded` body, decoded.

    @return `errc::malformed` if the body is not such a form, or the field is not there exactly once. */
PENSTOCK_DECL result<std::string> form_field(std::string_view body, std::string_view name);

}  // namespace penstock::hook

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/hook/impl/form.ipp>
#endif

#endif  // PENSTOCK_HOOK_FORM_HPP
