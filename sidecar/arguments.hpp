#ifndef PENSTOCK_SIDECAR_ARGUMENTS_HPP
#define PENSTOCK_SIDECAR_ARGUMENTS_HPP
#include <string>
#include <vector>

namespace penstock::sidecar {

/// What `penstock run` and, where it makes sense, the other commands share.
struct run_arguments
{
    std::string config;  ///< Path; empty for none.
    std::string hooks_addr = ":9295";
    std::string metrics_addr = ":8085";
    std::string health_addr = ":9445";
    std::string log_level = "info";
    std::string log_encoding = "json";
    std::string systems;         ///< Comma-separated; empty for all of this build.
    std::string kubeconfig;      ///< Path; empty for what kubectl would take.
    std::string label_selector;  ///< Overrides `watch.labelSelector`.
    std::string state_dir;       ///< Where the store lies unless the file names one.
    bool watch_all_namespaces = true;
    bool no_cross_namespace_refs = false;
    int concurrent = 4;
    bool enable_leader_election = false;
    bool leader_election_release_on_cancel = true;
    std::string leader_election_lease_duration = "35s";  ///< Go durations, as Flux's controllers have them.
    std::string leader_election_renew_deadline = "30s";
    std::string leader_election_retry_period = "5s";
};

struct demo_arguments
{
    bool tour = false;
    std::string keep;  ///< Directory for the repositories and the store; empty for one that is removed at the end.
};

struct check_arguments
{
    std::string file;
    bool live = false;
};

struct trigger_arguments
{
    std::string type = "github";
    std::string url = "http://127.0.0.1:9295";
    std::string repository;
    std::string branch = "main";
    std::string before;
    std::string commit;
    std::string secret_file;
    std::string secret_env;
    std::string path;  ///< For Flux Receivers: the path with the digest.
};

struct explain_arguments
{
    std::string object;
    std::string output = "text";
};

enum class command
{
    run,
    demo,
    check,
    trigger,
    explain,
    config_defaults,
    version,
    completion,
};

struct arguments
{
    sidecar::command command = sidecar::command::run;
    run_arguments run;
    demo_arguments demo;
    check_arguments check;
    trigger_arguments trigger;
    explain_arguments explain;
    std::string version_output = "text";
    std::string shell;
};

/// What came of the command line: arguments to go on with, or an exit code because all has been said.
struct parsed_arguments
{
    arguments given;
    bool go_on = true;
    int exit_code = 0;
};

/** Reads flags, then the environment (`PENSTOCK_…`), then defaults. Prints help to stdout and errors to stderr.
    Exit codes: 0 after help, 2 for wrong usage. */
parsed_arguments parse_arguments(int argc, char const* const* argv);

/// The completion script of a shell: bash, zsh or fish.
std::string completion_script(std::string const& shell);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_ARGUMENTS_HPP
