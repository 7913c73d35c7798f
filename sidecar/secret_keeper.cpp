#include "secret_keeper.hpp"

#include <penstock/clock/task_group.hpp>
#include <penstock/crypto/digest.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <utility>

namespace penstock::sidecar {

secret_keeper::secret_keeper(world& env, cluster_secret_reader read_cluster)
    : env_(env), read_cluster_(std::move(read_cluster))
{}

void secret_keeper::keep(std::string name, std::vector<secret_place> places, user use)
{
    if (places.empty())
        return;
    list l;
    l.places = std::move(places);
    l.use = std::move(use);
    l.generation = ++generation_;
    if (auto const former = former_.find(name); former != former_.end()) {
        auto& held = former->second.last;
        std::map<std::string, secret> still;
        for (auto const& place : l.places)
            if (auto const at = held.find(place.describe()); at != held.end())
                still.insert(*at);
        l.withdraws = former->second.withdraws || still.size() != held.size();
        l.last = std::move(still);
    }
    lists_.insert_or_assign(std::move(name), std::move(l));
}

void secret_keeper::replace()
{
    former_ = std::exchange(lists_, {});
}

void secret_keeper::replaced()
{
    for (auto& [name, l] : std::exchange(former_, {}))
        if (!lists_.contains(name) && !l.last.empty())
            static_cast<void>(l.use({}, {}));  // to use none cannot fail
}

awaitable<void> secret_keeper::refresh()
{
    std::vector<std::string> names;
    for (auto const& [name, l] : lists_)
        names.push_back(name);
    auto const ex = co_await asio::this_coro::executor;
    clock::task_group readers(ex);
    for (auto const& name : names)
        readers.spawn(refresh_one(name));
    co_await readers.join();
}

bool secret_keeper::asked(std::string_view name) const
{
    return !lists_.contains(name) || asked_.contains(name);
}

awaitable<void> secret_keeper::run()
{
    for (;;) {
        co_await refresh();
        if (auto const ec = co_await env_.clock().sleep_until(env_.clock().now() + std::chrono::seconds(10)))
            co_return;
    }
}

awaitable<void> secret_keeper::refresh_one(std::string name)
{
    auto const before = lists_.find(name);
    if (before == lists_.end())
        co_return;
    auto const places = before->second.places;
    auto const generation = before->second.generation;
    auto last = before->second.last;
    std::vector<secret> all;
    std::vector<std::string> names;
    std::string print;
    for (auto const& place : places) {
        auto found = co_await read_secret(place, read_cluster_);
        if (!found && found.error().code == asio::error::operation_aborted)
            co_return;
        complain(name, place.describe(), found ? "" : found.error().message());
        if (found)
            last[place.describe()] = *std::move(found);
        auto const usable = last.find(place.describe());  // one that cannot be read now stays in use
        if (usable == last.end())
            continue;
        print += crypto::sha256_hex(usable->second.reveal());
        all.push_back(usable->second);
        names.push_back(place.name);
    }
    auto const now = lists_.find(name);  // a reload may have replaced it meanwhile
    if (now == lists_.end() || now->second.generation != generation)
        co_return;
    asked_.insert(name);
    now->second.last = std::move(last);
    if (all.empty() && std::exchange(now->second.withdraws, false)) {
        static_cast<void>(now->second.use({}, {}));  // to use none cannot fail
        env_.log().write(observe::level::error, "secrets", "none is left", {{"what", name}});
    }
    if (all.empty() || now->second.print == print)
        co_return;
    for (auto const& s : all)
        redact_from_logs(s);
    auto used = now->second.use(all, names);
    if (!used) {
        complain(name, name, used.error().message());
        co_return;
    }
    now->second.print = std::move(print);
    now->second.withdraws = false;
    env_.log().write(observe::level::info, "secrets", "in use", {{"what", name}, {"count", all.size()}});
}

void secret_keeper::complain(std::string const& name, std::string const& about, std::string const& what)
{
    auto const at = lists_.find(name);
    if (at == lists_.end())
        return;
    auto& told = at->second.told[about];
    if (told != what && !what.empty())
        env_.log().write(observe::level::error, "secrets", "cannot be used", {{"what", name}, {"error", what}});
    told = what;
}

}  // namespace penstock::sidecar
