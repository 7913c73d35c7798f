#ifndef PENSTOCK_EMBEDDED_KUBE_STORE_HPP
#define PENSTOCK_EMBEDDED_KUBE_STORE_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_finalizers.hpp>
#include <penstock/embedded/kube_history.hpp>
#include <penstock/embedded/kube_object.hpp>
#include <penstock/embedded/kube_patch.hpp>
#include <penstock/embedded/kube_registry.hpp>
#include <penstock/embedded/kube_selector.hpp>
#include <penstock/embedded/kube_status.hpp>
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::embedded {

struct kube_store_options
{
    std::size_t history = 4096;          ///< Changes that a watch can start behind.
    bool namespaces_must_exist = false;  ///< The real server insists.
    bool collect_garbage = true;         ///< Objects go with the last of their owners, as `kube_propagation` says.
    std::uint64_t seed = 0;              ///< Of uids and generated names; 0: another one in every process.
    std::function<wall_time()> now;      ///< Empty: the system's clock.
};

enum class kube_validation
{
    ignore,  ///< Unknown fields are dropped.
    warn,    ///< Dropped, and told.
    strict,  ///< Refused with 400.
};

struct kube_write
{
    std::string manager = "unknown";
    std::string subresource;  ///< `status` or empty.
    bool dry_run = false;     ///< Everything is checked and nothing kept.
    bool force = false;       ///< Server-side apply: take fields over.
    bool patching = false;    ///< Set by `patch`: what cannot be read is then the patch's fault, 422.
    bool seeding = false;     ///< Keeps a status in the main object, as tests want it.
    kube_validation validation = kube_validation::ignore;
};

struct kube_written
{
    kube_object object;
    bool created = false;
    std::vector<std::string> warnings;
};

struct kube_removal
{
    std::string uid;      ///< Precondition, where not empty.
    std::string version;  ///< Precondition, where not empty.
    bool dry_run = false;
    kube_propagation propagation = kube_propagation::unset;
};

struct kube_removed
{
    kube_object object;
    bool gone = true;  ///< False: finalizers hold it.
};

struct kube_page
{
    std::vector<kube_object> items;
    std::uint64_t version = 0;
    std::string next;           ///< Token of the next page; empty at the end.
    std::size_t remaining = 0;  ///< After this page; only known without selectors.
};

/** The objects of a Kubernetes API server and the rules about them: versions, generations, finalizers, status,
    schemas, patches, ownership of fields.

    Pure: no I/O, and time only from `kube_store_options::now`. One thread. */
class kube_store
{
public:
    PENSTOCK_DECL explicit kube_store(kube_store_options options = {});

    kube_registry const& types() const noexcept { return types_; }
    kube_history const& history() const noexcept { return history_; }
    kube_history& history() noexcept { return history_; }
    std::uint64_t version() const noexcept { return version_; }
    wall_time now() const { return options_.now(); }

    PENSTOCK_DECL kube_result<kube_object> get(kube_type const& type, std::string_view ns, std::string_view name) const;
    /// @param ns Empty: all namespaces. @param limit 0: no limit. @param token From `kube_page::next`.
    /// @param exact The version to show, as long as the history reaches that far; 0: the newest.
    PENSTOCK_DECL kube_result<kube_page> list(kube_type const& type, std::string_view ns, kube_selector const& selector,
                                              std::size_t limit = 0, std::string_view token = {},
                                              std::uint64_t exact = 0) const;
    PENSTOCK_DECL kube_result<kube_written> create(kube_type const& type, std::string_view ns,
                                                   boost::json::object object, kube_write const& how = {});
    PENSTOCK_DECL kube_result<kube_written> replace(kube_type const& type, std::string_view ns, std::string_view name,
                                                    boost::json::object object, kube_write const& how = {});
    PENSTOCK_DECL kube_result<kube_written> patch(kube_type const& type, std::string_view ns, std::string_view name,
                                                  kube_patch_kind kind, boost::json::value const& change,
                                                  kube_write const& how = {});
    PENSTOCK_DECL kube_result<kube_removed> remove(kube_type const& type, std::string_view ns, std::string_view name,
                                                   kube_removal const& how = {});

    /** Creates or overwrites the objects of YAML or JSON documents, status included; namespaced ones without a
        namespace go to `default`. @return How many; the first thing that is wrong. */
    PENSTOCK_DECL result<std::size_t> seed(std::string_view documents);
    PENSTOCK_DECL result<void> seed(boost::json::object object);

    /// By plural and group as `kubectl` names them (`gitrepositories.source.toolkit.fluxcd.io`); null: not there.
    PENSTOCK_DECL kube_object find(std::string_view key, std::string_view ns, std::string_view name) const;
    /// How many objects of that key there are.
    PENSTOCK_DECL std::size_t count(std::string_view key) const;
    /// As the version of `type` shows it.
    PENSTOCK_DECL static kube_object as(kube_type const& type, kube_object const& object);
private:
    using place = std::pair<std::string, std::string>;  // namespace, name
    using shelf = std::map<place, kube_object>;

    shelf at_version(std::string const& key, std::uint64_t version) const;
    kube_result<kube_written> finish(kube_type const& type, kube_object const& before, boost::json::object now,
                                     kube_write const& how, bool applied);
    kube_result<kube_written> apply(kube_type const& type, std::string_view ns, std::string_view name,
                                    boost::json::value const& config, kube_write const& how);
    kube_result<kube_written> update(kube_type const& type, kube_object const& before, boost::json::object now,
                                     kube_write const& how, bool applied);
    kube_result<> check_identity(kube_type const& type, std::string_view ns, std::string_view name,
                                 boost::json::object& object) const;
    kube_result<> prepare_new(kube_type const& type, std::string_view ns, boost::json::object& object);
    kube_object commit(kube_type const& type, kube_object const& before, boost::json::object now);
    void erase(kube_type const& type, kube_object const& object, bool alone);
    void empty_namespace(std::string const& ns);
    void close_namespace(std::string const& ns);
    using relative = std::pair<kube_type_ptr, kube_object>;
    void collect(std::string_view owner_uid);
    void settle(kube_type const& type, kube_object const& object);
    void settle_owners(kube_object const& dependent);
    void collect_in_foreground(std::string const& uid);
    void release(kube_type const& type, kube_object const& object, std::string_view finalizer);
    void disown(relative const& dependent, std::string_view owner_uid);
    void unblock(relative const& dependent);
    relative with_uid(std::string_view uid) const;
    std::vector<relative> dependents(std::string_view owner_uid) const;
    bool has_other_owner(kube_object const& dependent, std::string_view owner_uid) const;
    std::string new_uid();
    std::string new_suffix();
    std::string timestamp() const;

    kube_store_options options_;
    kube_registry types_;
    kube_history history_;
    std::map<std::string, shelf, std::less<>> shelves_;  // by kube_type::key()
    std::uint64_t version_ = 0;
    std::set<std::string, std::less<>> settling_;  // owners whose dependents are just being removed
    std::mt19937_64 random_;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_store.ipp>
#include <penstock/embedded/impl/kube_store_garbage.ipp>
#include <penstock/embedded/impl/kube_store_removal.ipp>
#include <penstock/embedded/impl/kube_store_write.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_STORE_HPP
