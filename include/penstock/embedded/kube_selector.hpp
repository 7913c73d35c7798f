#ifndef PENSTOCK_EMBEDDED_KUBE_SELECTOR_HPP
#define PENSTOCK_EMBEDDED_KUBE_SELECTOR_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_object.hpp>
#include <penstock/embedded/kube_status.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

/** A label selector as it stands in a query: `a=b,c!=d,e in (f,g),h notin (i),j,!k`. Empty: matches everything.
    @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
class kube_label_selector
{
public:
    /// 400 where the text cannot be understood.
    PENSTOCK_DECL static kube_result<kube_label_selector> parse(std::string_view text);
    PENSTOCK_DECL bool matches(boost::json::object const& object) const;
    bool empty() const noexcept { return terms_.empty(); }
private:
    enum class test
    {
        in,
        not_in,
        exists,
        missing,
    };
    struct term
    {
        std::string key;
        test what = test::exists;
        std::vector<std::string> values;
    };
    static kube_result<term> parse_term(std::string_view text);
    std::vector<term> terms_;
};

/// A field selector: `metadata.name=a,metadata.namespace!=b`, and the fields of events and secrets that the real
/// server knows.
class kube_field_selector
{
public:
    /// 400 for a field that this type does not have as a selector.
    PENSTOCK_DECL static kube_result<kube_field_selector> parse(kube_type const& type, std::string_view text);
    PENSTOCK_DECL bool matches(boost::json::object const& object) const;
    bool empty() const noexcept { return terms_.empty(); }
private:
    struct term
    {
        std::string path;
        bool equal = true;
        std::string value;
    };
    std::vector<term> terms_;
};

/// Both together.
struct kube_selector
{
    kube_label_selector labels;
    kube_field_selector fields;

    bool matches(boost::json::object const& object) const { return labels.matches(object) && fields.matches(object); }
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_selector.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_SELECTOR_HPP
