#ifndef PENSTOCK_HOOK_IMPL_EVENT_IPP
#define PENSTOCK_HOOK_IMPL_EVENT_IPP
#include <penstock/hook/event.hpp>
#include <penstock/hook/impl/event_decoder.ipp>

#include <algorithm>
#include <string>

namespace penstock::hook {

namespace detail {

inline result<push_event> decode_like_github(decoder d, std::string_view body)
{
    auto const event = d.event();
    if (event != "push" && event != "ping" && event != "pull_request")
        return d.ignored("the event " + event + " is not used");
    if (auto const read = d.read(github_paths(), body); !read)
        return read.error();
    if (event == "push")
        return d.push();
    return event == "ping" ? result<push_event>(d.ping()) : d.pull_request();
}

}  // namespace detail

PENSTOCK_DECL result<push_event> decode_github(std::string_view event, std::string_view delivery, std::string_view body)
{
    return detail::decode_like_github(detail::decoder("github", event, delivery), body);
}

PENSTOCK_DECL result<push_event> decode_gitea(std::string_view event, std::string_view delivery, std::string_view body)
{
    return detail::decode_like_github(detail::decoder("gitea", event, delivery), body);
}

PENSTOCK_DECL result<push_event> decode_gitlab(std::string_view event, std::string_view delivery, std::string_view body)
{
    detail::decoder d("gitlab", event, delivery);
    bool const system = event == "System Hook";
    if (!system && event != "Push Hook" && event != "Tag Push Hook")
        return d.ignored("the event " + std::string(event) + " is not used");
    if (auto const read = d.read(detail::gitlab_paths(), body); !read)
        return read.error();
    auto const inner = d.inner_event();
    bool const is_push = inner == "push" || inner == "tag_push";
    if (is_push)
        return d.push();
    if (system)
        return d.ignored("the system event " + inner + " is not used");
    return failure(errc::malformed, "a " + std::string(event) + " whose object_kind is another");
}

PENSTOCK_DECL result<push_event> decode(envelope const& e, std::string_view body)
{
    switch (e.provider) {
    case provider::github: return decode_github(e.event, e.delivery, body);
    case provider::gitlab: return decode_gitlab(e.event, e.delivery, body);
    case provider::gitea: return decode_gitea(e.event, e.delivery, body);
    case provider::bitbucket:
    case provider::unknown: break;
    }
    detail::decoder d(name(e.provider), e.event, e.delivery);
    return d.ignored("deliveries of this sender are not read");
}

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_IMPL_EVENT_IPP
