#ifndef PENSTOCK_SYNC_SECRET_DATA_HPP
#define PENSTOCK_SYNC_SECRET_DATA_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/error/result.hpp>
#include <penstock/git/credential.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/kube/object.hpp>

#include <string>
#include <utility>

namespace penstock::sync {

/** Reads the data of a Secret that a source names.
    @param api Outlives this.
    @return What the API says; `errc::invalid_configuration` that names the Secret where it does not exist, for that is
    a mistake of the source and nothing about its remote. No detail holds a value. */
template <class Api>
awaitable<result<git::secret_keys>> read_secret_data(Api& api, kube::object_name name, time_point deadline)
{
    auto object = co_await api.get(kube::known::secrets, name, deadline);
    if (!object) {
        auto f = object.error();
        if (f.code == condition::not_found)
            f = failure(errc::invalid_configuration, "secret " + name.text() + " does not exist");
        co_return f;
    }
    git::secret_keys keys;
    auto const* const data = object->is_object() ? kube::object_at(object->get_object(), "data") : nullptr;
    if (data == nullptr)
        co_return keys;
    for (auto const& [key, value] : *data) {
        auto decoded =
            value.is_string() ? crypto::base64_decode(value.get_string()) : result<std::string>(errc::malformed);
        if (!decoded)
            co_return failure(errc::invalid_configuration,
                              "secret " + name.text() + ", key " + std::string(key) + " is not base64");
        keys.emplace(std::string(key), secret(*decoded));
        secret::wipe(*decoded);
    }
    co_return keys;
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_SECRET_DATA_HPP
