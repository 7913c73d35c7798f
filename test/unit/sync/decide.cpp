#include <penstock/sync/decide.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

time_point const t0{1h};

struct a_situation : sync::situation
{
    a_situation()
    {
        observed.emplace();
        observed->kind = "GitRepository";
        observed->revision = "main@sha1:aaaa";
        pollable = true;
    }
    a_situation& wants(std::string id, sync::trigger by = sync::trigger::webhook)
    {
        wanted.emplace();
        wanted->by = by;
        wanted->id = std::move(id);
        wanted->before = "aaaa";
        wanted->since = t0;
        return *this;
    }
    a_situation& shows(std::string id, time_point asked = t0)
    {
        head.emplace();
        head->id = std::move(id);
        head->asked = asked;
        return *this;
    }
    a_situation& remote_failed(int times, time_point asked = t0)
    {
        shows("", asked);
        head->failed = "no route to host";
        head->failures = times;
        return *this;
    }
    a_situation& wrote(std::string token, std::string id, int count = 1, time_point at = t0)
    {
        requested.emplace();
        requested->token = std::move(token);
        requested->id = std::move(id);
        requested->count = count;
        requested->at = at;
        observed->requested_at = requested->token;
        return *this;
    }
    a_situation& handled(std::string token, std::string revision)
    {
        observed->last_handled = std::move(token);
        observed->revision = std::move(revision);
        return *this;
    }
};

void expect(sync::situation const& s, time_point now, sync::step what, sync::outcome how = sync::outcome::none)
{
    auto const d = sync::decide(s, now);
    BOOST_TEST(static_cast<int>(d.what) == static_cast<int>(what), d.reason);
    BOOST_TEST(sync::to_string(d.how) == sync::to_string(how), d.reason);
    BOOST_TEST(!d.reason.empty());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sync_decide)

BOOST_AUTO_TEST_CASE(rests_when_nothing_is_wanted)
{
    expect(a_situation(), t0, sync::step::rest);
}

BOOST_AUTO_TEST_CASE(ends_at_once_what_cannot_or_need_not_be_done)
{
    auto gone = a_situation().wants("bbbb");
    gone.observed.reset();
    expect(gone, t0, sync::step::finish, sync::outcome::gone);

    auto suspended = a_situation().wants("bbbb");
    suspended.observed->suspended = true;
    expect(suspended, t0, sync::step::finish, sync::outcome::suspended);

    expect(a_situation().wants("aaaa"), t0, sync::step::finish, sync::outcome::current);
}

BOOST_AUTO_TEST_CASE(asks_the_remote_before_it_requests_a_named_commit)
{
    expect(a_situation().wants("bbbb"), t0, sync::step::ask_remote);
    expect(a_situation().wants("bbbb").shows("bbbb", t0 - 1s), t0, sync::step::ask_remote);  // older than the push
    expect(a_situation().wants("bbbb").shows("bbbb"), t0, sync::step::request);
    expect(a_situation().wants("bbbb").shows("cccc"), t0, sync::step::request);  // a later push
}

BOOST_AUTO_TEST_CASE(requests_at_once_where_the_remote_cannot_be_asked)
{
    auto s = a_situation().wants("bbbb");
    s.pollable = false;
    expect(s, t0, sync::step::request);
    expect(a_situation().wants("", sync::trigger::receiver), t0, sync::step::request);
}

BOOST_AUTO_TEST_CASE(waits_for_a_push_that_the_remote_does_not_show_yet)
{
    auto const s = a_situation().wants("bbbb").shows("aaaa");
    auto const d = sync::decide(s, t0);
    BOOST_TEST((d.what == sync::step::wait));
    BOOST_TEST((d.again == t0 + 500ms));
    expect(s, t0 + 500ms, sync::step::ask_remote);

    auto later = a_situation().wants("bbbb").shows("aaaa", t0 + 30s);
    BOOST_TEST((sync::decide(later, t0 + 30s).again == t0 + 38s));  // no more than 8 s apart

    auto never = a_situation().wants("bbbb").shows("dddd", t0 + 60s);
    never.wanted->before = "dddd";
    expect(never, t0 + 60s, sync::step::request);
    expect(a_situation().wants("bbbb").shows("aaaa", t0 + 60s), t0 + 60s, sync::step::finish, sync::outcome::current);
}

BOOST_AUTO_TEST_CASE(does_not_lose_a_push_when_the_remote_does_not_answer)
{
    expect(a_situation().wants("bbbb").remote_failed(1), t0, sync::step::wait);
    expect(a_situation().wants("bbbb").remote_failed(1), t0 + 1s, sync::step::ask_remote);
    expect(a_situation().wants("bbbb").remote_failed(3), t0, sync::step::request);
    auto refused = a_situation().wants("bbbb").remote_failed(1);
    refused.head->hopeless = true;
    expect(refused, t0, sync::step::request);
}

BOOST_AUTO_TEST_CASE(watches_a_request_until_it_is_handled)
{
    auto s = a_situation().wants("bbbb").shows("bbbb").wrote("T1", "bbbb");
    expect(s, t0 + 1s, sync::step::wait);
    expect(s, t0 + 10min, sync::step::finish, sync::outcome::unanswered);
    s.handled("T0", "main@sha1:aaaa");  // an older request of somebody else
    expect(s, t0 + 1s, sync::step::wait);
    s.handled("T1", "main@sha1:bbbb");
    expect(s, t0 + 1s, sync::step::finish, sync::outcome::synced);
}

BOOST_AUTO_TEST_CASE(takes_a_later_request_of_somebody_else_for_an_answer)
{
    auto s = a_situation().wants("").wrote("T1", "");
    s.observed->requested_at = "T2";
    s.handled("T2", "main@sha1:bbbb");
    expect(s, t0, sync::step::finish, sync::outcome::synced);
}

BOOST_AUTO_TEST_CASE(is_content_with_the_later_commit_that_the_remote_showed)
{
    auto s = a_situation().wants("bbbb").shows("cccc").wrote("T1", "cccc");
    s.handled("T1", "main@sha1:cccc");
    expect(s, t0, sync::step::finish, sync::outcome::synced);
}

BOOST_AUTO_TEST_CASE(requests_again_when_flux_fetched_too_early)
{
    auto s = a_situation().wants("bbbb").wrote("T1", "");
    s.handled("T1", "main@sha1:aaaa");
    expect(s, t0 + 1s, sync::step::wait);
    expect(s, t0 + 2s, sync::step::request);
    s.requested->count = 6;
    expect(s, t0 + 1h, sync::step::finish, sync::outcome::failed);
}

BOOST_AUTO_TEST_CASE(reports_why_flux_failed)
{
    auto s = a_situation().wants("").wrote("T1", "");
    s.handled("T1", "main@sha1:aaaa");
    s.observed->not_ready = "authentication required";
    auto const d = sync::decide(s, t0);
    BOOST_TEST((d.how == sync::outcome::failed));
    BOOST_TEST(d.reason.find("authentication required") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(keeps_the_later_of_two_deliveries_in_any_order)
{
    sync::wish first, second;
    first.before = "aaaa";
    first.id = "bbbb";
    second.before = "bbbb";
    second.id = "cccc";
    BOOST_TEST(sync::supersedes(second, first));
    BOOST_TEST(!sync::supersedes(first, second));
    sync::wish forced;
    forced.before = "eeee";
    forced.id = "ffff";
    BOOST_TEST(sync::supersedes(forced, first));
}

BOOST_AUTO_TEST_SUITE_END()
