#include "explain.hpp"

#include "application.hpp"
#include "blocking.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/pchars.hpp>

#include <chrono>
#include <iostream>
#include <sstream>

namespace penstock::sidecar {

namespace {

std::string text_of(boost::json::object const& o, std::string_view key)
{
    auto const* const v = o.if_contains(key);
    auto const* const s = v == nullptr ? nullptr : v->if_string();
    return s == nullptr ? std::string() : std::string(*s);
}

}  // namespace

std::string explain_text(boost::json::value const& answer)
{
    auto const* const o = answer.if_object();
    if (o == nullptr)
        return {};
    std::ostringstream out;
    auto const line = [&out](std::string_view label, std::string const& value) {
        if (!value.empty())
            out << label << std::string(label.size() < 14 ? 14 - label.size() : 1, ' ') << value << "\n";
    };
    line("object", text_of(*o, "object"));
    line("url", text_of(*o, "url"));
    line("state", text_of(*o, "state"));
    line("revision", text_of(*o, "revision"));
    line("not ready", text_of(*o, "notReady"));
    line("credential", text_of(*o, "credential"));
    line("covered by", text_of(*o, "coverage"));
    line("not polled", text_of(*o, "notPolled"));
    line("last webhook", text_of(*o, "lastWebhook"));
    line("next poll", text_of(*o, "nextPoll"));
    if (auto const* const remote = o->if_contains("remote"); remote != nullptr && remote->is_object()) {
        auto const& r = remote->get_object();
        auto const failed = text_of(r, "failed");
        line("remote", (failed.empty() ? text_of(r, "commit") : failed) + " (asked " + text_of(r, "asked") + ")");
    }
    if (auto const* const next = o->if_contains("next"); next != nullptr && next->is_object())
        line("next", text_of(next->get_object(), "reason"));
    if (auto const* const notes = o->if_contains("decisions"); notes != nullptr && notes->is_array()) {
        out << "decisions\n";
        for (auto const& n : notes->get_array())
            if (auto const* const note = n.if_object())
                out << "  " << text_of(*note, "at") << "  " << text_of(*note, "text") << "\n";
    }
    return out.str();
}

int run_explain(explain_arguments const& a, run_arguments const& where)
{
    auto const at = parse_address(where.metrics_addr, "--metrics-addr");
    if (!at) {
        std::cerr << "penstock explain: " << at.error().detail << "\n";
        return 2;
    }
    auto const host = at->host.empty() || at->host == "0.0.0.0" ? std::string("127.0.0.1") : at->host;
    auto const object = boost::urls::encode(a.object, boost::urls::pchars + '/');
    http::request request("GET", "http://" + host + ":" + std::to_string(at->port) + "/explain/" + object);
    auto const answer = send_blocking(std::move(request), std::chrono::seconds(10));
    if (!answer) {
        std::cerr << "penstock explain: no sidecar answers at " << where.metrics_addr << " ("
                  << answer.error().message() << "); --metrics-addr names another place\n";
        return 1;
    }
    if (answer->status != 200) {
        std::cerr << "penstock explain: " << answer->body;
        return 1;
    }
    if (a.output == "json") {
        std::cout << answer->body;
        return 0;
    }
    error_code ec;
    auto const parsed = boost::json::parse(answer->body, ec);
    if (ec) {
        std::cerr << "penstock explain: the answer is not JSON\n";
        return 1;
    }
    std::cout << explain_text(parsed);
    return 0;
}

}  // namespace penstock::sidecar
