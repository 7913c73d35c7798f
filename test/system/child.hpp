#ifndef PENSTOCK_TEST_SYSTEM_CHILD_HPP
#define PENSTOCK_TEST_SYSTEM_CHILD_HPP
#include <penstock/time/types.hpp>

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace penstock::system_test {

/// Asks again and again until it is true or the time is over. @return Whether it became true.
bool until(duration within, std::function<bool()> const& true_now);

/// What is in a file; empty when there is none.
std::string contents(std::string const& path);
void write_file(std::string const& path, std::string const& text);

/// A directory that goes away with this object.
class scratch
{
public:
    scratch();
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;
    ~scratch();
    std::string const& path() const noexcept { return path_; }
private:
    std::string path_;
};

/** A program with its standard output and error in files. It is killed when this object goes.

    It gets the environment of this process, without proxies and without variables of Kubernetes or penstock. */
class child
{
public:
    /// @param directory Where the two files are made. @param environment `NAME=value`, in addition.
    child(std::vector<std::string> arguments, std::string const& directory, std::vector<std::string> environment = {});
    child(child const&) = delete;
    child& operator=(child const&) = delete;
    ~child();

    void signal(int number) const;
    /// The exit code, or 128 and the signal; nothing while it runs.
    std::optional<int> ended();
    /// Waits for it to end, at most so long.
    std::optional<int> wait(duration within);
    /// SIGKILL, and waits until it is gone.
    void kill();

    std::string out() const { return contents(out_); }
    std::string err() const { return contents(err_); }
    pid_t pid() const noexcept { return pid_; }
private:
    std::string out_;
    std::string err_;
    pid_t pid_ = -1;
    std::optional<int> code_;
};

/// Runs the binary of the sidecar with these arguments until it ends.
struct finished
{
    int code = -1;  ///< -1: it did not end within 20 s.
    std::string out;
    std::string err;
};
finished run_penstock(std::vector<std::string> arguments, std::vector<std::string> environment = {});

/// The binary under test.
std::string penstock_binary();

}  // namespace penstock::system_test

#endif  // PENSTOCK_TEST_SYSTEM_CHILD_HPP
