#ifndef PENSTOCK_GIT_ADVERTISEMENT_HPP
#define PENSTOCK_GIT_ADVERTISEMENT_HPP
#include <penstock/error/result.hpp>
#include <penstock/git/pkt_line.hpp>
#include <penstock/git/reference.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::git {

/// What a server says to `GET info/refs?service=git-upload-pack`.
struct advertisement
{
    int version = 0;                      ///< 2, or 0 or 1 for a server that lists its references at once.
    bool ls_refs = false;                 ///< Version 2 only: the command that asks for references.
    bool unborn = false;                  ///< `ls-refs` can tell where HEAD of an empty repository points.
    std::string object_format = "sha1";   ///< sha1 or sha256.
    std::vector<reference> references;    ///< Versions 0 and 1 only: all of them, peeled.
};

namespace detail {

/// `ERR text`: the server's own refusal.
inline result<void> refuse_error_packet(std::string_view line)
{
    if (line.starts_with("ERR "))
        return failure(errc::unavailable, "the Git server answered: " + std::string(line.substr(4, 200)));
    return {};
}

inline void read_capability(advertisement& out, std::string_view word, std::vector<reference>& symrefs)
{
    if (word.starts_with("object-format="))
        out.object_format = word.substr(14);
    auto const colon = word.find(':');
    if (word.starts_with("symref=") && colon != std::string_view::npos)
        symrefs.push_back({std::string(word.substr(7, colon - 7)), {}, {}, std::string(word.substr(colon + 1))});
}

/// `<id> <name>[NUL<capabilities>]` of versions 0 and 1.
inline result<void> read_listed(advertisement& out, std::string_view line, std::vector<reference>& symrefs)
{
    auto const nul = line.find('\0');
    if (nul != std::string_view::npos) {
        auto words = line.substr(nul + 1);
        while (!words.empty()) {
            auto const end = words.find(' ');
            read_capability(out, words.substr(0, end), symrefs);
            words = end == std::string_view::npos ? std::string_view() : words.substr(end + 1);
        }
        line = line.substr(0, nul);
    }
    auto const space = line.find(' ');
    if (space == std::string_view::npos || !is_object_id(line.substr(0, space)))
        return failure(errc::malformed, "a reference without an object id");
    auto const id = line.substr(0, space);
    auto const name = line.substr(space + 1);
    if (is_null_id(id))
        return {};  // "capabilities^{}" of an empty repository
    if (!name.ends_with("^{}")) {
        out.references.push_back({std::string(name), std::string(id), {}, {}});
        return {};
    }
    if (out.references.empty() || out.references.back().name != name.substr(0, name.size() - 3))
        return failure(errc::malformed, "a peeled tag that follows another reference");
    out.references.back().peeled = id;
    return {};
}

}  // namespace detail

/** Reads the answer to `info/refs`. Pure.

    @return `errc::malformed` or `errc::truncated` for what is no advertisement; `errc::unavailable` with the
    server's words for an ERR packet.
    @see https://git-scm.com/docs/gitprotocol-v2#_capability_advertisement and
    https://git-scm.com/docs/gitprotocol-http#_smart_server_response */
inline result<advertisement> parse_advertisement(std::string_view body)
{
    advertisement out;
    std::vector<reference> symrefs;
    pkt_reader reader(body);
    for (bool first = true;;) {
        auto const got = reader.next();
        if (!got)
            return got.error();
        if (got->kind == packet_kind::end)
            return failure(errc::truncated, "an advertisement without an end");
        if (got->kind == packet_kind::flush && first)
            continue;  // after "# service=…"
        if (got->kind == packet_kind::flush)
            break;
        if (got->kind != packet_kind::data)
            return failure(errc::malformed, "an advertisement with sections");
        auto const line = got->line();
        if (first && line.starts_with("# service="))
            continue;
        if (auto const ok = detail::refuse_error_packet(line); !ok)
            return ok.error();
        if (first && (line == "version 2" || line == "version 1"))
            out.version = line.back() - '0';
        else if (out.version == 2 && line.starts_with("ls-refs"))
            out.ls_refs = true, out.unborn = line.find("unborn") != std::string_view::npos;
        else if (out.version == 2)
            detail::read_capability(out, line, symrefs);
        else if (!line.starts_with("shallow "))
            if (auto const ok = detail::read_listed(out, line, symrefs); !ok)
                return ok.error();
        first = false;
    }
    for (auto& r : out.references)
        for (auto const& s : symrefs)
            if (s.name == r.name)
                r.symref_target = s.symref_target;
    return out;
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_ADVERTISEMENT_HPP
