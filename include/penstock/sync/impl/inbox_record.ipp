#ifndef PENSTOCK_SYNC_IMPL_INBOX_RECORD_IPP
#define PENSTOCK_SYNC_IMPL_INBOX_RECORD_IPP
#include <penstock/json/quoted.hpp>
#include <penstock/sync/inbox_record.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace penstock::sync {

PENSTOCK_DECL void inbox_record::write_name(std::string& name, wall_time received, std::uint64_t counter)
{
    // Twenty digits of nanoseconds, then a count: names sort in the order of arrival, also after a restart.
    auto const add = [&name](auto number, std::size_t width) {
        std::array<char, 24> digits{};
        auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        auto const size = static_cast<std::size_t>(end - digits.data());
        name.append(size < width ? width - size : 0, '0').append(digits.data(), size);
    };
    name.assign(prefix);
    add(received.time_since_epoch().count(), 20);
    name.push_back('-');
    add(counter, 10);
}

PENSTOCK_DECL void inbox_record::encode(std::string& text, sync::wish const& w, std::vector<std::string> const& keys)
{
    text.clear();
    text.reserve(320 + 64 * keys.size());
    auto const member = [&text](std::string_view name, std::string_view value) {
        text.append(name);
        json::append_quoted(text, value);
    };
    member(R"({"trigger":)", to_string(w.by));
    member(R"(,"id":)", w.id);
    member(R"(,"before":)", w.before);
    member(R"(,"delivery":)", w.delivery);
    std::array<char, 24> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), w.received.time_since_epoch().count());
    text.append(R"(,"received":)").append(digits.data(), end.ptr).append(R"(,"keys":[)");
    for (auto const& key : keys)
        member(&key == keys.data() ? "" : ",", key);
    text.append("]}");
}

PENSTOCK_DECL result<inbox_record> inbox_record::decode(std::string_view name, std::string_view text)
{
    failure const malformed(errc::malformed, "the stored delivery " + std::string(name));
    boost::system::error_code ec;
    auto const parsed = boost::json::parse(text, ec);
    auto const* o = ec ? nullptr : parsed.if_object();
    if (o == nullptr)
        return malformed;
    auto const string_at = [o](std::string_view key) {
        auto const* v = o->if_contains(key);
        auto const* s = v == nullptr ? nullptr : v->if_string();
        return s == nullptr ? std::string() : std::string(*s);
    };
    inbox_record record;
    record.name = name;
    record.wish.record = name;
    record.wish.id = string_at("id");
    record.wish.before = string_at("before");
    record.wish.delivery = string_at("delivery");
    auto const by = string_at("trigger");
    bool known = false;
    for (auto const t : {trigger::webhook, trigger::receiver, trigger::poll, trigger::startup}) {
        if (by == to_string(t)) {
            record.wish.by = t;
            known = true;
        }
    }
    auto const* received = o->if_contains("received");
    auto const* keys = o->if_contains("keys");
    if (!known || received == nullptr || !received->is_int64() || keys == nullptr || !keys->is_array())
        return malformed;
    record.wish.received = wall_time(duration(received->get_int64()));
    for (auto const& key : keys->get_array()) {
        if (!key.is_string())
            return malformed;
        record.keys.emplace_back(key.get_string());
    }
    if (record.keys.empty())
        return malformed;
    return record;
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_INBOX_RECORD_IPP
