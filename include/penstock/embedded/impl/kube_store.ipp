#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_IPP
#include <penstock/embedded/kube_store.hpp>

#include <penstock/embedded/kube_builtin_types.hpp>
#include <penstock/embedded/kube_definition.hpp>
#include <penstock/embedded/kube_event_form.hpp>
#include <penstock/embedded/kube_yaml.hpp>
#include <penstock/time/rfc3339.hpp>

#include <charconv>
#include <chrono>
#include <optional>

namespace penstock::embedded {

namespace kube_detail {

/// A token of `list`: `<version>:<namespace>/<name of the last object>`.
struct page_token
{
    std::uint64_t version = 0;
    std::string ns;
    std::string name;
};

inline std::optional<page_token> parse_token(std::string_view s)
{
    page_token out;
    auto const colon = s.find(':');
    auto const slash = s.find('/');
    if (colon == std::string_view::npos || slash == std::string_view::npos || slash < colon)
        return std::nullopt;
    auto const [at, ec] = std::from_chars(s.data(), s.data() + colon, out.version);
    if (ec != std::errc() || at != s.data() + colon)
        return std::nullopt;
    out.ns = s.substr(colon + 1, slash - colon - 1);
    out.name = s.substr(slash + 1);
    return out;
}

}  // namespace kube_detail

PENSTOCK_DECL kube_store::kube_store(kube_store_options options)
    : options_(std::move(options)), history_(options_.history),
      random_(options_.seed != 0 ? options_.seed : std::random_device()())
{
    if (!options_.now)
        options_.now = [] { return wall_time(std::chrono::system_clock::now()); };
    for (auto& t : kube_builtin_types::all())
        types_.add({t});
    for (auto const* name : {"default", "kube-system"}) {
        boost::json::object ns{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}};
        kube_write how;
        how.manager = "kube-apiserver";
        static_cast<void>(create(*types_.find("", "v1", "namespaces"), "", std::move(ns), how));
    }
}

PENSTOCK_DECL kube_object kube_store::as(kube_type const& type, kube_object const& object)
{
    if (!object || json_text(*object, {"apiVersion"}) == type.api_version())
        return object;
    auto copy = type.kind == "Event" && !type.custom ? event_in_form(*object, type.api_version()) : *object;
    copy["apiVersion"] = type.api_version();
    return std::make_shared<boost::json::object const>(std::move(copy));
}

PENSTOCK_DECL kube_object kube_store::find(std::string_view key, std::string_view ns, std::string_view name) const
{
    auto const all = shelves_.find(key);
    if (all == shelves_.end())
        return nullptr;
    auto const one = all->second.find({std::string(ns), std::string(name)});
    return one == all->second.end() ? nullptr : one->second;
}

PENSTOCK_DECL std::size_t kube_store::count(std::string_view key) const
{
    auto const all = shelves_.find(key);
    return all == shelves_.end() ? 0 : all->second.size();
}

PENSTOCK_DECL kube_result<kube_object> kube_store::get(kube_type const& type, std::string_view ns,
                                                       std::string_view name) const
{
    auto found = find(type.shelf(), ns, name);
    if (!found)
        return kube_errors::not_found(type, name);
    return as(type, found);
}

PENSTOCK_DECL kube_result<kube_page> kube_store::list(kube_type const& type, std::string_view ns,
                                                      kube_selector const& selector, std::size_t limit,
                                                      std::string_view token, std::uint64_t exact) const
{
    kube_page page;
    page.version = exact != 0 ? exact : version_;
    if (!history_.reaches(page.version))
        return kube_errors::expired("The resourceVersion for the provided list is too old.");
    place start;
    bool const continues = !token.empty();
    if (continues) {
        auto const parsed = kube_detail::parse_token(token);
        if (!parsed)
            return kube_errors::bad_request("invalid continue token: continue key is not valid: unable to parse it");
        if (!history_.reaches(parsed->version))
            return kube_errors::expired("The provided continue parameter is too old to display a consistent list "
                                        "result. You can start a new list without the continue parameter.");
        page.version = parsed->version;
        start = {parsed->ns, parsed->name};
    }
    auto const found = shelves_.find(type.shelf());
    shelf const old = page.version != version_ ? at_version(type.shelf(), page.version) : shelf();
    if (page.version == version_ && found == shelves_.end())
        return page;
    auto const& all = page.version != version_ ? old : found->second;
    auto at = continues ? all.upper_bound(start) : all.lower_bound({std::string(ns), std::string()});
    place last;
    for (; at != all.end(); ++at) {
        if (!ns.empty() && at->first.first != ns)
            break;
        if (!selector.matches(*at->second))
            continue;
        if (limit != 0 && page.items.size() == limit) {
            page.next = std::to_string(page.version) + ':' + last.first + '/' + last.second;
            for (; at != all.end() && (ns.empty() || at->first.first == ns); ++at)
                ++page.remaining;
            break;
        }
        last = at->first;
        page.items.push_back(as(type, at->second));
    }
    if (!selector.labels.empty() || !selector.fields.empty())
        page.remaining = 0;
    return page;
}

/// The objects as they were, by undoing what has happened since.
PENSTOCK_DECL auto kube_store::at_version(std::string const& key, std::uint64_t version) const -> shelf
{
    auto const now = shelves_.find(key);
    shelf all = now == shelves_.end() ? shelf() : now->second;
    std::vector<kube_change const*> since;
    history_.after(version, [&](kube_change const& c) {
        if (c.key == key)
            since.push_back(&c);
    });
    for (auto c = since.rbegin(); c != since.rend(); ++c) {
        place const where(namespace_of(*(*c)->last), name_of(*(*c)->last));
        if ((*c)->before)
            all[where] = (*c)->before;
        else
            all.erase(where);
    }
    return all;
}

PENSTOCK_DECL kube_result<> kube_store::check_identity(kube_type const& type, std::string_view ns,
                                                       std::string_view name, boost::json::object& object) const
{
    for (auto const* field : {"apiVersion", "kind"})
        if (json_text(object, {field}).empty())
            return kube_errors::bad_request("Object '" + std::string(field == std::string_view("kind") ? "Kind" : field)
                                            + "' is missing");
    if (json_text(object, {"apiVersion"}) != type.api_version())
        return kube_errors::bad_request("the API version in the data (" + std::string(json_text(object, {"apiVersion"}))
                                        + ") does not match the expected API version (" + type.api_version() + ")");
    if (json_text(object, {"kind"}) != type.kind && type.custom && !name.empty())
        return kube_errors::invalid(
            type, name,
            {{"FieldValueInvalid", "kind",
              "Invalid value: \"" + std::string(json_text(object, {"kind"})) + "\": must be " + type.kind}});
    if (json_text(object, {"kind"}) != type.kind)
        return kube_errors::bad_request("the kind in the data (" + std::string(json_text(object, {"kind"}))
                                        + ") does not match the expected kind (" + type.kind + ")");
    auto& m = json_child(object, "metadata");
    auto const own = json_text(m, {"namespace"});
    if (type.namespaced && !own.empty() && own != ns)
        return kube_errors::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request");
    if (type.namespaced)
        m["namespace"] = ns;
    else
        m.erase("namespace");
    if (!name.empty() && json_text(m, {"name"}) != name) {
        if (!json_text(m, {"name"}).empty())
            return kube_errors::bad_request("the name of the object (" + std::string(json_text(m, {"name"}))
                                            + ") does not match the name on the URL (" + std::string(name) + ")");
        m["name"] = name;
    }
    return {};
}

PENSTOCK_DECL kube_object kube_store::commit(kube_type const& type, kube_object const& before, boost::json::object now)
{
    json_child(now, "metadata")["resourceVersion"] = std::to_string(++version_);
    auto object = std::make_shared<boost::json::object const>(std::move(now));
    if (!type.stored_as.empty())
        object = as(*types_.find_key(type.stored_as), object);
    shelves_[type.shelf()][{std::string(namespace_of(*object)), std::string(name_of(*object))}] = object;
    if (type.kind == "CustomResourceDefinition")
        if (auto versions = read_definition(*object))
            types_.add(*std::move(versions));
    kube_change change;
    change.version = version_;
    change.key = type.shelf();
    change.before = before;
    change.after = object;
    change.last = object;
    history_.add(std::move(change));
    return object;
}

PENSTOCK_DECL std::string kube_store::timestamp() const
{
    return format_rfc3339(options_.now(), 0);
}

PENSTOCK_DECL std::string kube_store::new_uid()
{
    constexpr char digits[] = "0123456789abcdef";
    std::string out = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    for (auto& c : out)
        if (c == 'x')
            c = digits[random_() % 16];
    return out;
}

PENSTOCK_DECL std::string kube_store::new_suffix()
{
    constexpr std::string_view letters = "bcdfghjklmnpqrstvwxz2456789";
    std::string out(5, ' ');
    for (auto& c : out)
        c = letters[random_() % letters.size()];
    return out;
}

PENSTOCK_DECL result<std::size_t> kube_store::seed(std::string_view documents)
{
    auto parsed = parse_yaml(documents);
    if (!parsed)
        return parsed.error();
    std::size_t n = 0;
    for (auto& v : *parsed) {
        auto* o = v.if_object();
        if (!o)
            return failure(errc::malformed, "a document that is not an object");
        auto* items = o->if_contains("items");
        if (items && items->is_array() && json_text(*o, {"kind"}).ends_with("List")) {
            for (auto& item : items->get_array()) {
                if (!item.is_object())
                    return failure(errc::malformed, "an item that is not an object");
                if (auto const done = seed(std::move(item.get_object())); !done)
                    return done.error();
                ++n;
            }
            continue;
        }
        if (auto const done = seed(std::move(*o)); !done)
            return done.error();
        ++n;
    }
    return n;
}

PENSTOCK_DECL result<void> kube_store::seed(boost::json::object object)
{
    auto const type = types_.find_kind(json_text(object, {"apiVersion"}), json_text(object, {"kind"}));
    if (!type)
        return failure(errc::invalid_object, "no such type: " + std::string(json_text(object, {"apiVersion"})) + ' '
                                                 + std::string(json_text(object, {"kind"})));
    std::string ns(type->namespaced ? namespace_of(object) : std::string_view());
    if (type->namespaced && ns.empty())
        ns = "default";
    std::string const name(name_of(object));
    kube_write how;
    how.manager = "seed";
    how.seeding = true;
    auto const before = find(type->shelf(), ns, name);
    if (before)
        json_child(object, "metadata")["resourceVersion"] = version_of(*before);
    auto const written =
        before ? replace(*type, ns, name, std::move(object), how) : create(*type, ns, std::move(object), how);
    if (!written)
        return failure(errc::invalid_object, written.error().message);
    return {};
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_IPP
