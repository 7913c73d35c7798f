#ifndef PENSTOCK_HTTP_VALIDATOR_CACHE_HPP
#define PENSTOCK_HTTP_VALIDATOR_CACHE_HPP
#include <penstock/http/github_etag.hpp>
#include <penstock/http/message.hpp>
#include <penstock/text/secret.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace penstock::http {

struct validator_cache_options  // at namespace scope; every field works by default
{
    std::size_t max_entries = 10'000;
    std::size_t max_bytes = 64 * 1024 * 1024;  ///< Of bodies and fields; what was used longest ago goes first.
    std::size_t max_body = 1024 * 1024;        ///< A larger body is not kept.
};

/// How a request was answered.
enum class validated : std::uint8_t
{
    first,      ///< Nothing was known, or it cannot be asked for conditionally.
    unchanged,  ///< 304: what was kept is still right.
    changed,    ///< It was asked for conditionally, and is different now.
};

/** Remembers what was answered with an ETag or a Last-Modified, so that the next request can ask whether it still
    holds. A bounded map; pure.

    A key is the credential's name, the URL and all fields of the request but Authorization: what one credential may
    see is never given to another. A new token of the same credential asks with what still means something: with
    GitHub's formula where the last answer followed it, else with the date, else with the tag. Of a token only the
    SHA-256 is kept.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class validator_cache
{
    struct stored
    {
        response answer;
        std::string token;     // SHA-256 of the Authorization that it was given for
        bool formula = false;  // its ETag was the one that GitHub's formula gives
    };
public:
    explicit validator_cache(validator_cache_options const& o = {}) : options_(o) {}

    /// A request that was prepared; give it to `settle` with the answer.
    class question
    {
        friend class validator_cache;
        std::string key;  // empty: nothing to keep
        std::string accept, cookie;
        secret authorization;
        std::shared_ptr<stored const> known;
    };

    /// Adds conditions to a request if an answer to it is known. One that has conditions of its own stays as it is.
    question prepare(request& r, std::string_view credential)
    {
        question q;
        if (r.method != "GET" || has_conditions(r.fields))
            return q;
        q.key = key_of(r, credential);
        q.accept = r.fields["Accept"];
        q.cookie = r.fields["Cookie"];
        q.authorization = secret(std::string(r.fields["Authorization"]));
        auto const at = places_.find(q.key);
        if (at == places_.end())
            return q;
        entries_.splice(entries_.begin(), entries_, at->second);
        q.known = at->second->kept;
        auto const& old = *q.known;
        bool const same = old.token == crypto::digest(crypto::algorithm::sha256, q.authorization.reveal());
        std::string_view const tag = old.answer.fields["ETag"];
        std::string_view const date = old.answer.fields["Last-Modified"];
        if (!same && old.formula)
            r.fields.add("If-None-Match", '"' + expected(q, old.answer) + '"');
        else if (!tag.empty() && (same || date.empty()))
            r.fields.add("If-None-Match", std::string(tag));
        if (!date.empty() && (same || !old.formula))  // a tag that is sent too goes before it
            r.fields.add("If-Modified-Since", std::string(date));
        return q;
    }

    /// Takes the answer in; a 304 becomes the 200 that it stands for, with its own fields over the kept ones.
    validated settle(question const& q, response& answer)
    {
        if (q.key.empty())
            return validated::first;
        auto how = validated::first;
        if (q.known && answer.status == 304) {
            how = validated::unchanged;
            response whole = q.known->answer;
            for (auto const& [name, value] : answer.fields)
                if (!iequals(name, "Content-Length") && !iequals(name, "Content-Type"))
                    whole.fields.set(name, value);
            answer = std::move(whole);
            keep(q, answer, q.known->formula);
        } else if (answer.status == 200) {
            how = q.known ? validated::changed : validated::first;
            bool const formula = opaque_tag(answer.fields["ETag"]) == expected(q, answer);
            keep(q, answer, formula);
        } else if (answer.status == 404 || answer.status == 410) {
            erase(q.key);
        }
        return how;
    }

    std::size_t size() const noexcept { return places_.size(); }
    std::size_t bytes() const noexcept { return bytes_; }
private:
    struct entry
    {
        std::string key;
        std::shared_ptr<stored const> kept;
        std::size_t bytes;
    };

    static bool has_conditions(fields const& f)
    {
        return f.contains("If-None-Match") || f.contains("If-Modified-Since") || f.contains("If-Match")
               || f.contains("If-Unmodified-Since") || f.contains("If-Range") || f.contains("Range");
    }

    static std::string key_of(request const& r, std::string_view credential)
    {
        crypto::hasher sha(crypto::algorithm::sha256);
        auto const add = [&sha](std::string_view part) {
            sha.update(part);
            sha.update(std::string_view("\0", 1));  // which no part can hold
        };
        add(credential);
        add(r.url);
        for (auto const& [name, value] : r.fields) {
            if (iequals(name, "Authorization"))
                continue;
            std::string lower(name);
            std::transform(lower.begin(), lower.end(), lower.begin(), detail::lower);
            add(lower);
            add(value);
        }
        return sha.finish().str();
    }

    static std::string expected(question const& q, response const& answer)
    {
        return github_etag({q.accept, q.authorization.reveal(), q.cookie}, answer.fields["Vary"], answer.body);
    }

    void keep(question const& q, response const& answer, bool formula)
    {
        erase(q.key);
        auto const& f = answer.fields;
        bool const has_validator = f.contains("ETag") || f.contains("Last-Modified");
        if (!has_validator || names_token(f["Cache-Control"], "no-store") || names_token(f["Vary"], "*")
            || answer.body.size() > options_.max_body)
            return;
        std::size_t weight = answer.body.size() + 256;
        for (auto const& [name, value] : f)
            weight += name.size() + value.size() + sizeof(fields::value_type);
        if (weight > options_.max_bytes || options_.max_entries == 0)
            return;
        while (!entries_.empty() && (bytes_ + weight > options_.max_bytes || entries_.size() >= options_.max_entries))
            erase(std::string(entries_.back().key));
        auto kept = std::make_shared<stored>();
        kept->answer = answer;
        kept->token = crypto::digest(crypto::algorithm::sha256, q.authorization.reveal());
        kept->formula = formula;
        entries_.push_front({q.key, std::move(kept), weight});
        places_[q.key] = entries_.begin();
        bytes_ += weight;
    }

    void erase(std::string const& key)
    {
        auto const at = places_.find(key);
        if (at == places_.end())
            return;
        bytes_ -= at->second->bytes;
        entries_.erase(at->second);
        places_.erase(at);
    }

    validator_cache_options options_;
    std::list<entry> entries_;  // the one used last in front
    std::unordered_map<std::string, std::list<entry>::iterator> places_;
    std::size_t bytes_ = 0;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_VALIDATOR_CACHE_HPP
