#ifndef PENSTOCK_TEST_CONFORMANCE_NGINX_NGINX_HPP
#define PENSTOCK_TEST_CONFORMANCE_NGINX_NGINX_HPP
#include "conformance/program.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <list>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace penstock::testing {

/// Where Debian's nginx and fcgiwrap lie is not in everybody's PATH.
inline std::string const search_path = "PATH=\"$PATH:/usr/sbin:/usr/local/sbin\"; ";

/** nginx with fcgiwrap and Git's own git-http-backend, as a forge is set up by hand: unprivileged, with files, port
    and process group of its own, and a repository beneath `root()`. */
class nginx_forge
{
public:
    nginx_forge() : port_(free_port())
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "penstock-nginx-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        directory_ = pattern;
        std::filesystem::create_directories(root());
        write_configuration();
        start("fcgiwrap.log", "fcgiwrap -c 1 -s unix:" + directory_ + "/fcgi.sock");
        start("nginx.log", "nginx -p " + directory_ + " -e error.log -c nginx.conf");
        bool up = false;
        for (int i = 0; i < 500 && !up; ++i) {
            up = shell("git ls-remote -q " + url("none") + " 2>&1 | grep -q -e 'not found'") == 0;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        BOOST_REQUIRE_MESSAGE(up, "nginx does not answer: " + log());
    }
    nginx_forge(nginx_forge const&) = delete;
    nginx_forge& operator=(nginx_forge const&) = delete;
    ~nginx_forge()
    {
        processes_.clear();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    std::string root() const { return directory_ + "/repositories"; }
    std::string const& directory() const noexcept { return directory_; }
    std::string url(std::string const& name) const
    {
        return "http://127.0.0.1:" + std::to_string(port_) + "/" + name + ".git";
    }

    /// Runs a command of the shell in `directory()` as one who has no configuration of Git.
    int shell(std::string const& command) const
    {
        auto const line = "cd '" + directory_
                          + "' && export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0 "
                            "GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@test GIT_COMMITTER_NAME=Ada "
                            "GIT_COMMITTER_EMAIL=ada@test; "
                          + command;
        return std::system(line.c_str());
    }
    std::string output(std::string const& command) const
    {
        BOOST_REQUIRE_MESSAGE(shell("{ " + command + "; } > output 2> errors") == 0, command + ": " + read("errors"));
        auto text = read("output");
        while (text.ends_with('\n'))
            text.pop_back();
        return text;
    }
    std::string log() const { return read("error.log") + read("nginx.log") + read("fcgiwrap.log"); }
    /// The size of the last answer to a POST, as nginx counted it: without its header.
    long last_answer() const
    {
        auto const text = read("access.log");
        auto const at = text.rfind("POST ");
        return at == std::string::npos ? -1 : std::stol(text.substr(at + 5));
    }
private:
    std::string read(std::string const& name) const
    {
        std::ifstream in(directory_ + '/' + name);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    void write_configuration() const
    {
        std::ofstream(directory_ + "/nginx.conf") << "daemon off;\nmaster_process off;\npid nginx.pid;\n"
                                                     "events { worker_connections 64; }\nhttp {\n"
                                                     "log_format answers '$request_method $body_bytes_sent';\n"
                                                     "access_log access.log answers;\n"
                                                     "client_body_temp_path body; proxy_temp_path proxy; "
                                                     "fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; "
                                                     "scgi_temp_path scgi;\n"
                                                     "client_max_body_size 0;\nserver {\nlisten 127.0.0.1:"
                                                  << port_ << ";\nlocation / {\nfastcgi_pass unix:" << directory_
                                                  << "/fcgi.sock;\nfastcgi_param SCRIPT_FILENAME " << backend()
                                                  << ";\nfastcgi_param GIT_PROJECT_ROOT " << root()
                                                  << ";\nfastcgi_param GIT_HTTP_EXPORT_ALL 1;\n"
                                                     "fastcgi_param PATH_INFO $uri;\n"
                                                     "fastcgi_param QUERY_STRING $query_string;\n"
                                                     "fastcgi_param REQUEST_METHOD $request_method;\n"
                                                     "fastcgi_param CONTENT_TYPE $content_type;\n"
                                                     "fastcgi_param CONTENT_LENGTH $content_length;\n"
                                                     "fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;\n"
                                                     "fastcgi_param GIT_PROTOCOL $http_git_protocol;\n"
                                                     "fastcgi_param REMOTE_USER ada;\n"
                                                     "fastcgi_param REMOTE_ADDR $remote_addr;\n}\n}\n}\n";
    }

    static std::string backend()
    {
        auto* const pipe = ::popen("git --exec-path", "r");
        std::string path(4096, '\0');
        path.resize(std::fread(path.data(), 1, path.size(), pipe));
        ::pclose(pipe);
        while (path.ends_with('\n'))
            path.pop_back();
        return path + "/git-http-backend";
    }

    void start(std::string const& name, std::string const& command)
    {
        processes_.emplace_back(std::vector<std::string>{"sh", "-c", search_path + "exec " + command},
                                directory_ + '/' + name);
    }

    std::uint16_t port_;
    std::string directory_;
    std::list<program> processes_;
};

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_CONFORMANCE_NGINX_NGINX_HPP
