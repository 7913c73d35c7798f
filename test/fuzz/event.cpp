// The header and the payload of a delivery, JSON or form, of every forge. Oracle: what a push is acted upon for has
// the form that it is relied upon to have.
#include "input.hpp"

#include <penstock/hook/envelope.hpp>
#include <penstock/hook/event.hpp>
#include <penstock/text/object_id.hpp>

#include <algorithm>
#include <string>

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::input in(data, size);
    auto const fields = in.fields();
    auto const body = in.rest();
    auto const envelope = hook::read_envelope(fields);
    if (auto const e = hook::decode(envelope, body)) {
        check(*e);
        fuzz::require(e->delivery == envelope.delivery, "the delivery keeps its id");
    } else {
        fuzz::require(e.error().message().find('\0') == std::string::npos, "a failure is text");
    }
    fuzz::require(envelope.key(body).empty() == envelope.delivery.empty(), "a delivery with an id has a key");
    for (auto const* event : {"push", "pull_request"})
        if (auto const e = hook::decode_github(event, "", body))
            check(*e);
    if (auto const e = hook::decode_gitlab("Push Hook", "", body))
        check(*e);
    return 0;
}
