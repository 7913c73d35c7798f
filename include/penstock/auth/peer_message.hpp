#ifndef PENSTOCK_AUTH_PEER_MESSAGE_HPP
#define PENSTOCK_AUTH_PEER_MESSAGE_HPP
#include <penstock/http/message.hpp>
#include <penstock/json/value.hpp>
#include <penstock/text/redact.hpp>

#include <string>

namespace penstock::auth {

/** What a peer said about a refusal, for the detail of a failure: the `message` of its JSON as " (…)", in one line of
    at most 200 visible ASCII characters and without credentials. Empty where it said nothing of the kind. */
inline std::string peer_message(http::response const& answer)
{
    auto const document = json::parse_secret(answer.body);
    if (!document)
        return {};
    auto text = redact(json::text_at(*document, {"message"}));
    if (text.size() > 200)
        text.resize(200);
    for (auto& c : text)
        if (c < 0x20 || c >= 0x7f)
            c = ' ';
    return text.empty() ? text : " (" + text + ")";
}

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_PEER_MESSAGE_HPP
