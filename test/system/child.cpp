#include "child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

namespace penstock::system_test {

namespace {

using namespace std::chrono_literals;

bool is_inherited(std::string_view variable)
{
    std::string name;
    for (char const c : variable.substr(0, variable.find('=')))
        name.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    return !name.ends_with("_PROXY") && !name.starts_with("KUBE") && !name.starts_with("PENSTOCK")
           && name != "RUNTIME_NAMESPACE";
}

}  // namespace

bool until(duration within, std::function<bool()> const& true_now)
{
    auto const end = std::chrono::steady_clock::now() + within;
    while (!true_now()) {
        if (std::chrono::steady_clock::now() >= end)
            return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

std::string contents(std::string const& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(std::string const& path, std::string const& text)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

scratch::scratch()
{
    auto pattern = (std::filesystem::temp_directory_path() / "penstock-system-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("no temporary directory");
    path_ = pattern;
}

scratch::~scratch()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string penstock_binary()
{
    return PENSTOCK_BINARY;
}

child::child(std::vector<std::string> arguments, std::string const& directory, std::vector<std::string> environment)
{
    static std::atomic<int> count{0};
    auto const stem = directory + "/" + std::to_string(::getpid()) + "." + std::to_string(++count);
    out_ = stem + ".out";
    err_ = stem + ".err";
    for (char** v = environ; *v != nullptr; ++v)
        if (is_inherited(*v))
            environment.emplace_back(*v);
    std::vector<char*> argv;
    for (auto& a : arguments)
        argv.push_back(a.data());
    argv.push_back(nullptr);
    std::vector<char*> envp;
    for (auto& e : environment)
        envp.push_back(e.data());
    envp.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    ::posix_spawn_file_actions_addopen(&actions, 2, err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    int const failed = ::posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), envp.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        throw std::runtime_error("cannot start " + arguments.front());
}

child::~child()
{
    kill();
}

void child::signal(int number) const
{
    if (!code_)
        ::kill(pid_, number);
}

std::optional<int> child::ended()
{
    int status = 0;
    if (!code_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
        code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return code_;
}

std::optional<int> child::wait(duration within)
{
    until(within, [this] { return ended().has_value(); });
    return code_;
}

void child::kill()
{
    if (code_)
        return;
    ::kill(pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

finished run_penstock(std::vector<std::string> arguments, std::vector<std::string> environment)
{
    scratch const files;
    arguments.insert(arguments.begin(), penstock_binary());
    child program(std::move(arguments), files.path(), std::move(environment));
    auto const code = program.wait(20s);
    finished f;
    f.code = code.value_or(-1);
    f.out = program.out();
    f.err = program.err();
    return f;
}

}  // namespace penstock::system_test
