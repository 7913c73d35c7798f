#ifndef PENSTOCK_HOOK_IMPL_EVENT_IPP
#define PENSTOCK_HOOK_IMPL_EVENT_IPP
#include <penstock/hook/event.hpp>
#include <penstock/hook/impl/event_decoder.ipp>

#include <algorithm>
#include <string>

namespace penstock::hook {

namespace detail {

inline result<void> decode_like_github(decoder& d, std::string_view body)
{
    auto const& event = d.event();
    if (event != "push" && event != "ping" && event != "pull_request")
        return d.ignored("the event " + event + " is not used");
    if (auto const read = d.read(github_paths(), body); !read)
        return read.error();
    if (event == "push")
        return d.push();
    return event == "ping" ? d.ping() : d.pull_request();
}

inline result<void> decode_like_gitlab(decoder& d, std::string_view body)
{
    auto const& event = d.event();
    bool const system = event == "System Hook";
    if (!system && event != "Push Hook" && event != "Tag Push Hook")
        return d.ignored("the event " + event + " is not used");
    if (auto const read = d.read(gitlab_paths(), body); !read)
        return read.error();
    auto const inner = d.inner_event();
    if (inner == "push" || inner == "tag_push")
        return d.push();
    if (system)
        return d.ignored("the system event " + std::string(inner) + " is not used");
    return failure(errc::malformed, "a " + event + " whose object_kind is another");
}

inline result<push_event> decode_as(provider p, std::string_view event, std::string_view delivery,
                                    std::string_view body)
{
    envelope e;
    e.provider = p;
    e.event = event;
    e.delivery = delivery;
    push_event made;
    if (auto const read = decode_into(made, e, body); !read)
        return read.error();
    return made;
}

}  // namespace detail

PENSTOCK_DECL result<push_event> decode_github(std::string_view event, std::string_view delivery, std::string_view body)
{
    return detail::decode_as(provider::github, event, delivery, body);
}

PENSTOCK_DECL result<push_event> decode_gitea(std::string_view event, std::string_view delivery, std::string_view body)
{
    return detail::decode_as(provider::gitea, event, delivery, body);
}

PENSTOCK_DECL result<push_event> decode_gitlab(std::string_view event, std::string_view delivery, std::string_view body)
{
    return detail::decode_as(provider::gitlab, event, delivery, body);
}

PENSTOCK_DECL result<push_event> decode(envelope const& e, std::string_view body)
{
    return detail::decode_as(e.provider, e.event, e.delivery, body);
}

PENSTOCK_DECL result<void> decode_into(push_event& to, envelope const& e, std::string_view body)
{
    detail::decoder d(to, name(e.provider), e.event, e.delivery);
    switch (e.provider) {
    case provider::github:
    case provider::gitea: return detail::decode_like_github(d, body);
    case provider::gitlab: return detail::decode_like_gitlab(d, body);
    case provider::bitbucket:
    case provider::unknown: break;
    }
    return d.ignored("deliveries of this sender are not read");
}

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_IMPL_EVENT_IPP
