// The Secret of a GitHub App: lines `key: value` up to an empty one, then the private key as somebody pasted it.
// Oracles: an App that is taken names an installation and an address that can be asked; a key that is taken signs, and
// is the same key when its text is read again; no message shows what a value holds.
#include "input.hpp"

#include <penstock/crypto/rsa_key.hpp>
#include <penstock/git/github_app.hpp>

#include <string>

using namespace penstock;

namespace {

/// The message of a failure, or nothing.
template <class T>
std::string message_of(result<T> const& r)
{
    return r ? std::string() : r.error().message();
}

/// A value may be words of our own, which a message holds anyway: one that is shown is shown when it is another, too.
/// Those that are short may be in a message by chance. @param read Gives the message for a value.
template <class Read>
void hidden(std::string_view value, Read const& read)
{
    if (value.size() < 24 || read(value).find(value) == std::string::npos)
        return;
    std::string other(value);
    other[value.size() / 2] ^= 1;
    fuzz::require(read(other).find(other) == std::string::npos, "no message shows a value");
}

void check_app(git::secret_keys const& keys)
{
    auto const app = git::find_github_app(keys);
    if (!app) {
        fuzz::require(app.error().code == errc::invalid_configuration, "a failure is one of the configuration");
        for (auto const& [name, value] : keys)
            hidden(value.reveal(), [&keys, &name](std::string_view text) {
                auto with = keys;
                with.insert_or_assign(name, secret(std::string(text)));
                return message_of(git::find_github_app(with));
            });
    } else if (*app) {
        fuzz::require(!(*app)->id.empty() && !(*app)->private_key.empty(), "an App has an id and a key");
        fuzz::require(((*app)->installation > 0) == (*app)->owner.empty(), "there is one installation");
        auto const& url = (*app)->api_url;
        bool const usable = url.starts_with("https://") || url.starts_with("http://");
        fuzz::require(usable && url.find('@') == std::string::npos, "the API has an address without a password");
        fuzz::require(!url.ends_with('/'), "a path can be appended");
    }
}

void check_key(secret const& pem)
{
    auto const key = crypto::rsa_key::from_pem(pem);
    if (!key) {
        fuzz::require(key.error().code == errc::invalid_configuration, "a failure is one of the configuration");
        hidden(pem.reveal(),
               [](std::string_view text) { return message_of(crypto::rsa_key::from_pem(secret(std::string(text)))); });
        return;
    }
    fuzz::require(static_cast<bool>(*key), "there is a key");
    auto const shown = key->public_pem();
    fuzz::require(shown.starts_with("-----BEGIN PUBLIC KEY-----\n"), "it has a public half");
    auto const again = crypto::rsa_key::from_pem(pem);
    fuzz::require(again && again->public_pem() == shown, "the same text is the same key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::input in(data, size);
    git::secret_keys keys;
    for (auto const& [name, value] : in.fields())
        keys.emplace(name, secret(value));
    secret const pem{std::string(in.rest())};
    if (!pem.empty())
        keys.insert_or_assign("githubAppPrivateKey", pem);
    check_app(keys);
    check_key(pem);
    return 0;
}
