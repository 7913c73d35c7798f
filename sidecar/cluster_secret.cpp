#include "cluster_secret.hpp"

#include <penstock/crypto/base64.hpp>

namespace penstock::sidecar {

awaitable<result<secret>> read_cluster_secret(api_type& api, kube::object_name name, std::string key,
                                              time_point deadline)
{
    auto object = co_await api.get(kube::known::secrets, name, deadline);
    if (!object)
        co_return object.error();
    auto const* const data = object->is_object() ? kube::object_at(object->get_object(), "data") : nullptr;
    auto const* const value = data == nullptr ? nullptr : data->if_contains(key);
    if (value == nullptr || !value->is_string())
        co_return failure(errc::invalid_configuration, "there is no such key in secret " + name.text());
    auto decoded = crypto::base64_decode(value->get_string());
    if (!decoded)
        co_return failure(errc::invalid_configuration, "the value in secret " + name.text() + " is not base64");
    secret out(*decoded);
    secret::wipe(*decoded);
    co_return out;
}

}  // namespace penstock::sidecar
