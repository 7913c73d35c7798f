#ifndef PENSTOCK_HOOK_IMPL_FORM_IPP
#define PENSTOCK_HOOK_IMPL_FORM_IPP
#include <penstock/hook/form.hpp>

#include <boost/url/encoding_opts.hpp>
#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse_query.hpp>

#include <iterator>

namespace penstock::hook {

PENSTOCK_DECL result<std::string> form_field(std::string_view body, std::string_view name)
{
    auto const form = boost::urls::parse_query(body);
    if (!form)
        return failure(errc::malformed, "the form");
    auto const found = form->find(name);
    if (found == form->end() || form->find(std::next(found), name) != form->end())
        return failure(errc::malformed, "the form does not hold " + std::string(name) + " once");
    boost::urls::encoding_opts options;
    options.space_as_plus = true;
    std::string value;
    (*found).value.decode(options, boost::urls::string_token::assign_to(value));
    return value;
}

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_IMPL_FORM_IPP
