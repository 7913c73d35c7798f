#ifndef PENSTOCK_HOOK_IMPL_FORM_IPP
#define PENSTOCK_HOOK_IMPL_FORM_IPP
#include <penstock/hook/form.hpp>
#include <penstock/text/hex.hpp>

#include <algorithm>

// Not Boost.URL's parse_query: that of Boost 1.81 looks for a null character behind the text that it is given.
namespace penstock::hook {

PENSTOCK_DECL void form_reader::end_name()
{
    bool const wanted = !differs_ && alike_ == name_.size();
    in_ = wanted ? part::wanted : part::other;
    found_ += wanted ? 1U : 0U;
    alike_ = 0;
    differs_ = false;
}

/// One character of a name or of a value, decoded.
PENSTOCK_DECL void form_reader::take(char c)
{
    if (in_ == part::wanted)
        to_->push_back(c);
    else if (in_ == part::other)
        return;
    else if (alike_ < name_.size() && name_[alike_] == c)
        ++alike_;
    else
        differs_ = true;
}

PENSTOCK_DECL result<std::size_t> form_reader::read_some(std::size_t most)
{
    if (at_ == 0)
        to_->clear();
    auto const end = at_ + std::min(most, body_.size() - at_);
    while (at_ < end) {
        char c = body_[at_++];
        if (c == '&') {
            if (in_ == part::name)
                end_name();
            in_ = part::name;
        } else if (c == '=' && in_ == part::name) {
            end_name();
        } else if (c == '%') {
            if (!penstock::detail::hex_into(body_.substr(at_, 2), {&c, 1}))
                return failure(errc::malformed, "the form");
            at_ += 2;
            take(c);
        } else if (c <= ' ' || c > '~' || c == '#') {  // must be escaped
            return failure(errc::malformed, "the form");
        } else {
            take(c == '+' ? ' ' : c);
        }
    }
    if (at_ < body_.size())
        return body_.size() - at_;
    if (in_ == part::name)
        end_name();
    if (found_ != 1)
        return failure(errc::malformed, "the form does not hold " + std::string(name_) + " once");
    return std::size_t{0};
}

PENSTOCK_DECL result<std::string> form_field(std::string_view body, std::string_view name)
{
    std::string value;
    value.reserve(body.size());  // decoding makes no text longer
    if (auto const read = form_reader(body, name, value).read_some(body.size()); !read)
        return read.error();
    return value;
}

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_IMPL_FORM_IPP
