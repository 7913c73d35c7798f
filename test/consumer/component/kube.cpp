#include <penstock/kube/kubeconfig.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

int main()
{
    using namespace penstock;
    std::string directory = (std::filesystem::temp_directory_path() / "penstock-consumer-XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr)
        return 1;
    kube::connection_options options;
    options.kubeconfig = directory + "/config";
    std::ofstream(options.kubeconfig) << "{apiVersion: v1, kind: Config, current-context: c,\n"
                                         " clusters: [{name: k, cluster: {server: 'https://k.example:6443'}}],\n"
                                         " users: [{name: u, user: {token: t}}],\n"
                                         " contexts: [{name: c, context: {cluster: k, user: u, namespace: apps}}]}\n";
    auto const connection = kube::load_connection(options);
    std::filesystem::remove_all(directory);
    return connection && connection->server == "https://k.example:6443" && connection->default_namespace == "apps" ? 0
                                                                                                                   : 1;
}
