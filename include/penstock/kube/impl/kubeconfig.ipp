#ifndef PENSTOCK_KUBE_IMPL_KUBECONFIG_IPP
#define PENSTOCK_KUBE_IMPL_KUBECONFIG_IPP
#include <penstock/env/small_file.hpp>
#include <penstock/kube/kubeconfig.hpp>

#include <penstock/kube/impl/first_certificate.ipp>
#include <penstock/kube/impl/kubeconfig_file.ipp>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace penstock::kube {

namespace detail {

inline std::optional<std::string> variable_of(connection_options const& options, std::string const& name)
{
    if (options.variable)
        return options.variable(name);
    auto const* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

inline std::string trimmed(std::string const& text)
{
    auto const first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? std::string()
                                      : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// The connection of a pod with a service account.
inline result<connection> in_cluster(connection_options const& options, std::string const& host,
                                     std::string const& port)
{
    auto const& folder = options.service_account;
    auto authorities = env::read_small_file(folder + "/ca.crt", 1U << 20U);
    if (!authorities)
        return authorities.error();
    if (!first_certificate(*authorities))
        return failure(errc::invalid_configuration, folder + "/ca.crt: holds no certificate");
    connection c;
    bool const is_v6 = host.find(':') != std::string::npos;
    c.server = "https://" + (is_v6 ? '[' + host + ']' : host) + ':' + port;
    c.tls.ca_pem = *std::move(authorities);
    c.files.authorities = folder + "/ca.crt";
    c.credential = credential::bearer_file(folder + "/token");
    if (auto const token = c.credential.authorization(time_point::min()); !token)
        return token.error();
    if (auto ns = env::read_small_file(folder + "/namespace", 4096); ns && !trimmed(*ns).empty())
        c.default_namespace = trimmed(*ns);
    c.origin = "in-cluster";
    return c;
}

inline std::vector<std::string> split_list(std::string const& list)
{
    std::vector<std::string> parts;
    std::size_t from = 0;
    while (from <= list.size()) {
        auto const to = std::min(list.find(':', from), list.size());
        if (to > from)
            parts.push_back(list.substr(from, to - from));
        from = to + 1;
    }
    return parts;
}

inline result<connection> from_files(std::vector<std::string> const& paths, std::string const& context, bool all_needed)
{
    kubeconfig merged;
    std::size_t found = 0;
    for (auto const& path : paths) {
        std::error_code ec;
        if (!all_needed && !std::filesystem::exists(path, ec))
            continue;  // as kubectl does with the files of a list
        if (auto const read = merged.add(path); !read)
            return read.error();
        ++found;
    }
    if (found == 0)
        return failure(errc::invalid_configuration, "KUBECONFIG names no file that exists");
    return merged.choose(context);
}

}  // namespace detail

PENSTOCK_DECL result<connection> load_connection(connection_options const& options)
{
    if (!options.kubeconfig.empty())
        return detail::from_files({options.kubeconfig}, options.context, true);
    auto const list = detail::variable_of(options, "KUBECONFIG").value_or("");
    if (!list.empty())
        return detail::from_files(detail::split_list(list), options.context, false);
    auto const host = detail::variable_of(options, "KUBERNETES_SERVICE_HOST").value_or("");
    auto const port = detail::variable_of(options, "KUBERNETES_SERVICE_PORT").value_or("");
    if (!host.empty() && !port.empty())
        return detail::in_cluster(options, host, port);
    auto const home = detail::variable_of(options, "HOME").value_or("");
    auto const usual = home + "/.kube/config";
    std::error_code ec;
    if (!home.empty() && std::filesystem::exists(usual, ec))
        return detail::from_files({usual}, options.context, true);
    return failure(errc::invalid_configuration,
                   "no cluster: this is no pod with a service account, KUBECONFIG is not set, and there is no "
                   "~/.kube/config; name a file");
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_KUBECONFIG_IPP
