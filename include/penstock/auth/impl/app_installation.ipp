#ifndef PENSTOCK_AUTH_IMPL_APP_INSTALLATION_IPP
#define PENSTOCK_AUTH_IMPL_APP_INSTALLATION_IPP
#include <penstock/auth/app_installation.hpp>

#include <penstock/auth/impl/github_answer.ipp>
#include <penstock/json/value.hpp>

#include <utility>

namespace penstock::auth {

PENSTOCK_DECL result<std::vector<app_installation>> read_installations(http::response const& answer,
                                                                       std::string const& app, wall_time wall)
{
    auto const subject = "GitHub App " + app + ": ";
    if (answer.status != 200)
        return detail::github_refusal(answer, subject, wall);
    auto const document = json::parse(answer.body);
    auto const* const list = document ? document->if_array() : nullptr;
    if (list == nullptr)
        return failure(errc::malformed, subject + "the answer is no list of installations");
    std::vector<app_installation> out;
    out.reserve(list->size());
    for (auto const& each : *list) {
        app_installation one;
        one.id = json::integer_at(each, {"id"}).value_or(0);
        if (one.id <= 0)
            return failure(errc::malformed, subject + "an installation has no id");
        one.owner = json::text_at(each, {"account", "login"});
        one.owner_type = json::text_at(each, {"account", "type"});
        one.repository_selection = json::text_at(each, {"repository_selection"});
        one.suspended = !json::text_at(each, {"suspended_at"}).empty();
        if (auto const* const granted = json::object_at(each, {"permissions"}))
            for (auto const& [what, level] : *granted)
                if (level.is_string())
                    one.permissions.emplace(what, level.get_string());
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_IMPL_APP_INSTALLATION_IPP
