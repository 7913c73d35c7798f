#include "status_page.hpp"

#include <penstock/version.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <array>
#include <string_view>

namespace penstock::sidecar {

namespace {

std::string escaped(std::string_view text)
{
    std::string out;
    for (char const c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

}  // namespace

std::string status_page(boost::json::value const& sources)
{
    static constexpr std::array columns{std::string_view("object"),   std::string_view("state"),
                                        std::string_view("coverage"), std::string_view("revision"),
                                        std::string_view("nextPoll"), std::string_view("last")};
    std::string page = "<!doctype html><meta charset=utf-8><title>penstock</title><style>body{font:14px "
                       "sans-serif}td,th{text-align:left;padding:2px 12px 2px 0}</style><h1>penstock " PENSTOCK_VERSION
                       "</h1><p><a href=/metrics>metrics</a> <a href=/sources>sources as JSON</a></p><table><tr>";
    for (auto const column : columns)
        page.append("<th>").append(column).append("</th>");
    page += "</tr>";
    for (auto const& source : sources.as_array()) {
        page += "<tr>";
        for (auto const column : columns) {
            auto const* const value = source.as_object().if_contains(column);
            auto const* const text = value == nullptr ? nullptr : value->if_string();
            page.append("<td>").append(text == nullptr ? std::string() : escaped(*text)).append("</td>");
        }
        page += "</tr>";
    }
    return page + "</table>\n";
}

}  // namespace penstock::sidecar
