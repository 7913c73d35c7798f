#ifndef PENSTOCK_SYNC_GIT_REMOTE_HPP
#define PENSTOCK_SYNC_GIT_REMOTE_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/crypto/digest.hpp>
#include <penstock/git/credential.hpp>
#include <penstock/git/reference_choice.hpp>
#include <penstock/git/smart_http.hpp>
#include <penstock/http/tls_options.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/sync/source.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace penstock::sync {

/** Asks the remote of a GitRepository where its ref stands, with the credential that its Secret holds.

    The Secret is read for each question, so that a rotated one is used at once. Sources with their own authorities
    or client certificate get a transport of their own, kept for as long as the Secret stays the same.
    One thread. */
template <class Api, http::transport Transport>
class git_remote
{
public:
    /// Makes a transport for these TLS options; called once for each different ones.
    using connector = std::function<std::unique_ptr<Transport>(http::tls_options)>;
    /// A credential for a source without a Secret, by its URL; anonymous where there is none.
    using fallback = std::function<git::credential(std::string const& url)>;

    git_remote(Api& api, connector connect, fallback otherwise = {})
        : api_(api), connect_(std::move(connect)), otherwise_(std::move(otherwise))
    {}

    /// @return What `git::smart_http` and `git::reference_choice` say, with the Secret named where it is at fault.
    awaitable<result<git::chosen_head>> ask(source s, time_point deadline)
    {
        auto choice = git::reference_choice::make(s.ref);
        if (!choice)
            co_return choice.error();
        git::credential who;
        if (!s.secret_name.empty()) {
            auto read = co_await credential_of(s, deadline);
            if (!read)
                co_return read.error();
            who = *std::move(read);
        } else if (otherwise_) {
            who = otherwise_(s.url);
        }
        auto const over = line_for(who);
        auto listed = co_await over->git.list(s.url, choice->prefixes(), std::move(who), deadline);
        if (!listed)
            co_return listed.error();
        co_return choice->choose(*listed);
    }
private:
    static constexpr std::size_t max_lines = 64;

    struct line
    {
        explicit line(std::unique_ptr<Transport> t) : transport(std::move(t)), git(*transport) {}
        std::unique_ptr<Transport> transport;
        git::smart_http<Transport> git;
    };

    awaitable<result<git::credential>> credential_of(source s, time_point deadline)
    {
        kube::object_name const name(s.ns, s.secret_name);
        auto object = co_await api_.get(kube::known::secrets, name, deadline);
        if (!object) {
            auto f = object.error();
            if (f.code == condition::not_found)  // of the source's configuration, not of the remote
                f = failure(errc::invalid_configuration, "secret " + name.text() + " does not exist");
            co_return f;
        }
        git::secret_keys keys;
        auto const* const data = object->is_object() ? kube::object_at(object->get_object(), "data") : nullptr;
        if (data != nullptr) {
            for (auto const& [key, value] : *data) {
                auto decoded = value.is_string() ? crypto::base64_decode(value.get_string())
                                                 : result<std::string>(errc::malformed);
                if (!decoded)
                    co_return failure(errc::invalid_configuration,
                                      "secret " + name.text() + ", key " + std::string(key) + " is not base64");
                keys.emplace(std::string(key), secret(*std::move(decoded)));
            }
        }
        auto read = git::read_credential(keys);
        if (!read) {
            auto f = read.error();
            f.detail = "secret " + name.text() + ": " + f.detail;
            co_return f;
        }
        co_return read;
    }

    std::shared_ptr<line> line_for(git::credential const& who)
    {
        std::string print;
        if (!who.ca_pem.empty() || !who.certificate_pem.empty()) {
            secret all(who.ca_pem + '\0' + who.certificate_pem + '\0' + std::string(who.private_key_pem.reveal()));
            print = crypto::sha256_hex(all.reveal());
        }
        auto const known = lines_.find(print);
        if (known != lines_.end())
            return known->second;
        if (lines_.size() >= max_lines)
            lines_.clear();  // Secrets have rotated many times; the lines in use live on with their questions
        http::tls_options tls;
        tls.ca_pem = who.ca_pem;
        tls.certificate_pem = who.certificate_pem;
        tls.private_key_pem = who.private_key_pem;
        auto made = std::make_shared<line>(connect_(std::move(tls)));
        lines_.emplace(std::move(print), made);
        return made;
    }

    Api& api_;
    connector connect_;
    fallback otherwise_;
    std::map<std::string, std::shared_ptr<line>, std::less<>> lines_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_GIT_REMOTE_HPP
