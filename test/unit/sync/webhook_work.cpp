#include <penstock/sync/webhook_work.hpp>

#include <penstock/sync/spares.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using sync::webhook_work;

namespace {

/// A push of main; every commit of it names a path of its own. @param message Of the last commit.
std::string push(std::size_t commits, std::string const& message = "why")
{
    std::string list;
    for (std::size_t i = 0; i < commits; ++i)
        list += std::string(i == 0 ? "" : ",") + R"({"id":")" + std::string(40, 'c') + R"(","added":["path)"
                + std::to_string(i) + R"("],"removed":[],"modified":[]})";
    return R"({"ref":"refs/heads/main","before":")" + std::string(40, 'a') + R"(","after":")" + std::string(40, 'b')
           + R"(","repository":{"full_name":"a/b","clone_url":"https://forge.test/a/b.git"},)"
           + R"("head_commit":{"message":")" + message + R"("},"commits":[)" + list + "]}";
}

void serve(webhook_work& w, std::string const& body)
{
    hook::envelope e;
    e.provider = hook::provider::github;
    e.event = "push";
    w.start(body.size());
    w.body.append(body);
    BOOST_REQUIRE(hook::decode_into(w.event, e, w.body).has_value());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sync_webhook_work)

BOOST_AUTO_TEST_CASE(keeps_the_memory_of_an_ordinary_delivery)
{
    webhook_work w;
    serve(w, push(20));
    auto const* const body = static_cast<void const*>(w.body.data());
    BOOST_TEST(w.event.paths.size() == 20U);
    w.rest();
    BOOST_TEST(w.event.paths.size() == 20U);
    w.start(1000);
    BOOST_TEST(static_cast<void const*>(w.body.data()) == body);
    BOOST_TEST(w.body.empty());
}

BOOST_AUTO_TEST_CASE(gives_up_the_memory_of_a_large_body_and_of_what_was_read_from_it)
{
    webhook_work w;
    serve(w, push(1, std::string(200'000, 'x')));
    BOOST_TEST(w.event.ref == "refs/heads/main");
    w.rest();
    BOOST_TEST(w.body.capacity() <= webhook_work::max_spare_body);
    BOOST_TEST(w.event.ref.empty());
}

BOOST_AUTO_TEST_CASE(gives_up_the_memory_of_many_paths)
{
    webhook_work w;
    auto const body = push(300);
    BOOST_REQUIRE(body.size() < webhook_work::max_spare_body);
    serve(w, body);
    BOOST_TEST(w.event.paths.size() == 300U);
    w.rest();
    BOOST_TEST(w.event.paths.capacity() <= webhook_work::max_spare_paths);
}

BOOST_AUTO_TEST_CASE(is_bounded_for_all_that_come_back_at_once)
{
    sync::spares<webhook_work> all;
    {
        auto const one = all.borrow();
        auto const other = all.borrow();
        serve(*one, push(1, std::string(200'000, 'x')));
        serve(*other, push(300));
    }
    for (int i = 0; i < 2; ++i) {
        auto const one = all.borrow();
        BOOST_TEST(one->body.capacity() <= webhook_work::max_spare_body);
        BOOST_TEST(one->event.paths.capacity() <= webhook_work::max_spare_paths);
    }
}

BOOST_AUTO_TEST_SUITE_END()
