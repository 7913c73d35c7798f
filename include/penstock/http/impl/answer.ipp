#ifndef PENSTOCK_HTTP_IMPL_ANSWER_IPP
#define PENSTOCK_HTTP_IMPL_ANSWER_IPP
#include <penstock/http/message.hpp>

#include <boost/beast/http/status.hpp>

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::http::detail {

inline bool is_token(std::string_view s) noexcept
{
    if (s.empty())
        return false;
    for (char const c : s) {
        bool const alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && std::string_view("!#$%&'*+-.^_`|~").find(c) == std::string_view::npos)
            return false;
    }
    return true;
}

/// No control character but the tab: nothing that could end the field and begin another.
inline bool is_field_value(std::string_view s) noexcept
{
    for (char const c : s)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f)
            return false;
    return true;
}

inline void append_number(std::string& out, std::size_t n)
{
    char digits[24];
    auto const end = std::to_chars(digits, digits + sizeof digits, n).ptr;
    out.append(digits, end);
}

struct answer_framing
{
    int version = 11;
    bool keep_alive = true;
    std::optional<std::size_t> content_length;  ///< Absent: chunked on 1.1, until the end of the connection on 1.0.
};

/// Whether a field belongs to the framing, which only the transport sets.
inline bool is_framing(std::string_view name) noexcept
{
    return iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding") || iequals(name, "Connection")
           || iequals(name, "Keep-Alive") || iequals(name, "Date") || iequals(name, "Server");
}

/** Writes the header of an answer into `out`, behind what is there. Fields that could break the framing are left
    out. `date` is an HTTP-date. */
inline void append_answer_header(std::string& out, response const& answer, answer_framing const& f,
                                 std::string_view date)
{
    int const status = answer.status >= 200 && answer.status <= 999 ? answer.status : 500;
    bool const bodiless = status == 204 || status == 304;
    out += f.version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(status));
    out += ' ';
    auto const reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    out.append(reason.data(), reason.size());
    out += "\r\nDate: ";
    out += date;
    out += "\r\nServer: penstock\r\n";
    for (auto const& [name, value] : answer.fields) {
        if (is_framing(name) || !is_token(name) || !is_field_value(value))
            continue;
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
    if (!bodiless) {
        if (f.content_length) {
            out += "Content-Length: ";
            append_number(out, *f.content_length);
            out += "\r\n";
        } else if (f.version != 10) {
            out += "Transfer-Encoding: chunked\r\n";
        }
    }
    if (!f.keep_alive)
        out += "Connection: close\r\n";
    else if (f.version == 10)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_ANSWER_IPP
