// What a Git server answers: packets, an advertisement of any version, a list of references. Oracles: packets that
// are written out again are the bytes that were read; every reference has a name and object ids.
#include "input.hpp"

#include <penstock/git/advertisement.hpp>
#include <penstock/git/ls_refs.hpp>
#include <penstock/git/pkt_line.hpp>
#include <penstock/text/object_id.hpp>

#include <string>
#include <vector>

using namespace penstock;

namespace {

void packets(std::string_view bytes)
{
    git::pkt_reader reader(bytes);
    std::string again;
    for (;;) {
        auto const got = reader.next();
        if (!got || got->kind == git::packet_kind::end)
            break;
        if (got->kind == git::packet_kind::data)
            fuzz::require(git::append_line(again, got->payload).has_value(), "what was read can be written");
        else
            again += got->kind == git::packet_kind::flush   ? "0000"
                     : got->kind == git::packet_kind::delim ? "0001"
                                                            : "0002";
    }
    fuzz::require(again.size() <= bytes.size(), "nothing is read twice");
    for (std::size_t i = 0; i < again.size(); ++i)  // lengths may have been written in upper case
        fuzz::require(http::detail::lower(again[i]) == http::detail::lower(bytes[i]), "packets come back");
}

void references(std::vector<git::reference> const& all)
{
    for (auto const& r : all) {
        fuzz::require(r.id.empty() || is_object_id(r.id), "an id is one");
        fuzz::require(r.peeled.empty() || is_object_id(r.peeled), "a peeled id is one");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const bytes = fuzz::input(data, size).rest();
    packets(bytes);
    if (auto const a = git::parse_advertisement(bytes)) {
        references(a->references);
        if (auto const request = git::ls_refs_request(*a, {"refs/heads/", "refs/tags/v1"}))
            packets(*request);
    }
    if (auto const refs = git::parse_ls_refs(bytes)) {
        references(*refs);
        for (auto const& r : *refs)
            fuzz::require(!r.name.empty(), "a reference has a name");
    }
    return 0;
}
