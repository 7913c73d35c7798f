#include <penstock/sync/reconciler.hpp>

#include <penstock/store/memory_store.hpp>
#include <penstock/sync/intake.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

#include <deque>
#include <map>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

using test_env = env::basic_environment<testing::manual_clock>;
using test_inbox = sync::inbox<store::memory_store>;

/// A cluster and a remote of plain values. What it writes it remembers.
struct plain_peers
{
    explicit plain_peers(test_inbox& b) : box(b) {}

    awaitable<result<sync::source>> fetch(sync::key_parts key, time_point)
    {
        auto const at = objects.find(sync::make_key(key.kind, key.ns, key.name));
        if (at == objects.end())
            co_return failure(errc::not_found);
        co_return at->second;
    }

    awaitable<result<sync::source>> request(sync::key_parts key, std::string token, time_point)
    {
        if (!refusals.empty()) {
            auto const refused = refusals.front();
            refusals.pop_front();
            co_return refused;
        }
        auto const at = objects.find(sync::make_key(key.kind, key.ns, key.name));
        if (at == objects.end())
            co_return failure(errc::not_found);
        at->second.requested_at = token;
        ++at->second.version;
        tokens.push_back(token);
        co_return at->second;
    }

    awaitable<result<git::chosen_head>> ask(sync::source, time_point)
    {
        ++asked;
        if (head.empty())
            co_return trouble;
        git::chosen_head h;
        h.id = head;
        co_return h;
    }

    awaitable<result<void>> release(std::string record, std::string key)
    {
        co_return co_await box.release(record, key);
    }

    test_inbox& box;
    std::map<std::string, sync::source> objects;
    std::deque<failure> refusals;
    std::vector<std::string> tokens;
    std::string head;
    failure trouble{errc::connection_failed, "example.com"};  // while there is no head
    int asked = 0;
};
static_assert(sync::peers<plain_peers>);

struct world : testing::loop
{
    static constexpr char const* key = "GitRepository/flux-system/app";
    std::string const a = std::string(40, 'a'), b = std::string(40, 'b'), c = std::string(40, 'c');

    world()
    {
        sync::source s;
        s.kind = "GitRepository";
        s.ns = "flux-system";
        s.name = "app";
        s.url = "https://example.com/acme/app.git";
        s.ref.branch = "main";
        s.revision = "main@sha1:" + a;
        s.version = 1;
        peers.objects[key] = s;
        peers.head = b;
        see();
    }

    void see()
    {
        auto const& s = peers.objects[key];
        book.watched(s, clock.now());
        in.routes().put(s);
    }

    hook::push_event push(std::string from, std::string to, std::string ref = "refs/heads/main")
    {
        hook::push_event e;
        e.kind = hook::event_kind::push;
        e.provider = "github";
        e.event = "push";
        e.repository_urls = {"https://example.com/acme/app"};
        e.ref = std::move(ref);
        e.before = std::move(from);
        e.after = std::move(to);
        return e;
    }

    sync::taken_in deliver(hook::push_event e, std::string id) { return run(in.take(std::move(e), std::move(id))); }

    reconcile::outcome step(std::string of = key)
    {
        auto done = run(what.reconcile(std::move(of), clock.now() + 1min));
        BOOST_REQUIRE_MESSAGE(done.has_value(), done.error().message());
        return *done;
    }

    /// Flux does what it was asked for.
    void flux_fetches(std::string id)
    {
        auto& s = peers.objects[key];
        s.last_handled = s.requested_at;
        s.revision = "main@sha1:" + id;
        ++s.version;
        see();
    }

    store::memory_store store;
    sync::ledger book;
    test_inbox box{store};
    plain_peers peers{box};
    std::vector<std::string> woken;
    sync::intake<test_env, store::memory_store> in{env, book, box,
                                                   [this](std::string const& k, sync::trigger) { woken.push_back(k); }};
    sync::reconciler<test_env, plain_peers> what{env, book, peers};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sync_reconciler, world)

BOOST_AUTO_TEST_CASE(a_push_becomes_one_request_and_ends_when_the_artifact_is_there)
{
    auto const taken = deliver(push(a, b), "1");
    BOOST_TEST(sync::to_string(taken.what) == "queued", taken.reason);
    BOOST_TEST(box.size() == 1U);
    step();
    BOOST_TEST(peers.tokens.size() == 1U);
    step();  // woken by its own write
    BOOST_TEST(peers.tokens.size() == 1U);
    BOOST_TEST(book.wanted() == 1U);
    flux_fetches(b);
    step();
    BOOST_TEST(book.wanted() == 0U);
    BOOST_TEST(box.size() == 0U);
    BOOST_TEST(run(store.scan("", "", 10)).value().empty());
}

BOOST_AUTO_TEST_CASE(the_same_delivery_twice_is_one_sync)
{
    deliver(push(a, b), "1");
    BOOST_TEST(sync::to_string(deliver(push(a, b), "1").what) == "duplicate");
    deliver(push(a, b), "2");  // the same push by another hook
    step();
    BOOST_TEST(peers.tokens.size() == 1U);
    BOOST_TEST(box.size() == 1U);
}

BOOST_AUTO_TEST_CASE(superseded_pushes_become_one_sync)
{
    deliver(push(a, b), "1");
    deliver(push(b, c), "2");
    deliver(push(a, b), "3");  // late, and out of order
    peers.head = c;
    step();
    BOOST_TEST(peers.tokens.size() == 1U);
    flux_fetches(c);
    step();
    BOOST_TEST(book.wanted() == 0U);
    BOOST_TEST(box.size() == 0U);
}

BOOST_AUTO_TEST_CASE(other_branches_deletions_and_strangers_are_ignored_with_a_reason)
{
    auto deleted = push(a, std::string(40, '0'));
    deleted.deleted = true;
    auto stranger = push(a, b);
    stranger.repository_urls = {"https://example.com/acme/other"};
    auto ping = push(a, b);
    ping.kind = hook::event_kind::ping;
    for (auto const& e : {push(a, b, "refs/heads/other"), push(a, b, "refs/tags/main"), deleted, stranger, ping}) {
        auto const taken = deliver(e, "");
        BOOST_TEST(sync::to_string(taken.what) == "ignored");
        BOOST_TEST(!taken.reason.empty());
    }
    BOOST_TEST(woken.empty());
    BOOST_TEST(box.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_push_that_the_remote_does_not_show_yet_is_waited_for)
{
    peers.head = a;
    deliver(push(a, b), "1");
    auto const first = step();
    BOOST_TEST((first.what() == reconcile::outcome::kind::again_after));
    BOOST_TEST((first.after() == 500ms));
    BOOST_TEST(peers.tokens.empty());
    advance(500ms);
    peers.head = b;
    step();
    BOOST_TEST(peers.tokens.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_remote_that_does_not_answer_does_not_lose_the_push)
{
    peers.head.clear();
    deliver(push(a, b), "1");
    for (int i = 0; i < 3; ++i) {
        step();
        advance(2s);
    }
    step();
    BOOST_TEST(peers.tokens.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_request_that_cannot_be_written_is_tried_again)
{
    peers.refusals = {failure(errc::unavailable), failure(errc::conflict)};
    deliver(push(a, b), "1");
    for (int i = 0; i < 2; ++i)
        BOOST_TEST(!run(what.reconcile(key, clock.now() + 1min)).has_value());
    BOOST_TEST(box.size() == 1U);
    step();
    BOOST_TEST(peers.tokens.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_deleted_object_ends_its_wish)
{
    deliver(push(a, b), "1");
    peers.objects.clear();
    book.forget(key);
    step();
    BOOST_TEST(book.wanted() == 0U);
    BOOST_TEST(box.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_new_process_takes_up_what_the_old_one_left)
{
    deliver(push(a, b), "1");
    sync::ledger fresh;
    test_inbox again{store};
    std::vector<std::string> keys;
    sync::intake<test_env, store::memory_store> later{env, fresh, again,
                                                      [&](std::string const& k, sync::trigger) { keys.push_back(k); }};
    BOOST_TEST(run(later.recover()).value() == 1U);
    BOOST_TEST(fresh.wanted() == 1U);
    BOOST_REQUIRE_EQUAL(keys.size(), 1U);
    BOOST_TEST(keys[0] == key);
    BOOST_TEST(fresh.find(key)->now.wanted->id == b);
}

BOOST_AUTO_TEST_CASE(a_kind_without_a_watch_is_read_and_looked_at_again)
{
    sync::source bucket;
    bucket.kind = "Bucket";
    bucket.ns = "flux-system";
    bucket.name = "b";
    bucket.version = 1;
    std::string const k = "Bucket/flux-system/b";
    peers.objects[k] = bucket;
    sync::wish w;
    w.by = sync::trigger::receiver;
    BOOST_TEST(run(in.want(w, {k})).has_value());
    auto const waits = step(k);
    BOOST_TEST((waits.what() == reconcile::outcome::kind::again_after));
    BOOST_TEST((waits.after() == 1s));
    BOOST_TEST(peers.tokens.size() == 1U);
    peers.objects[k].last_handled = peers.tokens[0];
    ++peers.objects[k].version;
    step(k);
    BOOST_TEST(book.wanted() == 0U);
}

BOOST_AUTO_TEST_CASE(a_watch_that_lags_behind_our_own_write_changes_nothing)
{
    auto& s = peers.objects[key];
    s.requested_at = "T0";
    s.last_handled = "T0";
    ++s.version;
    see();
    auto const before = s;
    deliver(push(a, b), "1");
    step();
    book.observe(before, clock.now());  // would look as if somebody's later request had been handled
    step();
    BOOST_TEST(book.wanted() == 1U);
}

BOOST_AUTO_TEST_CASE(what_was_ignored_may_be_delivered_again_once_a_source_is_there)
{
    auto const e = push(a, b, "refs/heads/later");
    BOOST_TEST(sync::to_string(deliver(e, "1").what) == "ignored");
    peers.objects[key].ref.branch = "later";
    ++peers.objects[key].version;
    see();
    BOOST_TEST(sync::to_string(deliver(e, "1").what) == "queued");
}

BOOST_AUTO_TEST_CASE(a_record_of_this_process_is_not_taken_up_a_second_time)
{
    deliver(push(a, b), "1");
    BOOST_TEST(run(in.recover()).value() == 0U);
    BOOST_TEST(box.size() == 1U);
    BOOST_TEST(run(store.scan("", "", 10)).value().size() == 1U);  // still on the disk
}

BOOST_AUTO_TEST_CASE(a_repository_outside_of_the_watch_is_read_and_requested)
{
    auto other = peers.objects[key];
    other.ns = "apps";
    std::string const k = "GitRepository/apps/app";
    peers.objects[k] = other;
    sync::wish w;
    w.by = sync::trigger::receiver;
    BOOST_TEST(run(in.want(w, {k})).has_value());
    step(k);
    BOOST_TEST(peers.tokens.size() == 1U);
    BOOST_TEST(book.wanted() == 1U);
}

BOOST_AUTO_TEST_CASE(what_no_watch_shows_is_forgotten_when_nothing_is_wanted_of_it)
{
    sync::source bucket;
    bucket.kind = "Bucket";
    bucket.ns = "flux-system";
    bucket.name = "b";
    book.observe(bucket, clock.now());
    book.tidy();
    BOOST_TEST((book.find("Bucket/flux-system/b") == nullptr));
    BOOST_TEST((book.find(key) != nullptr));
}

BOOST_AUTO_TEST_CASE(a_secret_that_cannot_be_used_is_no_reason_to_ask_again_before_the_request)
{
    peers.head.clear();
    for (auto const code : {errc::connection_failed, errc::invalid_configuration}) {
        advance(1s);
        peers.trouble = failure(code, "secret flux-system/app");
        peers.asked = 0;
        peers.tokens.clear();
        deliver(push(a, code == errc::connection_failed ? b : c), std::to_string(static_cast<int>(code)));
        step();
        BOOST_TEST(peers.asked == 1);
        BOOST_TEST(peers.tokens.size() == (code == errc::invalid_configuration ? 1U : 0U));
    }
}

BOOST_AUTO_TEST_SUITE_END()
