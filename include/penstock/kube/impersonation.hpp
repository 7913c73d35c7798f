#ifndef PENSTOCK_KUBE_IMPERSONATION_HPP
#define PENSTOCK_KUBE_IMPERSONATION_HPP
#include <penstock/error/result.hpp>
#include <penstock/http/fields.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::kube {

/** As whom to act, beyond who the credential says that we are. Needs the permission `impersonate`.
    @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
class impersonation
{
public:
    bool empty() const noexcept { return user.empty() && uid.empty() && groups.empty() && extra.empty(); }

    /// Adds the `Impersonate-…` fields. `errc::invalid_configuration` when something else is set and no user.
    result<void> add_to(http::fields& fields) const
    {
        if (empty())
            return {};
        if (user.empty())
            return failure(errc::invalid_configuration, "impersonating a uid, groups or extra needs a user");
        fields.add("Impersonate-User", user);
        if (!uid.empty())
            fields.add("Impersonate-Uid", uid);
        for (auto const& group : groups)
            fields.add("Impersonate-Group", group);
        for (auto const& [key, values] : extra)
            for (auto const& value : values)
                fields.add("Impersonate-Extra-" + field_key(key), value);
        return {};
    }

    /// The key of an extra as part of a field's name: what may not stand there is percent-encoded.
    static std::string field_key(std::string_view key)
    {
        constexpr std::string_view digits = "0123456789ABCDEF";
        constexpr std::string_view legal = "!#$&'*+-.^_`|~";  // of a token, without the percent sign
        std::string out;
        for (char const c : key) {
            bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (letter || legal.find(c) != std::string_view::npos) {
                out += c;
                continue;
            }
            auto const byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
        return out;
    }

    std::string user;
    std::string uid;
    std::vector<std::string> groups;
    std::map<std::string, std::vector<std::string>> extra;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPERSONATION_HPP
