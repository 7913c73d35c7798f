#ifndef PENSTOCK_SYNC_IMPL_INBOX_RECORD_IPP
#define PENSTOCK_SYNC_IMPL_INBOX_RECORD_IPP
#include <penstock/sync/inbox_record.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <utility>

namespace penstock::sync {

PENSTOCK_DECL std::string inbox_record::name_for(wall_time received, std::uint64_t counter)
{
    // Twenty digits of nanoseconds, then a count: names sort in the order of arrival, also after a restart.
    auto time = std::to_string(received.time_since_epoch().count());
    auto count = std::to_string(counter);
    time.insert(0, time.size() < 20 ? 20 - time.size() : 0, '0');
    count.insert(0, count.size() < 10 ? 10 - count.size() : 0, '0');
    return std::string(prefix) + time + "-" + count;
}

PENSTOCK_DECL std::string inbox_record::encode(sync::wish const& w, std::vector<std::string> const& keys)
{
    boost::json::object o;
    o["trigger"] = to_string(w.by);
    o["id"] = w.id;
    o["before"] = w.before;
    o["delivery"] = w.delivery;
    o["received"] = w.received.time_since_epoch().count();
    auto& list = o["keys"].emplace_array();
    for (auto const& key : keys)
        list.emplace_back(key);
    return boost::json::serialize(o);
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
