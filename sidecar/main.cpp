#include "arguments.hpp"
#include "check.hpp"
#include "configuration.hpp"
#include "demo.hpp"
#include "explain.hpp"
#include "run.hpp"
#include "trigger.hpp"

#include <penstock/version.hpp>

#include <csignal>
#include <exception>
#include <iostream>

namespace {

using namespace penstock;

void print_version(std::string const& output)
{
    if (output == "json")
        std::cout << R"({"version":")" PENSTOCK_VERSION R"(","systems":["sync"]})" << "\n";
    else
        std::cout << "penstock " PENSTOCK_VERSION " (systems: sync)\n";
}

int dispatch(sidecar::arguments const& given)
{
    switch (given.command) {
    case sidecar::command::run: return sidecar::run_sidecar(given.run);
    case sidecar::command::demo: return sidecar::run_demo(given.demo, given.run);
    case sidecar::command::check: return sidecar::run_check(given.check, given.run);
    case sidecar::command::trigger: return sidecar::run_trigger(given.trigger);
    case sidecar::command::explain: return sidecar::run_explain(given.explain, given.run);
    case sidecar::command::config_defaults: std::cout << sidecar::default_configuration_text(); return 0;
    case sidecar::command::version: print_version(given.version_output); return 0;
    case sidecar::command::completion: std::cout << sidecar::completion_script(given.shell); return 0;
    }
    return 2;
}

}  // namespace

int main(int argc, char** argv)
{
    std::signal(SIGPIPE, SIG_IGN);  // a peer that went away is an error of its connection, not of this process
    std::signal(SIGXFSZ, SIG_IGN);  // and a file that may not grow is an error of the store
    try {
        auto const parsed = penstock::sidecar::parse_arguments(argc, argv);
        return parsed.go_on ? dispatch(parsed.given) : parsed.exit_code;
    } catch (std::exception const& e) {
        std::cerr << "penstock: this is a bug: " << e.what() << "\n";
        return 1;
    }
}
