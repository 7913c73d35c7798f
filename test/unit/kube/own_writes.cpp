#include <penstock/kube/own_writes.hpp>

#include <penstock/kube/known.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;
using verdict = own_writes::verdict;

namespace {

boost::json::value object(std::string const& name, std::string const& version, std::string const& uid)
{
    return {{"kind", "ConfigMap"},
            {"metadata", {{"name", name}, {"namespace", "n"}, {"resourceVersion", version}, {"uid", uid}}}};
}

struct writer
{
    own_writes::step look(std::string const& called = "key")
    {
        auto const shown = [this](resource const&, object_name const& name) {
            auto const at = cache.find(name.name);
            return at == cache.end() ? std::nullopt : std::optional<shown_version>(at->second);
        };
        auto const watched = [](resource const& what, object_name const&) { return what == known::config_maps; };
        return writes.next({"n", called}, now, shown, watched);
    }
    /// Asks until it is told to read, as a controller does. @return How long that took.
    duration until_read()
    {
        auto const start = now;
        auto step = look();
        for (; step.kind == verdict::wait; step = look())
            now += step.wait;
        BOOST_TEST((step.kind == verdict::read));
        return now - start;
    }
    void wrote(std::string const& name, std::string const& version, std::string const& uid = "u")
    {
        writes.wrote(key, known::config_maps, object(name, version, uid));
    }
    void answered(std::string const& name, result<boost::json::value> const& live)
    {
        writes.answered(key, known::config_maps, {"n", name}, live, now);
    }

    object_name key{"n", "key"};
    own_writes writes;
    std::map<std::string, shown_version> cache;
    time_point now{1h};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_own_writes, writer)

BOOST_DATA_TEST_CASE(a_key_waits_until_the_cache_shows_what_was_written_or_later,
                     data::make({"", "9", "10", "11", "abc"}) ^ data::make({false, false, true, true, false}), shown,
                     goes)
{
    wrote("a", "10");
    if (*shown != '\0')
        cache["a"] = {shown, "u"};
    BOOST_TEST((look().kind == (goes ? verdict::go : verdict::wait)));
    BOOST_TEST((look("other").kind == verdict::go));
    BOOST_TEST(writes.size() == (goes ? 0U : 1U));
}

BOOST_AUTO_TEST_CASE(a_cache_that_was_faster_than_the_answer_holds_nothing_up)
{
    cache["a"] = {"12", "u"};
    wrote("a", "10");
    BOOST_TEST((look().kind == verdict::go));
}

BOOST_AUTO_TEST_CASE(versions_without_an_order_must_be_the_same)
{
    wrote("a", "v-10");
    cache["a"] = {"v-11", "u"};
    BOOST_TEST((look().kind == verdict::wait));
    cache["a"] = {"v-10", "u"};
    BOOST_TEST((look().kind == verdict::go));
}

BOOST_AUTO_TEST_CASE(all_that_was_written_must_be_seen_and_only_the_last_of_each)
{
    wrote("a", "10");
    wrote("b", "11");
    wrote("a", "12");
    cache["a"] = {"10", "u"};
    cache["b"] = {"11", "u"};
    BOOST_TEST((look().kind == verdict::wait));
    cache["a"] = {"12", "u"};
    BOOST_TEST((look().kind == verdict::go));
}

BOOST_AUTO_TEST_CASE(what_no_cache_shows_is_not_waited_for)
{
    writes.wrote(key, known::secrets, object("a", "10", "u"));
    BOOST_TEST((look().kind == verdict::go));
    writes.wrote(key, known::config_maps, "no object");
    BOOST_TEST((look().kind == verdict::go));
}

BOOST_AUTO_TEST_CASE(another_object_of_that_name_counts_when_it_is_later)
{
    wrote("a", "10", "new");
    cache["a"] = {"9", "old"};  // what was there before
    BOOST_TEST((look().kind == verdict::wait));
    cache["a"] = {"14", "newer"};  // ours has come and gone
    BOOST_TEST((look().kind == verdict::go));
}

BOOST_AUTO_TEST_CASE(a_removal_is_seen_when_the_object_is_gone_or_another)
{
    boost::json::value const status = {{"kind", "Status"}, {"status", "Success"}};
    cache["a"] = {"9", "u"};
    writes.removed(key, known::config_maps, {"n", "a"}, "u", status);
    BOOST_TEST((look().kind == verdict::wait));
    cache["a"] = {"12", "other"};
    BOOST_TEST((look().kind == verdict::go));
    writes.removed(key, known::config_maps, {"n", "a"}, "other", status);
    cache.clear();
    BOOST_TEST((look().kind == verdict::go));
    cache["a"] = {"12", "u"};
    writes.removed(key, known::config_maps, {"n", "a"}, "u", object("a", "15", "u"));  // finalizers hold it
    BOOST_TEST((look().kind == verdict::wait));
    cache["a"] = {"15", "u"};
    BOOST_TEST((look().kind == verdict::go));
}

BOOST_AUTO_TEST_CASE(what_the_watch_saw_going_away_was_seen)
{
    wrote("a", "10");
    writes.gone(key, known::config_maps, {"n", "a"}, "older");  // the one before ours
    BOOST_TEST((look().kind == verdict::wait));
    writes.gone(key, known::config_maps, {"n", "a"}, "u");
    BOOST_TEST(writes.size() == 0U);
    BOOST_TEST((look().kind == verdict::go));
}

BOOST_AUTO_TEST_CASE(it_looks_again_after_waits_that_grow)
{
    wrote("a", "10");
    BOOST_TEST((look().wait == 2ms));
    BOOST_TEST((look().wait == 4ms));
    for (int i = 0; i < 20; ++i)
        look();
    BOOST_TEST((look().wait == 500ms));
    wrote("a", "11");  // from the start
    BOOST_TEST((look().wait == 2ms));
}

BOOST_AUTO_TEST_CASE(a_live_read_decides_after_a_while)
{
    wrote("a", "10");
    BOOST_TEST((until_read() == 5s));
    auto const step = look();
    BOOST_TEST((step.what == known::config_maps));
    BOOST_TEST((step.name == object_name("n", "a")));
    answered("a", failure(errc::not_found));  // it was deleted, unseen
    BOOST_TEST((look().kind == verdict::go));
}

BOOST_AUTO_TEST_CASE(a_cache_that_shows_what_is_there_now_is_not_behind)
{
    wrote("a", "v-10");
    cache["a"] = {"v-11", "u"};
    until_read();
    answered("a", object("a", "v-11", "u"));
    BOOST_TEST((look().kind == verdict::go));
}

BOOST_AUTO_TEST_CASE(another_object_in_the_place_of_ours_is_not_waited_for)
{
    wrote("a", "10");
    until_read();
    answered("a", object("a", "12", "other"));
    BOOST_TEST((look().kind == verdict::go));
}

BOOST_AUTO_TEST_CASE(a_cache_that_is_behind_is_waited_for_until_it_has_caught_up)
{
    wrote("a", "10");
    cache["a"] = {"9", "u"};
    until_read();
    answered("a", object("a", "13", "u"));
    BOOST_TEST((look().kind == verdict::wait));
    cache["a"] = {"12", "u"};
    BOOST_TEST((look().kind == verdict::wait));  // behind what was read
    cache["a"] = {"13", "u"};
    BOOST_TEST((look().kind == verdict::go));
    BOOST_TEST(writes.overdue() == 0U);
}

BOOST_AUTO_TEST_CASE(no_key_waits_for_ever)
{
    wrote("a", "10");
    wrote("b", "11");
    auto const start = now;
    int reads = 0;
    for (auto step = look(); step.kind != verdict::go; step = look()) {
        if (step.kind == verdict::read) {
            ++reads;
            answered(step.name.name, failure(errc::unavailable));
        }
        now += std::max<duration>(step.wait, 1ms);
    }
    BOOST_TEST((now - start >= 1min));
    BOOST_TEST((now - start < 61s));
    BOOST_TEST(reads == 11);
    BOOST_TEST(writes.overdue() == 1U);
    BOOST_TEST(writes.size() == 0U);
}

BOOST_AUTO_TEST_CASE(each_of_several_is_read_in_turn)
{
    wrote("a", "10");
    wrote("b", "11");
    until_read();
    answered("a", object("a", "10", "u"));
    until_read();
    BOOST_TEST(look().name.name == "b");
}

BOOST_AUTO_TEST_SUITE_END()
