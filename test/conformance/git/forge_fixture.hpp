#ifndef PENSTOCK_TEST_CONFORMANCE_GIT_FORGE_FIXTURE_HPP
#define PENSTOCK_TEST_CONFORMANCE_GIT_FORGE_FIXTURE_HPP
#include <penstock/embedded/forge_server.hpp>
#include <penstock/git/smart_http.hpp>
#include <penstock/http/client.hpp>
#include <penstock/process/child.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// A forge with its repositories in a new directory, a real Git beside it, and our own client.
struct forge_fixture
{
    explicit forge_fixture(bool protocol_2 = true)
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "penstock-forge-XXXXXX").string();
        if (!::mkdtemp(pattern.data()))
            throw std::runtime_error("no temporary directory");
        directory = pattern;
        penstock::embedded::forge_options options;
        options.directory = directory + "/forge";
        options.protocol_2 = protocol_2;
        forge = std::make_unique<penstock::embedded::forge_server>(context.get_executor(), options);
        forge->listen().value();
        boost::asio::co_spawn(context, penstock::unwinding(forge->run()), [this](std::exception_ptr) { ended = true; });
    }

    ~forge_fixture()
    {
        run(stop());
        auto const end = in(std::chrono::seconds(10));
        while (!ended && std::chrono::steady_clock::now() < end)
            context.run_one_for(std::chrono::milliseconds(100));
        std::error_code ignored;
        std::filesystem::remove_all(directory, ignored);
    }

    penstock::awaitable<int> stop()
    {
        co_await forge->stop(in(std::chrono::seconds(5)));
        co_return 0;
    }

    template <class T>
    T run(penstock::awaitable<T> work)
    {
        return penstock::testing::run_for_real(context, std::move(work), std::chrono::seconds(60));
    }

    static penstock::time_point in(penstock::duration d) { return std::chrono::steady_clock::now() + d; }

    /// A Git client in `directory/where`; throws what it says when it fails.
    std::string git(std::string const& where, std::vector<std::string> arguments)
    {
        auto out = try_git(where, std::move(arguments));
        if (!out)
            throw std::runtime_error(out.error().message());
        return *out;
    }

    penstock::result<std::string> try_git(std::string const& where, std::vector<std::string> arguments)
    {
        penstock::process::command spec;
        spec.arguments = {"git", "-C", directory + "/" + where};
        spec.arguments.insert(spec.arguments.end(), arguments.begin(), arguments.end());
        spec.environment = {"GIT_CONFIG_NOSYSTEM=1",        "GIT_CONFIG_GLOBAL=/dev/null",
                            "GIT_TERMINAL_PROMPT=0",        "GIT_AUTHOR_NAME=Ada",
                            "GIT_AUTHOR_EMAIL=ada@test",    "GIT_COMMITTER_NAME=Ada",
                            "GIT_COMMITTER_EMAIL=ada@test", "HOME=" + directory};
        auto out = run(penstock::process::run(std::move(spec), "", in(std::chrono::seconds(30))));
        while (out && out->ends_with('\n'))
            out->pop_back();
        return out;
    }

    /// A new repository on the forge. @return The id of its first commit.
    std::string create(std::string const& name, penstock::embedded::forge_access access = {})
    {
        return run(forge->repositories().create(name, std::move(access))).value();
    }

    /// The same address with a user and a password in it.
    std::string url_with(std::string const& userinfo, std::string const& name) const
    {
        auto url = forge->url_of(name);
        return url.insert(url.find("://") + 3, userinfo + "@");
    }

    penstock::result<std::vector<penstock::git::reference>> list(std::string const& name,
                                                                 std::vector<std::string> prefixes,
                                                                 penstock::git::credential who = {})
    {
        return run(remote.list(forge->url_of(name), std::move(prefixes), std::move(who), in(std::chrono::seconds(30))));
    }

    std::string directory;
    bool ended = false;
    boost::asio::io_context context{1};
    std::unique_ptr<penstock::embedded::forge_server> forge;
    penstock::http::client client{context.get_executor()};
    penstock::git::smart_http<penstock::http::client> remote{client};
};

struct old_forge_fixture : forge_fixture
{
    old_forge_fixture() : forge_fixture(false) {}
};

#endif  // PENSTOCK_TEST_CONFORMANCE_GIT_FORGE_FIXTURE_HPP
