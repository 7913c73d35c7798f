#ifndef PENSTOCK_GIT_LS_REFS_HPP
#define PENSTOCK_GIT_LS_REFS_HPP
#include <penstock/error/result.hpp>
#include <penstock/git/advertisement.hpp>
#include <penstock/git/pkt_line.hpp>
#include <penstock/git/reference.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::git {

/// True when one of the prefixes begins `name`; with no prefixes everything matches, as in Git.
inline bool matches_prefix(std::string_view name, std::vector<std::string> const& prefixes)
{
    return prefixes.empty()
           || std::any_of(prefixes.begin(), prefixes.end(), [&](auto const& p) { return name.starts_with(p); });
}

/** The body of the POST that asks for the references under `prefixes`. Pure.

    Asks for peeled tags and symbolic references. A prefix is the beginning of a full name: `refs/heads/main`
    also brings `refs/heads/main-2`.
    @return `errc::too_large` or `errc::invalid_argument` for a prefix that cannot be sent. */
inline result<std::string> ls_refs_request(advertisement const& server, std::vector<std::string> const& prefixes)
{
    std::string out;
    std::vector<std::string> lines{"command=ls-refs\n"};
    if (server.object_format != "sha1")
        lines.push_back("object-format=" + server.object_format);
    for (auto const& line : lines)
        if (auto const ok = append_line(out, line); !ok)
            return ok.error();
    append_delim(out);
    lines = {"peel\n", "symrefs\n"};
    if (server.unborn)
        lines.push_back("unborn\n");
    for (auto const& p : prefixes) {
        if (p.find_first_of(std::string_view("\n\0", 2)) != std::string::npos)
            return failure(errc::invalid_argument, "a reference name with a line feed");
        lines.push_back("ref-prefix " + p + "\n");
    }
    for (auto const& line : lines)
        if (auto const ok = append_line(out, line); !ok)
            return ok.error();
    append_flush(out);
    return out;
}

namespace detail {

inline result<reference> parse_ls_refs_line(std::string_view line)
{
    reference out;
    auto const space = line.find(' ');
    auto const id = line.substr(0, space);
    if (space == std::string_view::npos || (!is_object_id(id) && id != "unborn"))
        return failure(errc::malformed, "a reference without an object id");
    if (id != "unborn")
        out.id = id;
    auto rest = line.substr(space + 1);
    auto const name_end = std::min(rest.find(' '), rest.size());
    out.name = rest.substr(0, name_end);
    rest.remove_prefix(name_end);
    while (!rest.empty()) {
        rest.remove_prefix(1);
        auto const end = std::min(rest.find(' '), rest.size());
        auto const attribute = rest.substr(0, end);
        if (attribute.starts_with("symref-target:"))
            out.symref_target = attribute.substr(14);
        else if (attribute.starts_with("peeled:")) {
            out.peeled = attribute.substr(7);
            if (!is_object_id(out.peeled))
                return failure(errc::malformed, "a peeled tag without an object id");
        }
        rest.remove_prefix(end);
    }
    if (out.name.empty())
        return failure(errc::malformed, "a reference without a name");
    return out;
}

}  // namespace detail

/** Reads the answer to `ls_refs_request`. Pure.
    @return `errc::malformed`, `errc::truncated`, or `errc::unavailable` with the server's words.
    @see https://git-scm.com/docs/gitprotocol-v2#_ls_refs */
inline result<std::vector<reference>> parse_ls_refs(std::string_view body)
{
    std::vector<reference> out;
    pkt_reader reader(body);
    for (;;) {
        auto const got = reader.next();
        if (!got)
            return got.error();
        if (got->kind == packet_kind::flush)
            return out;
        if (got->kind != packet_kind::data)
            return failure(errc::truncated, "a list of references without an end");
        if (auto const ok = detail::refuse_error_packet(got->line()); !ok)
            return ok.error();
        auto one = detail::parse_ls_refs_line(got->line());
        if (!one)
            return one.error();
        out.push_back(*std::move(one));
    }
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_LS_REFS_HPP
