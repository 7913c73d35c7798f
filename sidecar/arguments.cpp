#include "arguments.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace penstock::sidecar {

namespace {

void add_logging(CLI::App& app, run_arguments& a)
{
    app.add_option("--log-level", a.log_level, "Least level that is written: trace, debug, info or error")
        ->check(CLI::IsMember({"trace", "debug", "info", "error"}))
        ->envname("PENSTOCK_LOG_LEVEL")
        ->capture_default_str();
    app.add_option("--log-encoding", a.log_encoding, "json (as Flux's controllers) or console")
        ->check(CLI::IsMember({"json", "console"}))
        ->envname("PENSTOCK_LOG_ENCODING")
        ->capture_default_str();
}

void add_leader_election(CLI::App& app, run_arguments& a)
{
    app.add_flag("--enable-leader-election", a.enable_leader_election,
                 "Of several sidecars one polls; all of them serve hooks")
        ->envname("PENSTOCK_ENABLE_LEADER_ELECTION");
    app.add_option("--leader-election-release-on-cancel", a.leader_election_release_on_cancel,
                   "Let another sidecar lead at once when this one ends")
        ->envname("PENSTOCK_LEADER_ELECTION_RELEASE_ON_CANCEL")
        ->capture_default_str();
    app.add_option("--leader-election-lease-duration", a.leader_election_lease_duration,
                   "After so long without a renewal another leads")
        ->envname("PENSTOCK_LEADER_ELECTION_LEASE_DURATION")
        ->capture_default_str()
        ->type_name("DURATION");
    app.add_option("--leader-election-renew-deadline", a.leader_election_renew_deadline,
                   "After so long without a renewal the leader stops")
        ->envname("PENSTOCK_LEADER_ELECTION_RENEW_DEADLINE")
        ->capture_default_str()
        ->type_name("DURATION");
    app.add_option("--leader-election-retry-period", a.leader_election_retry_period, "Between two renewals")
        ->envname("PENSTOCK_LEADER_ELECTION_RETRY_PERIOD")
        ->capture_default_str()
        ->type_name("DURATION");
}

void add_run_options(CLI::App& app, run_arguments& a)
{
    app.add_option("--config", a.config, "Configuration file; see `penstock config defaults`")
        ->envname("PENSTOCK_CONFIG")
        ->type_name("FILE");
    app.add_option("--hooks-addr", a.hooks_addr, "Where webhooks and Flux Receivers are served")
        ->envname("PENSTOCK_HOOKS_ADDR")
        ->capture_default_str()
        ->type_name("[HOST]:PORT");
    app.add_option("--metrics-addr", a.metrics_addr, "Where /metrics and the status page are served")
        ->envname("PENSTOCK_METRICS_ADDR")
        ->capture_default_str()
        ->type_name("[HOST]:PORT");
    app.add_option("--health-addr", a.health_addr, "Where /healthz and /readyz are served")
        ->envname("PENSTOCK_HEALTH_ADDR")
        ->capture_default_str()
        ->type_name("[HOST]:PORT");
    add_logging(app, a);
    app.add_option("--systems", a.systems, "Comma-separated systems to run; all of this build when absent")
        ->envname("PENSTOCK_SYSTEMS")
        ->type_name("LIST");
    app.add_option("--kubeconfig", a.kubeconfig, "Instead of the service account or KUBECONFIG")
        ->envname("PENSTOCK_KUBECONFIG")
        ->type_name("FILE");
    app.add_option("--state-dir", a.state_dir, "Directory of the store, unless store.sqlite names a file")
        ->envname("PENSTOCK_STATE_DIR")
        ->type_name("DIR");
    app.add_option("--watch-all-namespaces", a.watch_all_namespaces,
                   "false watches the namespace of the sidecar only (RUNTIME_NAMESPACE)")
        ->envname("PENSTOCK_WATCH_ALL_NAMESPACES")
        ->capture_default_str();
    app.add_option("--watch-label-selector", a.label_selector, "Only objects with these labels")
        ->envname("PENSTOCK_WATCH_LABEL_SELECTOR")
        ->type_name("SELECTOR");
    app.add_option("--concurrent", a.concurrent, "Sources that are worked on at once")
        ->check(CLI::Range(1, 1000))
        ->envname("PENSTOCK_CONCURRENT")
        ->capture_default_str();
    app.add_flag("--no-cross-namespace-refs", a.no_cross_namespace_refs,
                 "A Receiver may name objects of its own namespace only")
        ->envname("PENSTOCK_NO_CROSS_NAMESPACE_REFS");
    add_leader_election(app, a);
}

void add_trigger_options(CLI::App& app, trigger_arguments& a)
{
    app.add_option("--type", a.type, "github, gitlab, or a type of Flux Receiver (generic, generic-hmac)")
        ->check(CLI::IsMember({"github", "gitlab", "generic", "generic-hmac"}))
        ->capture_default_str();
    app.add_option("--url", a.url, "The hook port")->capture_default_str()->envname("PENSTOCK_URL");
    app.add_option("--repo", a.repository, "URL of the repository that was pushed to");
    app.add_option("--branch", a.branch, "Branch that was pushed to")->capture_default_str();
    app.add_option("--sha", a.commit, "Commit that the branch stands at now");
    app.add_option("--before", a.before, "Commit that the branch stood at before");
    app.add_option("--secret-file", a.secret_file, "File with the secret of the webhook")->type_name("FILE");
    app.add_option("--secret-env", a.secret_env, "Environment variable with the secret")->type_name("NAME");
    app.add_option("--path", a.path, "For generic types: /hook/<digest>, as in status.webhookPath")->type_name("PATH");
    app.footer("\nExample:\n  penstock trigger --type github --repo https://github.com/acme/app --branch main \\\n"
               "    --sha $(git rev-parse HEAD) --secret-env WEBHOOK_SECRET");
}

}  // namespace

parsed_arguments parse_arguments(int argc, char const* const* argv)
{
    parsed_arguments out;
    auto& given = out.given;
    CLI::App app{"penstock: what happens in Git reaches Flux at once.\n"
                 "Without a command it runs the sidecar; in a cluster it needs no configuration file."};
    app.name("penstock");
    app.require_subcommand(0, 1);
    add_run_options(app, given.run);
    app.footer("\nExamples:\n  penstock demo --tour               try everything on this machine\n"
               "  penstock config defaults > penstock.yaml\n"
               "  penstock check penstock.yaml       find mistakes before the cluster does\n"
               "  penstock run --config penstock.yaml\n\n"
               "Exit codes: 0 ok, 1 failed, 2 wrong usage or configuration.");

    auto* const run = app.add_subcommand("run", "The sidecar (default)");
    add_run_options(*run, given.run);
    auto* const demo = app.add_subcommand("demo", "The sidecar on an embedded cluster and an embedded forge");
    demo->add_flag("--tour", given.demo.tour, "Walk through by itself, check each step, end with 0 or 1");
    demo->add_option("--keep", given.demo.keep, "Keep repositories and store here")->type_name("DIR");
    add_run_options(*demo, given.run);
    auto* const check = app.add_subcommand("check", "Check the configuration without running it");
    check->add_option("FILE", given.check.file, "Configuration file")->envname("PENSTOCK_CONFIG");
    check->add_flag("--live", given.check.live, "Also ask the cluster and the remotes");
    check->add_option("--kubeconfig", given.run.kubeconfig, "For --live")->type_name("FILE");
    auto* const trigger = app.add_subcommand("trigger", "Sign and send a test hook, and print the answer");
    add_trigger_options(*trigger, given.trigger);
    auto* const explain = app.add_subcommand("explain", "Why the sidecar did or did not act on an object");
    explain->add_option("OBJECT", given.explain.object, "GitRepository/NAMESPACE/NAME, or NAMESPACE/NAME")->required();
    explain->add_option("-o,--output", given.explain.output, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    explain->add_option("--metrics-addr", given.run.metrics_addr, "The metrics port of the running sidecar")
        ->envname("PENSTOCK_METRICS_ADDR")
        ->capture_default_str();
    auto* const config = app.add_subcommand("config", "About the configuration file");
    config->require_subcommand(1);
    auto* const defaults = config->add_subcommand("defaults", "Print a file that says the defaults");
    auto* const version = app.add_subcommand("version", "Print the version");
    version->add_option("-o,--output", given.version_output, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    auto* const completion = app.add_subcommand("completion", "Print a completion script");
    completion->add_option("SHELL", given.shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));

    try {
        app.parse(argc, argv);
    } catch (CLI::CallForHelp const& e) {
        out.go_on = false;
        out.exit_code = app.exit(e, std::cout, std::cerr);
        return out;
    } catch (CLI::ParseError const& e) {
        std::cerr << "penstock: " << e.what() << "; see `penstock --help`\n";
        out.go_on = false;
        out.exit_code = 2;
        return out;
    }
    if (demo->parsed())
        given.command = command::demo;
    else if (check->parsed())
        given.command = command::check;
    else if (trigger->parsed())
        given.command = command::trigger;
    else if (explain->parsed())
        given.command = command::explain;
    else if (defaults->parsed())
        given.command = command::config_defaults;
    else if (version->parsed())
        given.command = command::version;
    else if (completion->parsed())
        given.command = command::completion;
    return out;
}

std::string completion_script(std::string const& shell)
{
    static constexpr char const* commands = "run demo check trigger explain config version completion";
    static constexpr char const* flags =
        "--config --hooks-addr --metrics-addr --health-addr --log-level --log-encoding --systems --kubeconfig "
        "--state-dir --watch-all-namespaces --watch-label-selector --concurrent --no-cross-namespace-refs "
        "--enable-leader-election --leader-election-release-on-cancel --leader-election-lease-duration "
        "--leader-election-renew-deadline --leader-election-retry-period --help";
    std::string const words = std::string(commands);
    if (shell == "bash")
        return "_penstock() {\n"
               "  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
               "  case $previous in\n"
               "    config) COMPREPLY=($(compgen -W defaults -- \"$word\")); return;;\n"
               "    completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$word\")); return;;\n"
               "    --config|--kubeconfig|check) COMPREPLY=($(compgen -f -- \"$word\")); return;;\n"
               "  esac\n"
               "  case $word in\n"
               "    -*) COMPREPLY=($(compgen -W '"
               + std::string(flags)
               + "' -- \"$word\"));;\n"
                 "    *) COMPREPLY=($(compgen -W '"
               + words
               + "' -- \"$word\"));;\n"
                 "  esac\n"
                 "}\n"
                 "complete -F _penstock penstock\n";
    if (shell == "zsh")
        return "#compdef penstock\n"
               "_penstock() {\n"
               "  if [[ $words[CURRENT] == -* ]]; then compadd -- "
               + std::string(flags)
               + "\n"
                 "  elif (( CURRENT == 2 )); then compadd "
               + words
               + "\n"
                 "  elif [[ $words[2] == config ]]; then compadd defaults\n"
                 "  elif [[ $words[2] == completion ]]; then compadd bash zsh fish\n"
                 "  else _files; fi\n"
                 "}\n"
                 "if [[ $funcstack[1] == _penstock ]]; then _penstock \"$@\"\n"  // read by autoload, for this very word
                 "else compdef _penstock penstock; fi\n";
    return "complete -c penstock -f -n __fish_use_subcommand -a '" + words
           + "'\n"
             "complete -c penstock -f -n '__fish_seen_subcommand_from config' -a defaults\n"
             "complete -c penstock -f -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'\n"
             "complete -c penstock -F -n '__fish_seen_subcommand_from check'\n";
}

}  // namespace penstock::sidecar
