#include <penstock/kube/object_feed.hpp>

#include <penstock/kube/known.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

struct size_kept
{
    struct value
    {
        std::int64_t size = 0;
        bool operator==(value const&) const = default;
    };
    static constexpr auto fields = std::tuple(field("spec.size", &value::size));
};

struct fed
{
    using feed_type = object_feed<size_kept>;
    using shown = feed_type::shown;

    sighting<size_kept> seen(std::string name, std::int64_t size, std::string const& uid = "u")
    {
        sighting<size_kept> made;
        made.head.name = {"ns", std::move(name)};
        made.head.uid = uid;
        made.head.version = std::to_string(++version);
        made.kept.size = size;
        return made;
    }
    void exists(std::string name, std::int64_t size, std::string const& uid = "u")
    {
        auto s = seen(std::move(name), size, uid);
        feed.exists(s);
    }
    void vanished(std::string name, std::int64_t size = 0)
    {
        auto s = seen(std::move(name), size);
        feed.vanished(s);
    }
    /// A handler that writes down what it hears: "+a1 ~a2 -a2 ".
    feed_type::handler note(std::string& into)
    {
        return [&into](object_event how, shown const& o) {
            into += "+~-"[static_cast<int>(how)] + name_of(o).name + std::to_string(o.kept.size) + ' ';
        };
    }
    static std::string take(std::string& from) { return std::exchange(from, std::string()); }

    time_point now = time_point() + 1h;
    std::string thrown;
    feed_type feed{known::git_repositories, [this](std::exception const& e) { thrown += e.what(); }};
    std::int64_t version = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_object_feed, fed)

BOOST_AUTO_TEST_CASE(a_replaced_list_is_told_as_adds_updates_and_deletes)
{
    std::string told;
    auto const one = feed.add(note(told), 0s, now);
    feed.begin_list();
    for (auto const* name : {"a", "b", "c"})
        exists(name, 1);
    feed.end_list();
    BOOST_TEST(take(told) == "+a1 +b1 +c1 ");
    feed.begin_list();
    exists("b", 2);
    exists("d", 1);
    exists("c", 1);
    BOOST_TEST(take(told) == "~b2 +d1 ");
    feed.end_list();
    BOOST_TEST(take(told) == "-a1 ");  // what the list did not name comes behind what it did
}

BOOST_AUTO_TEST_CASE(what_vanished_while_the_watch_was_down_is_told_with_what_was_last_known_of_it)
{
    std::string told;
    auto const one = feed.add(note(told), 0s, now);
    exists("a", 7);
    exists("a", 8);
    feed.begin_list();
    feed.end_list();
    BOOST_TEST(take(told) == "+a7 ~a8 -a8 ");
    exists("b", 1, "first");
    exists("b", 2, "second");  // deleted and made anew between two looks
    BOOST_TEST(take(told) == "+b1 -b1 +b2 ");
    vanished("b", 3);  // an event carries the last state itself
    BOOST_TEST(take(told) == "-b3 ");
}

BOOST_AUTO_TEST_CASE(an_unknown_object_that_is_deleted_is_not_told)
{
    std::string told;
    auto const one = feed.add(note(told), 0s, now);
    vanished("a");
    BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(a_handler_that_comes_late_hears_of_everything_once)
{
    std::string early, late;
    auto const one = feed.add(note(early), 0s, now);
    exists("a", 1);
    auto const two = feed.add(note(late), 0s, now);
    BOOST_TEST(take(late) == "+a1 ");
    BOOST_TEST(!two.synced());
    exists("b", 1);
    feed.end_list();
    BOOST_TEST(take(late) == "+b1 ");
    BOOST_TEST(two.synced());
    BOOST_TEST(take(early) == "+a1 +b1 ");
    auto const three = feed.add(note(late), 0s, now);
    BOOST_TEST(take(late) == "+a1 +b1 ");
    BOOST_TEST(three.synced());  // at once: there is nothing more to come
    BOOST_TEST(early.empty());
}

BOOST_AUTO_TEST_CASE(an_empty_list_is_a_first_list)
{
    std::string told;
    auto const one = feed.add(note(told), 0s, now);
    BOOST_TEST(!feed.synced());
    BOOST_TEST(!one.synced());
    feed.begin_list();
    feed.end_list();
    BOOST_TEST(feed.synced());
    BOOST_TEST(one.synced());
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_after_a_handler_was_removed)
{
    std::string told, others;
    auto one = feed.add(note(told), 1s, now);
    auto const other = feed.add(note(others), 0s, now);
    exists("a", 1);
    one.end();
    one.end();
    exists("b", 1);
    feed.resync(now + 1min);
    BOOST_TEST(told == "+a1 ");
    BOOST_TEST(others == "+a1 +b1 ");
    BOOST_TEST(feed.handler_count() == 1U);
    {
        auto const brief = feed.add(note(told), 0s, now);
        take(told);
    }
    exists("c", 1);
    BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(handlers_come_and_go_while_they_are_told)
{
    std::string told, added;
    std::optional<subscription> self, other, born;
    self = feed.add(
        [&](object_event how, shown const& o) {
            note(told)(how, o);
            self->end();  // a handler may remove itself
            other->end();
            born = feed.add(note(added), 0s, now);
        },
        0s, now);
    other = feed.add(note(told), 0s, now);
    exists("a", 1);
    BOOST_TEST(take(told) == "+a1 ");   // the other one was removed before its turn
    BOOST_TEST(take(added) == "+a1 ");  // once: not again with the event that brought it
    exists("b", 1);
    BOOST_TEST(take(added) == "+b1 ");
    BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(a_handler_that_is_born_of_a_deletion_does_not_hear_of_it)
{
    std::string added;
    std::vector<subscription> born;
    auto const one = feed.add(
        [&](object_event how, shown const&) {
            if (how == object_event::deleted)
                born.push_back(feed.add(note(added), 0s, now));
        },
        0s, now);
    exists("a", 1);
    exists("b", 1);
    vanished("a");
    BOOST_TEST(take(added) == "+b1 ");
    born.clear();
    exists("b", 2, "another");  // deleted and added at once
    BOOST_TEST(take(added) == "+b2 ");
    born.clear();
    feed.begin_list();
    exists("c", 1);
    feed.end_list();
    BOOST_TEST(take(added) == "+c1 ");
}

BOOST_AUTO_TEST_CASE(two_handlers_with_different_resync_periods)
{
    std::string often, seldom, never;
    exists("a", 1);
    exists("b", 1);
    auto const one = feed.add(note(often), 10s, now);
    auto const two = feed.add(note(seldom), 25s, now);
    auto const three = feed.add(note(never), 0s, now);
    take(often), take(seldom), take(never);
    BOOST_TEST((feed.next_resync() == now + 10s));
    feed.resync(now + 9s);
    BOOST_TEST(often.empty());
    feed.resync(now + 10s);
    BOOST_TEST(take(often) == "~a1 ~b1 ");
    BOOST_TEST((feed.next_resync() == now + 20s));
    feed.resync(now + 20s);
    BOOST_TEST(take(often) == "~a1 ~b1 ");
    BOOST_TEST(seldom.empty());
    feed.resync(now + 25s);
    BOOST_TEST(take(seldom) == "~a1 ~b1 ");
    BOOST_TEST(often.empty());
    BOOST_TEST(never.empty());
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_hinders_no_other)
{
    std::string told;
    auto const bad = feed.add([](object_event, shown const&) { throw std::runtime_error("out of order"); }, 5s, now);
    auto const good = feed.add(note(told), 0s, now);
    exists("a", 1);
    exists("b", 1);
    feed.resync(now + 5s);
    BOOST_TEST(told == "+a1 +b1 ");
    BOOST_TEST(thrown == "out of orderout of orderout of orderout of order");
}

/// Each handler, whenever it comes, must know at its end what there is, and never hear anything twice.
BOOST_AUTO_TEST_CASE(whatever_comes_and_goes_no_object_is_lost_and_none_is_a_phantom)
{
    std::mt19937 random(7);
    auto const below = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    struct witness
    {
        std::map<std::string, std::int64_t> known;
        std::optional<subscription> told;
    };
    std::vector<std::unique_ptr<witness>> all;
    std::map<std::string, std::int64_t> truth;
    for (int step = 0; step < 4000; ++step) {
        auto const name = "o" + std::to_string(below(12));
        switch (below(8)) {
        case 0: {
            auto& w = *all.emplace_back(std::make_unique<witness>());
            w.told = feed.add(
                [&w, &below, &all](object_event how, shown const& o) {
                    if (how == object_event::added)
                        BOOST_TEST(w.known.emplace(o.name.name, o.kept.size).second);
                    else if (how == object_event::deleted)
                        BOOST_TEST(w.known.erase(o.name.name) == 1U);
                    else
                        BOOST_TEST(std::exchange(w.known.at(o.name.name), o.kept.size) != o.kept.size);
                    if (below(64) == 0)  // another one goes meanwhile
                        all[static_cast<std::size_t>(below(static_cast<int>(all.size())))]->told.reset();
                },
                0s, now);
            break;
        }
        case 1:
            if (!all.empty())
                all[static_cast<std::size_t>(below(static_cast<int>(all.size())))]->told.reset();
            break;
        case 2:
            vanished(name);
            truth.erase(name);
            break;
        case 3: {  // the watch was lost: a list says what there is
            std::map<std::string, std::int64_t> left;
            feed.begin_list();
            for (auto const& [each, size] : truth)
                if (below(3) != 0) {
                    left[each] = size + below(2);
                    exists(each, left[each]);
                }
            feed.end_list();
            truth = left;
            break;
        }
        default: truth[name] = below(5); exists(name, truth[name], below(16) == 0 ? "other" : "u");
        }
        for (auto const& w : all)
            if (w->told)
                BOOST_TEST((w->known == truth), "step " << step);
    }
}

BOOST_AUTO_TEST_SUITE_END()
