#ifndef PENSTOCK_KUBE_UPDATE_STATUS_HPP
#define PENSTOCK_KUBE_UPDATE_STATUS_HPP
#include <penstock/kube/api.hpp>
#include <penstock/kube/object.hpp>

#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <utility>

namespace penstock::kube {

/// What `update_status` does to an object; it may be called several times, with newer states of it.
using status_change = std::function<void(boost::json::object&)>;

/** Writes the `status` of an object as `change` leaves it, and nothing where it leaves it as it is: a controller that says
    the same again costs no request and wakes nobody.

    The first attempt goes out from `object`, of a cache for instance, without reading it; only where somebody has
    written meanwhile it is read, and changed again (`api_client::update`).
    @param change Changes `status` alone; what else it changes the server passes over.
    @param options `subresource` is set here.
    @return The object as it is then: `object` itself where nothing was written. `errc::not_found` when it has gone,
    or another has its name. */
template <class Api>
awaitable<result<boost::json::value>> update_status(Api& api, resource what, boost::json::value object,
                                                    status_change change, write_options options, time_point deadline)
{
    auto const* fields = object.if_object();
    if (fields == nullptr || uid_of(*fields).empty())
        co_return failure(errc::invalid_argument, "STATUS " + what.qualified() + ": not an object of the cluster");
    auto const name = name_of(*fields);
    std::string const uid(uid_of(*fields));
    options.subresource = "status";
    auto wanted = object;
    change(wanted.get_object());
    if (wanted == object)
        co_return object;
    auto written = co_await api.replace(what, name, std::move(wanted), options, deadline);
    if (written || written.error().code != errc::conflict)
        co_return std::move(written);
    std::function<result<void>(boost::json::object&)> again = [&](boost::json::object& newer) -> result<void> {
        if (uid_of(newer) != uid)
            return failure(errc::not_found, "STATUS " + what.qualified() + ' ' + name.text() + ": made anew meanwhile");
        change(newer);
        return {};
    };
    co_return co_await api.update(what, name, std::move(again), std::move(options), deadline);
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_UPDATE_STATUS_HPP
