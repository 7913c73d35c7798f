// Asks a Git server where its branches stand, as `git ls-remote` does, without fetching anything: protocol version 2
// over HTTP, where the answer holds only what was asked for.
//
// The server is the embedded forge, which needs `git`. Prints, for a new repository:
//   refs/heads/main <its commit>
//   bytes of the answer: <less than 200>
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/forge_server.hpp>
#include <penstock/git/smart_http.hpp>
#include <penstock/http/client.hpp>
#include <penstock/testing/loop.hpp>

#include <cstdlib>
#include <filesystem>
#include <iostream>

using namespace penstock;
using namespace std::chrono_literals;

awaitable<int> show(embedded::forge_server& forge, http::client& transport)
{
    auto const end = clock::steady::now() + 20s;
    auto commit = co_await forge.repositories().create("octo/widgets");
    if (!commit) {
        std::cerr << commit.error().message() << '\n';
        co_return 1;
    }
    git::smart_http remote(transport);
    std::vector<std::string> const prefixes{"refs/heads/"};
    auto heads = co_await remote.list(forge.url_of("octo/widgets"), prefixes, git::credential(), end);
    if (!heads) {
        std::cerr << heads.error().message() << '\n';
        co_return 1;
    }
    for (auto const& head : *heads)
        std::cout << head.name << ' ' << head.id << '\n';
    std::cout << "bytes of the answer: " << remote.statistics().ls_refs_bytes << '\n';
    bool const right = heads->size() == 1 && heads->front().id == *commit;
    co_await forge.stop(end);
    co_return right ? 0 : 1;
}

int main()
{
    if (std::system("git --version > /dev/null 2>&1") != 0) {
        std::cout << "git is not installed\n";
        return 77;
    }
    std::string directory = (std::filesystem::temp_directory_path() / "penstock-example-XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr)
        return 1;
    asio::io_context context(1);
    embedded::forge_options options;
    options.directory = directory;
    int status = 1;
    {
        embedded::forge_server forge(context.get_executor(), options);
        forge.start().value();
        http::client transport(context.get_executor());
        status = testing::run_for_real(context, show(forge, transport));
    }
    std::filesystem::remove_all(directory);
    return status;
}
