#include "demo.hpp"

#include "demo_stage.hpp"
#include "tour.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdlib.h>

namespace penstock::sidecar {

namespace {

/// A directory that goes away with this object, unless it was the user's.
class work_directory
{
public:
    explicit work_directory(std::string const& kept) : mine_(kept.empty())
    {
        if (!mine_) {
            path_ = std::filesystem::absolute(kept).lexically_normal().string();
            return;
        }
        auto pattern = (std::filesystem::temp_directory_path() / "penstock-demo-XXXXXX").string();
        auto const* const made = ::mkdtemp(pattern.data());
        path_ = made == nullptr ? std::string() : std::string(made);
    }
    work_directory(work_directory const&) = delete;
    work_directory& operator=(work_directory const&) = delete;
    ~work_directory()
    {
        std::error_code ec;
        if (mine_ && !path_.empty())
            std::filesystem::remove_all(path_, ec);
    }
    std::string const& path() const { return path_; }
private:
    bool mine_;
    std::string path_;
};

/// The user's choice of a port; any free one where there is none, so that a demo never is in the way of another.
std::string demo_address(std::string const& given, std::string const& standard)
{
    return given == standard ? "127.0.0.1:0" : given;
}

void print_what_next(demo_stage& stage)
{
    auto const& directory = stage.directory();
    std::cerr
        << "\npenstock demo: a forge, a cluster, Flux's source-controller (a stand-in) and the sidecar, all here.\n\n"
        << "  Push, and watch the source follow:\n"
        << "    git clone " << stage.git_url() << " " << directory << "/clone\n"
        << "    kubectl --server " << stage.cluster().url() << " -n flux-system get gitrepositories -w\n"
        << "    cd " << directory
        << "/clone && echo hello >> README && git add -A && git commit -m hello && git push\n\n"
        << "  Send a hook by hand:\n"
        << "    penstock trigger --url " << stage.hooks_url() << " --repo " << stage.git_url() << " \\\n"
        << "      --branch main --sha $(git rev-parse HEAD) --secret-file " << directory << "/webhook-secret\n\n"
        << "  Ask why, and look at the numbers:\n"
        << "    penstock explain flux-system/app --metrics-addr 127.0.0.1:" << stage.sidecar().metrics_port() << "\n"
        << "    curl " << stage.metrics_url() << "/metrics\n\n"
        << "  Ctrl-C ends it.\n\n";
}

class demo
{
public:
    demo(asio::io_context& context, world& env, demo_arguments a, demo_stage_options o)
        : env_(env), arguments_(std::move(a)), stage_(env, context.get_executor(), std::move(o)),
          ends_(context, SIGINT, SIGTERM), tasks_(context.get_executor())
    {
        wait_for_end();
    }

    awaitable<int> run()
    {
        auto const opened = co_await stage_.open();
        if (!opened) {
            std::cerr << "penstock demo: " << opened.error().message() << "\n";
            ends_.cancel();
            co_return 1;
        }
        if (arguments_.tour)
            tasks_.spawn(tour());
        else
            print_what_next(stage_);
        auto const ended = co_await stage_.run();
        tasks_.cancel();
        co_await tasks_.join();
        ends_.cancel();
        if (!ended) {
            std::cerr << "penstock demo: " << ended.error().message() << "\n";
            co_return 1;
        }
        co_return code_;
    }
private:
    awaitable<void> tour()
    {
        code_ = 1;
        auto const walked = co_await take_tour(stage_, env_);
        if (walked) {
            std::cerr << "✔ the tour is over\n";
            code_ = 0;
        } else {
            std::cerr << "✗ " << walked.error().message() << "\n";
        }
        stage_.stop();
    }

    void wait_for_end()
    {
        ends_.async_wait([this](error_code ec, int) {
            if (ec)
                return;
            if (std::exchange(ending_, true))
                std::_Exit(1);
            stage_.stop();
            wait_for_end();
        });
    }

    world& env_;
    demo_arguments arguments_;
    demo_stage stage_;
    asio::signal_set ends_;
    clock::task_group tasks_;
    bool ending_ = false;
    int code_ = 0;
};

}  // namespace

int run_demo(demo_arguments const& a, run_arguments const& r)
{
    work_directory const directory(a.keep);
    if (directory.path().empty()) {
        std::cerr << "penstock demo: no temporary directory can be made; --keep DIR names another place\n";
        return 1;
    }
    run_arguments const standard;
    demo_stage_options o;
    o.directory = directory.path();
    o.poll = a.tour ? std::chrono::seconds(2) : std::chrono::seconds(5);
    o.hooks_addr = demo_address(r.hooks_addr, standard.hooks_addr);
    o.metrics_addr = demo_address(r.metrics_addr, standard.metrics_addr);
    o.health_addr = demo_address(r.health_addr, standard.health_addr);
    bool const quiet = a.tour && r.log_level == standard.log_level;
    world env =
        make_world(quiet ? "error" : r.log_level, r.log_encoding == standard.log_encoding ? "console" : r.log_encoding);
    asio::io_context context{1};
    demo d(context, env, a, std::move(o));
    int code = 1;
    asio::co_spawn(context, unwinding(d.run()), [&](std::exception_ptr thrown, int value) {
        code = thrown ? 1 : value;
        if (thrown)
            std::cerr << "penstock demo: an exception ended it\n";
    });
    context.run();
    return code;
}

}  // namespace penstock::sidecar
