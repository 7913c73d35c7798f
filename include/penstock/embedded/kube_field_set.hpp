#ifndef PENSTOCK_EMBEDDED_KUBE_FIELD_SET_HPP
#define PENSTOCK_EMBEDDED_KUBE_FIELD_SET_HPP
#include <penstock/config.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace penstock::embedded {

/** Sets of fields in the form `FieldsV1`: a tree whose members are `f:` and a name, `k:` and the keys as a JSON object
    (an element of a list with keys), `v:` and a JSON value (an element of a set) and a dot (the element itself). An
    empty tree is a leaf.
    @see https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
namespace kube_field_set {

using tree = boost::json::object;

/// The schema below a field; knows the lists of `metadata`, for which no schema says anything. May be null.
PENSTOCK_DECL boost::json::object const* schema_below(boost::json::object const* schema, std::string_view field,
                                                      bool root);

/** Everything that an object sets, without what the server keeps itself (apiVersion, kind, metadata.name, …).
    @param schema May be null: then lists are leaves. */
PENSTOCK_DECL tree of(boost::json::object const& object, boost::json::object const* schema);

/// What is in `a` or in `b`.
PENSTOCK_DECL void add(tree& a, tree const& b);
/// Takes the leaves of `b` out of `a`, but not what `a` has below them; a branch that loses everything goes too.
PENSTOCK_DECL void subtract(tree& a, tree const& b);
/// Takes out what `now` does not have, maps that have lost everything included.
PENSTOCK_DECL void drop_missing(tree& fields, boost::json::value const& now);
/** The part of `of(now)` whose values `before` does not have or has otherwise; a map that is new is named itself, as a dot.
    @param maps Whether objects are maps; built-in types have more structs than maps. */
PENSTOCK_DECL tree changed(boost::json::object const& before, boost::json::object const& now,
                           boost::json::object const* schema, bool maps);

/// The value that an element of a tree names in `container`; null where there is none. A key that an element of a list
/// leaves to its default counts where no other element names it.
PENSTOCK_DECL boost::json::value* find(boost::json::value& container, std::string_view element);
PENSTOCK_DECL boost::json::value const* find(boost::json::value const& container, std::string_view element);

/// Merges what a client applies into what is there: maps field by field, lists as their schema says.
PENSTOCK_DECL void merge(boost::json::value& there, boost::json::value const& applied,
                         boost::json::object const* schema, bool root);
/// Takes the fields of `gone` out of `from`, except what `kept` holds.
PENSTOCK_DECL void remove(boost::json::value& from, tree const& gone, tree const& kept);

/// Calls `visit(path)` for every leaf of `mine` that is a leaf of `theirs` too and has another value in `there`
/// than in `applied`.
PENSTOCK_DECL void conflicts(tree const& mine, tree const& theirs, boost::json::value const& there,
                             boost::json::value const& applied,
                             std::function<void(std::string const&, tree)> const& visit);

}  // namespace kube_field_set

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_field_compare.ipp>
#include <penstock/embedded/impl/kube_field_merge.ipp>
#include <penstock/embedded/impl/kube_field_set.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_FIELD_SET_HPP
