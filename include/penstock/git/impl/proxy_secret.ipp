#ifndef PENSTOCK_GIT_IMPL_PROXY_SECRET_IPP
#define PENSTOCK_GIT_IMPL_PROXY_SECRET_IPP
#include <penstock/git/proxy_secret.hpp>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace penstock::git {

PENSTOCK_DECL result<secret> read_proxy(secret_keys const& keys)
{
    auto const value = [&keys](std::string_view name) {
        auto const at = keys.find(name);
        auto text = at == keys.end() ? std::string_view() : at->second.reveal();
        while (text.ends_with('\n') || text.ends_with('\r') || text.ends_with(' '))
            text.remove_suffix(1);
        return text;
    };
    auto const bad = [](errc code, std::string what) { return failure(code, std::move(what)); };
    auto const address = value("address");
    if (address.empty())
        return bad(errc::invalid_configuration, "the Secret of a proxy has no address");
    auto const parsed = boost::urls::parse_uri(address);
    if (!parsed || parsed->encoded_host().empty())
        return bad(errc::invalid_configuration, "the address in the Secret of a proxy is none: http://HOST:PORT");
    boost::urls::url url(*parsed);
    url.normalize_scheme();
    if (url.scheme() != "http")
        return bad(errc::unsupported, "polls go through proxies of the scheme http only");
    auto const user = value("username");
    auto const password = value("password");
    if (user.empty() && !password.empty())
        return bad(errc::invalid_configuration, "the Secret of a proxy has a password without username");
    if (!user.empty()) {
        url.set_user(user);
        url.set_password(password);
    }
    url.set_encoded_path("");
    url.remove_query();
    url.remove_fragment();
    return secret(std::string(url.buffer().data(), url.buffer().size()));
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_IMPL_PROXY_SECRET_IPP
