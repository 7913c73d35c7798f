#include "webhook_reader.hpp"

#include <charconv>
#include <string_view>
#include <system_error>
#include <vector>

namespace penstock::sidecar {

namespace {

using node = YAML::Node;
using path = std::string;

secret_place read_fields(yaml_reader& yaml, node const& n, path const& p, bool may_have_name)
{
    secret_place found;
    std::string file, env, name, key;
    if (n.IsScalar()) {
        yaml.fail(n, p + " is written as a value", "write {file: PATH}, {env: NAME} or {secret: NAME, key: KEY}");
        return found;
    }
    std::vector<yaml_reader::member> members{{"file", [&](node const& v, path const& w) { yaml.text(v, w, file); }},
                                             {"env", [&](node const& v, path const& w) { yaml.text(v, w, env); }},
                                             {"secret", [&](node const& v, path const& w) { yaml.text(v, w, name); }},
                                             {"key", [&](node const& v, path const& w) { yaml.text(v, w, key); }}};
    if (may_have_name)
        members.emplace_back("name", [&](node const& v, path const& w) { yaml.text(v, w, found.name); });
    yaml.mapping(n, p, members);
    int const said = static_cast<int>(!file.empty()) + static_cast<int>(!env.empty()) + static_cast<int>(!name.empty());
    if (said != 1 || key.empty() != name.empty())
        yaml.fail(n, p + " does not name one place", "write {file: PATH}, {env: NAME} or {secret: NAME, key: KEY}");
    found.position = yaml.position(n);
    if (!file.empty())
        found.where = from_file{file};
    else if (!env.empty())
        found.where = from_environment{env};
    else
        found.where = from_kubernetes{name, key};
    return found;
}

/// The last of the list: its name is a label of metrics, beside the places of those without a name.
void check_name(yaml_reader& yaml, node const& n, path const& p, std::vector<secret_place> const& all)
{
    auto const& name = all.back().name;
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    bool const a_place = name.size() == 1 && name.front() >= '0' && name.front() <= '9';
    if (a_place || name.size() > 63 || name.find_first_not_of(allowed) != std::string::npos)
        yaml.fail(n, p + ".name is not 1 to 63 letters, digits, '-', '_' or '.', or is a single digit",
                  "write a name such as 2026-11");
    for (std::size_t i = 0; !name.empty() && i + 1 < all.size(); ++i)
        if (all[i].name == name)
            yaml.fail(n, p + ".name: '" + name + "' stands twice", "give each secret its own name");
}

void read_least(yaml_reader& yaml, node const& n, path const& p, std::size_t& into)
{
    std::string text;
    yaml.text(n, p, text);
    std::size_t bytes = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (ec != std::errc() || end != text.data() + text.size() || bytes == 0 || bytes > 4096)
        yaml.fail(n, p + ": '" + text + "' is not a number of bytes from 1 to 4096",
                  "write 16, or the length of the shortest secret");
    else
        into = bytes;
}

}  // namespace

secret_place read_place(yaml_reader& yaml, node const& n, path const& p)
{
    return read_fields(yaml, n, p, false);
}

void read_webhooks(yaml_reader& yaml, node const& n, path const& p, configuration& into)
{
    auto const element = [&yaml](std::vector<secret_place>& list) {
        return [&yaml, &list](node const& e, path const& at) {
            list.push_back(read_fields(yaml, e, at, true));
            check_name(yaml, e, at, list);
        };
    };
    auto const forge = [&yaml, element](std::vector<secret_place>& list) {
        return [&yaml, &list, element](node const& v, path const& at) {
            yaml.mapping(v, at, {{"secrets", [&yaml, &list, element](node const& s, path const& w) {
                                      yaml.sequence(s, w, element(list));
                                      if (list.empty())
                                          yaml.fail(s, w + " is empty", "write [{file: PATH}] or remove the section");
                                  }}});
        };
    };
    yaml.mapping(
        n, p,
        {{"github", forge(into.github_secrets)},
         {"gitlab", forge(into.gitlab_secrets)},
         {"gitea", forge(into.gitea_secrets)},
         {"minSecretBytes", [&](node const& v, path const& at) { read_least(yaml, v, at, into.min_secret); }}});
}

}  // namespace penstock::sidecar
