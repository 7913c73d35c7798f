#ifndef PENSTOCK_HOOK_IMPL_EVENT_IPP
#define PENSTOCK_HOOK_IMPL_EVENT_IPP
#include <penstock/hook/event.hpp>
#include <penstock/hook/impl/event_decoder.ipp>

#include <algorithm>
#include <string>
#include <utility>

namespace penstock::hook {

namespace detail {

/// What to read of a body; nothing for an event that is not used.
inline json::projection const* paths_for(envelope const& e)
{
    auto const is = [&e](auto... names) { return ((e.event == names) || ...); };
    switch (e.provider) {
    case provider::github:
    case provider::gitea: return is("push", "ping", "pull_request") ? &github_paths() : nullptr;
    case provider::gitlab: return is("Push Hook", "Tag Push Hook", "System Hook") ? &gitlab_paths() : nullptr;
    case provider::bitbucket:
    case provider::unknown: break;
    }
    return nullptr;
}

inline result<void> ignore(decoder& d, envelope const& e)
{
    bool const read = e.provider == provider::github || e.provider == provider::gitea || e.provider == provider::gitlab;
    return d.ignored(read ? "the event " + std::string(e.event) + " is not used"
                          : "deliveries of this sender are not read");
}

/// What was read of a body that `paths_for` knows.
inline result<void> tell(decoder& d, envelope const& e)
{
    d.repository();
    if (e.provider != provider::gitlab) {
        if (e.event == "push")
            return d.push();
        return e.event == "ping" ? d.ping() : d.pull_request();
    }
    auto const inner = d.inner_event();
    if (inner == "push" || inner == "tag_push")
        return d.push();
    if (e.event == "System Hook")
        return d.ignored("the system event " + std::string(inner) + " is not used");
    return failure(errc::malformed, "a " + std::string(e.event) + " whose object_kind is another");
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
    thread_local json::projected kept;  // of one delivery at a time: nothing is awaited while it is read
    detail::decoder d(to, kept, name(e.provider), e.event, e.delivery);
    auto const* const paths = detail::paths_for(e);
    if (paths == nullptr)
        return detail::ignore(d, e);
    std::string unwrapped;
    if (detail::is_form(body)) {
        auto field = form_field(body, "payload");
        if (!field)
            return field.error();
        unwrapped = *std::move(field);
        body = unwrapped;
    }
    if (auto const read = paths->skim_into(kept, body, detail::payload_limits()); !read)
        return read.error();
    return detail::tell(d, e);
}

PENSTOCK_DECL event_reader::event_reader(push_event& to, envelope const& e, std::string_view body)
    : to_(&to), envelope_(e), paths_(detail::paths_for(e))
{
    if (paths_ == nullptr)
        return;
    if (detail::is_form(body))
        form_.emplace(body, "payload", unwrapped_);
    else
        json_.emplace(*paths_, found_, body, detail::payload_limits(), json::projection_reader::care::kept);
}

PENSTOCK_DECL result<std::size_t> event_reader::read_some(std::size_t most)
{
    if (form_) {
        auto const left = form_->read_some(most);
        if (!left || *left != 0)
            return left;
        form_.reset();
        json_.emplace(*paths_, found_, unwrapped_, detail::payload_limits(), json::projection_reader::care::kept);
        return unwrapped_.size() + 1;
    }
    if (json_) {
        auto const left = json_->read_some(most);
        if (!left || *left != 0)
            return left;
        json_.reset();
    }
    detail::decoder d(*to_, found_, name(envelope_.provider), envelope_.event, envelope_.delivery);
    auto const told = paths_ == nullptr ? detail::ignore(d, envelope_) : detail::tell(d, envelope_);
    if (!told)
        return told.error();
    return std::size_t{0};
}

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_IMPL_EVENT_IPP
