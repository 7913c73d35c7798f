#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_CALL_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_CALL_IPP
#include <penstock/embedded/kube_call.hpp>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cstddef>

namespace penstock::embedded {

PENSTOCK_DECL kube_call::kube_call(std::string verb, std::string_view target, http::fields header, std::string content)
    : method(std::move(verb)), fields(std::move(header)), body(std::move(content))
{
    auto const parsed = boost::urls::parse_origin_form(boost::core::string_view(target.data(), target.size()));
    if (!parsed)
        return;
    for (auto const& segment : parsed->segments())
        path.emplace_back(segment.begin(), segment.end());
    if (!path.empty() && path.back().empty())
        path.pop_back();  // a slash at the end
    for (auto const& p : parsed->params())
        query.emplace_back(std::string(p.key.begin(), p.key.end()), std::string(p.value.begin(), p.value.end()));
}

PENSTOCK_DECL std::string_view kube_call::parameter(std::string_view name) const noexcept
{
    auto const at = std::find_if(query.begin(), query.end(), [name](auto const& q) { return q.first == name; });
    return at == query.end() ? std::string_view() : std::string_view(at->second);
}

PENSTOCK_DECL bool kube_call::flag(std::string_view name) const noexcept
{
    auto const v = parameter(name);
    return v == "true" || v == "1";
}

PENSTOCK_DECL std::string_view kube_call::content_type() const noexcept
{
    auto const all = fields["Content-Type"];
    auto media = all.substr(0, all.find(';'));
    while (media.ends_with(' '))
        media.remove_suffix(1);
    return media;
}

PENSTOCK_DECL kube_result<kube_place> kube_place::find(kube_registry const& types, std::vector<std::string> const& path)
{
    kube_place out;
    std::size_t at = 0;
    std::string group;
    std::string version;
    if (path.size() >= 3 && path[0] == "api") {
        version = path[1];
        at = 2;
    } else if (path.size() >= 4 && path[0] == "apis") {
        group = path[1];
        version = path[2];
        at = 3;
    } else
        return kube_errors::no_such_page();
    auto const left = [&path, &at] { return path.size() - at; };
    bool const own = group.empty() && left() >= 3 && (path[at + 2] == "status" || path[at + 2] == "finalize");
    if (path[at] == "namespaces" && left() >= 3 && !own) {
        out.ns = path[at + 1];
        at += 2;
    }
    out.type = types.find(group, version, path[at]);
    if (!out.type || left() > 3 || (!out.type->namespaced && !out.ns.empty()))
        return kube_errors::unknown_path(types, group);
    if (left() >= 2)
        out.name = path[at + 1];
    if (left() == 3)
        out.subresource = path[at + 2];
    if (!out.name.empty() && out.type->namespaced && out.ns.empty())
        return kube_errors::unknown_path(types, group);
    bool const known = out.subresource.empty() || (out.subresource == "status" && out.type->status)
                       || (out.subresource == "scale" && !out.type->scale_replicas.empty());
    if (!known)
        return out.type->custom ? kube_errors::not_found(*out.type, out.name) : kube_errors::unknown_path(types, group);
    return out;
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_CALL_IPP
