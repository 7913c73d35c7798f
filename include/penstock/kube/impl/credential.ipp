#ifndef PENSTOCK_KUBE_IMPL_CREDENTIAL_IPP
#define PENSTOCK_KUBE_IMPL_CREDENTIAL_IPP
#include <penstock/auth/token.hpp>
#include <penstock/env/small_file.hpp>
#include <penstock/kube/credential.hpp>

#include <penstock/crypto/base64.hpp>

#include <string_view>
#include <utility>

namespace penstock::kube {

namespace detail {

/// `Bearer …` of what a file or a configuration holds; empty when that is no token.
inline secret bearer_value(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n";
    auto const first = text.find_first_not_of(blank);
    if (first == std::string_view::npos)
        return secret();
    text = text.substr(first, text.find_last_not_of(blank) - first + 1);
    if (secret const token{std::string(text)}; !auth::check_token_value(token, ""))
        return secret();  // it would break the header apart
    std::string value;
    value.reserve(7 + text.size());
    value += "Bearer ";
    value += text;
    return secret(std::move(value));
}

}  // namespace detail

PENSTOCK_DECL credential credential::bearer(secret token)
{
    credential c;
    c.value_ = detail::bearer_value(token.reveal());
    return c;
}

PENSTOCK_DECL credential credential::bearer_file(std::string path, secret initial, reader read)
{
    credential c = bearer(std::move(initial));
    c.path_ = std::move(path);
    c.read_ = read ? std::move(read) : [](std::string const& file) { return env::read_small_file(file, 64U << 10U); };
    return c;
}

PENSTOCK_DECL credential credential::basic(std::string const& user, secret const& password)
{
    std::string both;
    both.reserve(user.size() + 1 + password.size());
    both.append(user).append(":").append(password.reveal());
    credential c;
    auto coded = crypto::base64_encode(both);
    secret::wipe(both);
    std::string value;
    value.reserve(6 + coded.size());
    c.value_ = secret(std::move(value.append("Basic ").append(coded)));
    secret::wipe(coded);
    return c;
}

PENSTOCK_DECL credential credential::from(std::shared_ptr<credential_source> source)
{
    credential c;
    c.source_ = std::move(source);
    return c;
}

PENSTOCK_DECL awaitable<result<secret>> credential::fetch(time_point now, time_point deadline)
{
    if (!source_)
        co_return authorization(now);
    auto const source = source_;
    auto value = co_await source->authorization(deadline);
    co_return value;
}

PENSTOCK_DECL result<secret> credential::authorization(time_point now)
{
    if (path_.empty() || now < next_read_)
        return value_;
    auto text = read_(path_);
    auto fresh = text ? detail::bearer_value(*text) : secret();
    if (text)
        secret::wipe(*text);
    if (!fresh.empty()) {
        value_ = std::move(fresh);
        fetched_ = now;
        next_read_ = now + refresh_after;
        return value_;
    }
    if (value_.empty()) {
        if (!text)
            return text.error();
        return failure(errc::invalid_configuration, path_ + ": holds no token");
    }
    next_read_ = now + retry_after;
    return value_;
}

PENSTOCK_DECL bool credential::rejected(time_point started)
{
    if (source_)
        return source_->rejected(started);
    if (path_.empty())
        return false;
    if (fetched_ <= started)
        next_read_ = time_point::min();
    return true;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_CREDENTIAL_IPP
