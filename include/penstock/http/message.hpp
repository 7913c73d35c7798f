#ifndef PENSTOCK_HTTP_MESSAGE_HPP
#define PENSTOCK_HTTP_MESSAGE_HPP
#include <penstock/http/fields.hpp>

#include <string>
#include <utility>

namespace penstock::http {

/** What a client sends. `url` is absolute (`https://host[:port]/path?query`, already percent-encoded); it
    carries no credentials: those go into the fields. Host, Content-Length and Connection are set by the
    transport. */
class request
{
public:
    request() = default;
    request(std::string verb, std::string where) : method(std::move(verb)), url(std::move(where)) {}

    std::string method = "GET";
    std::string url;
    http::fields fields;
    std::string body;
    bool mutation = false;  ///< Of GraphQL. Nobody looks into the body: only this tells that it changes something.
};

/// What came back. Header names are as the peer wrote them; look them up without regard to case.
class response
{
public:
    response() = default;
    explicit response(int code) : status(code) {}
    response(int code, std::string content_type, std::string content) : status(code), body(std::move(content))
    {
        fields.add("Content-Type", std::move(content_type));
    }

    int status = 0;
    http::fields fields;
    std::string body;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_MESSAGE_HPP
