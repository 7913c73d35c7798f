#ifndef PENSTOCK_HOOK_IMPL_EVENT_DECODER_IPP
#define PENSTOCK_HOOK_IMPL_EVENT_DECODER_IPP
#include <penstock/hook/event.hpp>
#include <penstock/hook/impl/event_paths.ipp>
#include <penstock/json/projection.hpp>
#include <penstock/text/object_id.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::hook::detail {

inline constexpr std::size_t github_listed_commits = 2048;             // no payload lists more
inline constexpr std::size_t max_delivery_size = 25 * 1024 * 1024;     // what GitHub and GitLab send at most

inline bool is_null_id(std::string_view id) noexcept
{
    return !id.empty() && id.find_first_not_of('0') == std::string_view::npos;
}

/// Writes texts over those of a list, so that their memory is used again.
class rewriter
{
public:
    explicit rewriter(std::vector<std::string>& list) : list_(list) {}

    void add(std::string_view text)
    {
        if (used_ == list_.size())
            list_.emplace_back();
        list_[used_++].assign(text);
    }
    void add_once(std::string_view text)
    {
        auto const end = list_.begin() + static_cast<std::ptrdiff_t>(used_);
        if (std::find(list_.begin(), end, text) == end)
            add(text);
    }
    void end() { list_.resize(used_); }
private:
    std::vector<std::string>& list_;
    std::size_t used_ = 0;
};

/// Whether a body is a form, in which case its field `payload` holds the JSON: a form begins with another character.
inline bool is_form(std::string_view body) noexcept
{
    auto const start = body.find_first_not_of(" \t\r\n");
    return start != std::string_view::npos && body[start] != '{';
}

inline json::projection_limits payload_limits() noexcept
{
    json::projection_limits limits;
    limits.document.max_size = max_delivery_size;
    return limits;
}

/// What a payload says, once it is read, on its way to a `push_event`. The functions that give an event end it.
class decoder
{
public:
    decoder(push_event& to, json::projected const& found, std::string_view provider, std::string_view event,
            std::string_view delivery)
        : made_(to), found_(found)
    {
        made_.kind = event_kind::ignored;
        for (auto* const text : {&made_.reason, &made_.repository, &made_.default_branch, &made_.ref, &made_.before,
                                 &made_.after, &made_.sender})
            text->clear();
        made_.provider = provider;
        made_.event = event;
        made_.delivery = delivery;
        made_.installation = 0;
        made_.paths_complete = made_.created = made_.deleted = made_.forced = false;
        made_.pull_request = {};
    }

    result<void> ignored(std::string why)
    {
        made_.reason = std::move(why);
        made_.repository_urls.clear();
        made_.paths.clear();
        return {};
    }

    result<void> ping()
    {
        made_.kind = event_kind::ping;
        made_.paths.clear();
        return {};
    }

    result<void> push()
    {
        made_.kind = event_kind::push;
        made_.ref = text(at::ref);
        made_.before = text(at::before);
        made_.after = text(at::after);
        if (!made_.ref.starts_with("refs/"))
            return failure(errc::malformed, "a push whose ref is not a full name");
        if (!is_object_id(made_.after))
            return failure(errc::malformed, "a push whose after is not an object id");
        if (!made_.before.empty() && !is_object_id(made_.before))
            return failure(errc::malformed, "a push whose before is not an object id");
        if (made_.repository_urls.empty())
            return failure(errc::malformed, "a push without a URL of its repository");
        made_.deleted = is_null_id(made_.after);
        made_.created = !made_.deleted && (is_null_id(made_.before) || flag(at::created));
        made_.forced = flag(at::forced);
        touched_paths();
        return {};
    }

    result<void> pull_request()
    {
        made_.paths.clear();
        made_.kind = event_kind::pull_request;
        auto& pull = made_.pull_request;
        pull.number = found_.integer(place(at::number)).value_or(0);
        pull.action = text(at::action);
        pull.head_ref = text(at::head_ref);
        pull.head_id = text(at::head_id);
        pull.base_ref = text(at::base_ref);
        pull.head_repository = text(at::head_repository);
        pull.merged = flag(at::merged);
        pull.draft = flag(at::draft);
        if (pull.number <= 0 || pull.action.empty() || !is_object_id(pull.head_id))
            return failure(errc::malformed, "a pull request without number, action or head");
        if (made_.repository_urls.empty())
            return failure(errc::malformed, "a pull request without a URL of its repository");
        return {};
    }

    /// What the body calls itself: a template of the user's may have left out one of the two.
    std::string_view inner_event() const noexcept
    {
        return text(at::event_name).empty() ? text(at::object_kind) : text(at::event_name);
    }

    /// What all events have. To be called when the payload is read, before one of the others.
    void repository()
    {
        made_.repository = text(at::full_name);
        made_.default_branch = text(at::default_branch);
        made_.sender = text(at::sender);
        made_.installation = found_.integer(place(at::installation)).value_or(0);
        rewriter urls(made_.repository_urls);
        for (auto i = place(at::url_1); i <= place(at::url_6); ++i)
            if (auto const url = found_.text(i); !url.empty())
                urls.add_once(url);
        urls.end();
    }
private:
    std::string_view text(at what) const noexcept { return found_.text(place(what)); }
    bool flag(at what) const noexcept { return found_.is_true(place(what)); }

    void touched_paths()
    {
        if (found_.cut()) {  // nobody may rely on them, and a list that long takes its time
            made_.paths.clear();
            return;
        }
        rewriter paths(made_.paths);
        for (auto const kind : {at::added, at::modified, at::removed})
            for (auto const& one : found_.all(place(kind)))
                paths.add(one.text);
        paths.end();
        std::ranges::sort(made_.paths);
        auto const rest = std::ranges::unique(made_.paths);
        made_.paths.erase(rest.begin(), rest.end());
        auto const listed = found_.all(place(at::commit_id)).size();
        auto const said = found_.integer(place(at::commit_count));
        bool const all_listed = said ? *said == static_cast<std::int64_t>(listed) : listed < github_listed_commits;
        made_.paths_complete = listed != 0 && all_listed && !made_.forced && !made_.created;
    }

    push_event& made_;
    json::projected const& found_;
};

}  // namespace penstock::hook::detail

#endif  // PENSTOCK_HOOK_IMPL_EVENT_DECODER_IPP
