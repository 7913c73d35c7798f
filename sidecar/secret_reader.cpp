#include "secret_reader.hpp"

#include <cstdlib>
#include <fstream>
#include <utility>

namespace penstock::sidecar {

namespace {

constexpr std::size_t max_secret = 64 * 1024;

failure unusable(secret_place const& place, std::string const& what)
{
    auto const at = place.position.empty() ? std::string() : place.position + ": ";
    return failure(errc::invalid_configuration, at + place.describe() + " " + what);
}

}  // namespace

result<secret> read_local_secret(secret_place const& place)
{
    if (auto const* e = std::get_if<from_environment>(&place.where)) {
        auto const* const value = std::getenv(e->name.c_str());
        if (value == nullptr || *value == '\0')
            return unusable(place, "is not set; set it to the secret");
        return secret(std::string(value));
    }
    auto const* f = std::get_if<from_file>(&place.where);
    if (f == nullptr)
        return failure(errc::unsupported, place.describe() + " is in the cluster");
    std::ifstream in(f->path, std::ios::binary);
    if (!in)
        return unusable(place, "cannot be read; check the path and its permissions");
    std::string value(max_secret + 1, '\0');
    in.read(value.data(), static_cast<std::streamsize>(value.size()));
    if (in.bad())
        return unusable(place, "cannot be read; check the path and its permissions");
    value.resize(static_cast<std::size_t>(in.gcount()));
    if (value.size() > max_secret) {
        secret::wipe(value);
        return unusable(place, "is larger than 64 KiB; name the file that holds the secret alone");
    }
    while (value.ends_with('\n') || value.ends_with('\r'))
        value.pop_back();
    if (value.empty())
        return unusable(place, "is empty; write the secret into it");
    return secret(std::move(value));
}

awaitable<result<secret>> read_secret(secret_place place, cluster_secret_reader read_cluster)
{
    auto const* const k = std::get_if<from_kubernetes>(&place.where);
    if (k == nullptr)
        co_return read_local_secret(place);
    auto found = co_await read_cluster(k->name, k->key);
    if (!found) {
        auto f = found.error();
        f.detail =
            (place.position.empty() ? std::string() : place.position + ": ") + place.describe() + ": " + f.detail;
        co_return f;
    }
    co_return found;
}

}  // namespace penstock::sidecar
