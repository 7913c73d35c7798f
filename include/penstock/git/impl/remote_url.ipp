#ifndef PENSTOCK_GIT_IMPL_REMOTE_URL_IPP
#define PENSTOCK_GIT_IMPL_REMOTE_URL_IPP
#include <penstock/git/remote_url.hpp>
#include <penstock/git/repository_url.hpp>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

namespace penstock::git {

PENSTOCK_DECL result<remote_url> parse_remote(std::string_view text)
{
    auto const shown = without_userinfo(text);
    auto const parsed = boost::urls::parse_uri(text);
    if (!parsed || parsed->encoded_host().empty())
        return failure(errc::invalid_argument, "not the address of a Git server: " + shown);
    boost::urls::url url(*parsed);
    url.normalize_scheme();
    if (url.scheme() != "https" && url.scheme() != "http")
        return failure(errc::unsupported, "only http and https can be polled: " + shown);
    remote_url out;
    if (url.has_userinfo() && !url.encoded_user().empty()) {
        secret const password(url.password());
        out.userinfo = credential::basic(url.user(), password);
    }
    url.remove_userinfo();
    url.remove_query();
    url.remove_fragment();
    out.base = std::string(url.buffer());
    while (out.base.ends_with('/'))
        out.base.pop_back();
    return out;
}

PENSTOCK_DECL result<remote_url> follow_redirect(remote_url const& remote, std::string_view location)
{
    auto const refused = [&](std::string_view why) {
        return failure(errc::unexpected_status, remote.base + ": " + std::string(why));
    };
    auto const asked = remote.advertisement();
    auto const from = boost::urls::parse_uri(asked);
    auto const reference = boost::urls::parse_uri_reference(location);
    boost::urls::url to;
    if (location.empty() || !from || !reference || !boost::urls::resolve(*from, *reference, to))
        return refused("a redirect without a usable Location");
    to.normalize_scheme();
    to.normalize_authority();
    boost::urls::url origin(*from);
    origin.normalize_authority();
    if (to.encoded_host() != origin.encoded_host())
        return refused("redirects to another host, which is not followed; write that address into the source");
    bool const upgrade = origin.scheme() == "http" && to.scheme() == "https";
    if (to.scheme() != origin.scheme() && !upgrade)
        return refused("redirects away from https, which is not followed");
    if (!upgrade && to.port() != origin.port())
        return refused("redirects to another port, which is not followed");
    constexpr std::string_view service = "/info/refs";
    std::string path(to.encoded_path().data(), to.encoded_path().size());
    if (!path.ends_with(service))
        return refused("redirects to something that is no Git service; is a login needed?");
    path.resize(path.size() - service.size());
    to.set_encoded_path(path);
    auto out = parse_remote(std::string_view(to.buffer().data(), to.buffer().size()));
    if (out)
        out->userinfo = remote.userinfo;
    return out;
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_IMPL_REMOTE_URL_IPP
