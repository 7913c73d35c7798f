// The header and the payload of a delivery, JSON or form, of every forge. Oracle: what a push is acted upon for has
// the form that it is relied upon to have, and in slices a body says the same, or is refused as well.
#include "input.hpp"

#include <penstock/hook/envelope.hpp>
#include <penstock/hook/event.hpp>
#include <penstock/hook/form.hpp>
#include <penstock/text/object_id.hpp>

#include <algorithm>
#include <string>
#include <string_view>

using namespace penstock;

namespace {

void check(hook::push_event const& e)
{
    using hook::event_kind;
    fuzz::require(e.kind != event_kind::ignored || !e.reason.empty(), "what is ignored has a reason");
    if (e.kind == event_kind::push) {
        fuzz::require(e.ref.starts_with("refs/"), "a ref is a full name");
        fuzz::require(is_object_id(e.after), "after is an object id");
        fuzz::require(e.before.empty() || is_object_id(e.before), "before is one, if it is there");
        fuzz::require(!e.repository_urls.empty(), "there is a repository");
        fuzz::require(e.deleted == (e.after.find_first_not_of('0') == std::string::npos), "a deletion is all zeros");
        fuzz::require(!(e.created && e.deleted), "nothing is made and deleted");
        fuzz::require(std::is_sorted(e.paths.begin(), e.paths.end()), "paths are sorted");
        fuzz::require(std::adjacent_find(e.paths.begin(), e.paths.end()) == e.paths.end(), "each path once");
    }
    if (e.kind == event_kind::pull_request)
        fuzz::require(e.pull_request.number > 0 && is_object_id(e.pull_request.head_id), "a pull request is one");
    auto urls = e.repository_urls;
    std::sort(urls.begin(), urls.end());
    fuzz::require(std::adjacent_find(urls.begin(), urls.end()) == urls.end(), "each URL once");
}

bool same(hook::push_event const& a, hook::push_event const& b)
{
    return a.kind == b.kind && a.reason == b.reason && a.repository_urls == b.repository_urls
           && a.repository == b.repository && a.default_branch == b.default_branch && a.ref == b.ref
           && a.before == b.before && a.after == b.after && a.installation == b.installation && a.sender == b.sender
           && a.paths == b.paths && a.paths_complete == b.paths_complete && a.created == b.created
           && a.deleted == b.deleted && a.forced == b.forced && a.pull_request.number == b.pull_request.number
           && a.pull_request.head_id == b.pull_request.head_id && a.pull_request.action == b.pull_request.action;
}

void in_slices(hook::envelope const& envelope, std::string_view body, result<hook::push_event> const& whole)
{
    hook::push_event e;
    hook::event_reader slices(e, envelope, body);
    auto const step = [body](std::size_t turn) {
        return body.empty() ? std::size_t{1} : 1 + (static_cast<unsigned char>(body[turn % body.size()]) * turn) % 257;
    };
    std::size_t turn = 1;
    auto left = slices.read_some(step(turn));
    while (left && *left != 0) {
        left = slices.read_some(step(++turn));
        fuzz::require(turn < 4 * body.size() + 16, "slices come to an end");
    }
    fuzz::require(left.has_value() == whole.has_value(), "in slices it is taken, or refused, as well");
    fuzz::require(!left || same(e, *whole), "in slices it says the same");
    fuzz::require(left.has_value() || left.error().code == whole.error().code, "and is refused for the same reason");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::input in(data, size);
    auto const fields = in.fields();
    auto const body = in.rest();
    auto const envelope = hook::read_envelope(fields);
    auto const whole = hook::decode(envelope, body);
    in_slices(envelope, body, whole);
    if (auto const& e = whole) {
        check(*e);
        fuzz::require(e->delivery == envelope.delivery, "the delivery keeps its id");
    } else {
        fuzz::require(e.error().message().find('\0') == std::string::npos, "a failure is text");
    }
    fuzz::require(envelope.key(body).empty() == envelope.delivery.empty(), "a delivery with an id has a key");
    hook::envelope named;
    for (auto const* event : {"push", "pull_request"}) {
        named.provider = hook::provider::github;
        named.event = event;
        auto const e = hook::decode(named, body);
        in_slices(named, body, e);
        if (e)
            check(*e);
    }
    named.provider = hook::provider::gitlab;
    named.event = "Push Hook";
    auto const e = hook::decode(named, body);
    in_slices(named, body, e);
    if (e)
        check(*e);
    std::string value;  // of a form, in slices of one character and more
    hook::form_reader form(body, "payload", value);
    auto left = form.read_some(1);
    for (std::size_t turn = 0; left && *left != 0; ++turn)
        left = form.read_some(1 + turn % 5);
    auto const field = hook::form_field(body, "payload");
    fuzz::require(left.has_value() == field.has_value() && (!left || value == *field),
                  "a form says the same in slices");
    return 0;
}
