#include <penstock/kube/finalizer.hpp>

#include "watched_cluster.hpp"

#include <boost/test/data/test_case.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

struct held_gate : watched_cluster
{
    using cleaner = finalizer<world, client>;

    /// What `apply` makes of an object; a failure to clean up where the test asks for one.
    result<boost::json::value> apply(boost::json::value object)
    {
        cleaner::clean_up clean = [this](boost::json::object const& o) { return clean_up(name_of(o)); };
        auto running = start(it.apply(std::move(object), std::move(clean), soon()));
        advance(1s);
        return running.get();
    }

    awaitable<result<void>> clean_up(object_name name)
    {
        cleaned += name.name + ' ';
        if (fails-- > 0)
            co_return failure(errc::unavailable, "the sluice is stuck");
        co_return result<void>();
    }

    bool there(std::string const& name) { return run(api.get(gates, {"n", name}, soon())).has_value(); }
    std::size_t count(std::string const& method) const
    {
        return static_cast<std::size_t>(
            std::count_if(wire.calls.requests.begin(), wire.calls.requests.end(),
                          [&](std::string const& line) { return line.starts_with(method + ' '); }));
    }

    cleaner it{env, api, gates, "example.com/drain", "test"};
    std::string cleaned;
    int fails = 0;
};

char const* const ours = R"(,"finalizers":["example.com/drain"])";
char const* const both = R"(,"finalizers":["example.com/other","example.com/drain"])";

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(penstock::kube::finalizer_step)

BOOST_FIXTURE_TEST_SUITE(kube_finalizer, held_gate)

BOOST_DATA_TEST_CASE(the_next_step_follows_from_presence_and_deletion,
                     data::make({"", R"("finalizers":["a"])", R"("deletionTimestamp":"x")",
                                 R"("deletionTimestamp":"x","finalizers":["b","a"])",
                                 R"("deletionTimestamp":"x","finalizers":["b"])", R"("finalizers":"a")"})
                         ^ data::make({finalizer_step::add, finalizer_step::live, finalizer_step::none,
                                       finalizer_step::clean_up, finalizer_step::none, finalizer_step::add}),
                     metadata, expected)
{
    auto const object = boost::json::parse(std::string(R"({"metadata":{)") + metadata + "}}");
    BOOST_TEST((next_step(object.as_object(), "a") == expected));
}

BOOST_AUTO_TEST_CASE(an_object_that_lives_is_held_before_anything_else)
{
    auto const held = must(apply(make("a")));
    BOOST_TEST(has_finalizer(held.as_object(), "example.com/drain"));
    BOOST_TEST(has_finalizer(get("a").as_object(), "example.com/drain"));
    auto const writes = count("PATCH");
    BOOST_TEST((must(apply(held)) == held));
    BOOST_TEST(count("PATCH") == writes);
    BOOST_TEST(cleaned.empty());
}

BOOST_AUTO_TEST_CASE(the_finalizers_of_others_stay)
{
    must(apply(make("a", R"(,"finalizers":["example.com/other"])")));
    BOOST_TEST(has_finalizer(get("a").as_object(), "example.com/other"));
    remove(gates, "a");
    BOOST_TEST(must(apply(get("a"))).is_null());
    BOOST_TEST(cleaned == "a ");
    BOOST_TEST(!has_finalizer(get("a").as_object(), "example.com/drain"));
    BOOST_TEST(has_finalizer(get("a").as_object(), "example.com/other"));
    BOOST_TEST(must(apply(get("a"))).is_null());  // waits for the others
    BOOST_TEST(cleaned == "a ");
}

BOOST_AUTO_TEST_CASE(an_object_that_is_being_deleted_is_cleaned_up_once_whatever_the_cache_says)
{
    make("a", ours);
    remove(gates, "a");
    auto const cached = get("a");
    BOOST_TEST(must(apply(cached)).is_null());
    BOOST_TEST(!there("a"));
    BOOST_TEST(must(apply(cached)).is_null());  // the cache has not seen it yet
    BOOST_TEST(cleaned == "a ");
}

BOOST_AUTO_TEST_CASE(a_clean_up_that_failed_comes_again)
{
    make("a", ours);
    remove(gates, "a");
    fails = 2;
    BOOST_TEST((apply(get("a")).error().code == errc::unavailable));
    BOOST_TEST((apply(get("a")).error().code == errc::unavailable));
    BOOST_TEST(there("a"));
    BOOST_TEST(must(apply(get("a"))).is_null());
    BOOST_TEST(cleaned == "a a a ");
    BOOST_TEST(!there("a"));
}

BOOST_AUTO_TEST_CASE(what_was_cleaned_up_is_not_again_when_the_finalizer_could_not_be_removed)
{
    make("a", ours);
    remove(gates, "a");
    auto const cached = get("a");
    wire.calls.mishaps = {mishap::none, mishap::refused};  // it is read, and not written
    auto const first = apply(cached);
    BOOST_TEST(!first.has_value());
    BOOST_TEST(there("a"));
    BOOST_TEST(must(apply(cached)).is_null());
    BOOST_TEST(!there("a"));
    BOOST_TEST(cleaned == "a ");
}

BOOST_AUTO_TEST_CASE(it_is_never_added_to_what_is_being_deleted)
{
    auto const alive = make("a", R"(,"finalizers":["example.com/other"])");
    remove(gates, "a");
    BOOST_TEST(must(apply(alive)).is_null());  // the cache is behind: the server says it
    BOOST_TEST(must(apply(get("a"))).is_null());
    BOOST_TEST(!has_finalizer(get("a").as_object(), "example.com/drain"));
    BOOST_TEST(cleaned.empty());
}

BOOST_AUTO_TEST_CASE(it_is_added_to_and_taken_from_what_others_write_meanwhile)
{
    auto const old = make("a");
    merge(gates, "a", R"({"metadata":{"finalizers":["example.com/other"]}})");
    BOOST_TEST(has_finalizer(must(apply(old)).as_object(), "example.com/other"));
    remove(gates, "a");
    auto const cached = get("a");
    bool wrote = false;
    cleaner::clean_up clean = [&](boost::json::object const&) -> awaitable<result<void>> {
        boost::json::value const seen = {{"metadata", {{"labels", {{"seen", "yes"}}}}}};
        object_name const name("n", "a");
        auto const written = co_await api.patch(gates, name, patch_type::merge, seen, patch_options("test"), soon());
        wrote = written.has_value();
        co_return result<void>();
    };
    auto running = start(it.apply(cached, clean, soon()));
    advance(1s);
    BOOST_TEST(must(running.get()).is_null());
    BOOST_TEST(wrote);
    auto const left = get("a");
    BOOST_TEST(!has_finalizer(left.as_object(), "example.com/drain"));
    BOOST_TEST(has_finalizer(left.as_object(), "example.com/other"));
    BOOST_TEST(label_of(left.as_object(), "seen") == "yes");
}

BOOST_AUTO_TEST_CASE(an_object_made_anew_under_the_name_is_left_alone)
{
    make("a", ours);
    remove(gates, "a");
    auto const cached = get("a");
    merge(gates, "a", R"({"metadata":{"finalizers":[]}})");  // gone
    make("a", both);
    remove(gates, "a");
    BOOST_TEST(must(apply(cached)).is_null());
    BOOST_TEST(cleaned.empty());
    BOOST_TEST(has_finalizer(get("a").as_object(), "example.com/drain"));
}

BOOST_AUTO_TEST_CASE(what_has_gone_asks_for_nothing)
{
    BOOST_TEST(must(apply(boost::json::value())).is_null());
    auto const object = make("a");
    remove(gates, "a");
    BOOST_TEST(must(apply(object)).is_null());
    BOOST_TEST(cleaned.empty());
}

BOOST_AUTO_TEST_SUITE_END()
