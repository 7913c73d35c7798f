#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_PROTOBUF_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_PROTOBUF_IPP
#include <penstock/embedded/kube_protobuf.hpp>

#include <penstock/crypto/base64.hpp>
#include <penstock/embedded/kube_object.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

enum class proto_kind
{
    text,
    integer,
    boolean,
    message,
    texts,     // repeated
    messages,  // repeated
    text_map,
    bytes_map,  // values become base64
};

struct proto_member
{
    unsigned number = 0;
    std::string_view name;
    proto_kind kind = proto_kind::text;
    std::span<proto_member const> inner{};
};

using proto_members = std::span<proto_member const>;

inline constexpr std::array<proto_member, 5> proto_owner{
    {{1, "kind"}, {3, "name"}, {4, "uid"}, {5, "apiVersion"}, {6, "controller", proto_kind::boolean}}};
inline constexpr std::array<proto_member, 9> proto_metadata{{{1, "name"},
                                                             {2, "generateName"},
                                                             {3, "namespace"},
                                                             {5, "uid"},
                                                             {6, "resourceVersion"},
                                                             {11, "labels", proto_kind::text_map},
                                                             {12, "annotations", proto_kind::text_map},
                                                             {13, "ownerReferences", proto_kind::messages, proto_owner},
                                                             {14, "finalizers", proto_kind::texts}}};
inline constexpr std::array<proto_member, 5> proto_secret{{{1, "metadata", proto_kind::message, proto_metadata},
                                                           {2, "data", proto_kind::bytes_map},
                                                           {3, "type"},
                                                           {4, "stringData", proto_kind::text_map},
                                                           {5, "immutable", proto_kind::boolean}}};
inline constexpr std::array<proto_member, 4> proto_config_map{{{1, "metadata", proto_kind::message, proto_metadata},
                                                               {2, "data", proto_kind::text_map},
                                                               {3, "binaryData", proto_kind::bytes_map},
                                                               {4, "immutable", proto_kind::boolean}}};
inline constexpr std::array<proto_member, 1> proto_namespace_spec{{{1, "finalizers", proto_kind::texts}}};
inline constexpr std::array<proto_member, 2> proto_namespace{
    {{1, "metadata", proto_kind::message, proto_metadata}, {2, "spec", proto_kind::message, proto_namespace_spec}}};
inline constexpr std::array<proto_member, 1> proto_local_reference{{{1, "name"}}};
inline constexpr std::array<proto_member, 3> proto_account{
    {{1, "metadata", proto_kind::message, proto_metadata},
     {3, "imagePullSecrets", proto_kind::messages, proto_local_reference},
     {4, "automountServiceAccountToken", proto_kind::boolean}}};
inline constexpr std::array<proto_member, 3> proto_port{
    {{1, "name"}, {2, "protocol"}, {3, "port", proto_kind::integer}}};
inline constexpr std::array<proto_member, 4> proto_service_spec{{{1, "ports", proto_kind::messages, proto_port},
                                                                 {2, "selector", proto_kind::text_map},
                                                                 {3, "clusterIP"},
                                                                 {4, "type"}}};
inline constexpr std::array<proto_member, 2> proto_service{
    {{1, "metadata", proto_kind::message, proto_metadata}, {2, "spec", proto_kind::message, proto_service_spec}}};
inline constexpr std::array<proto_member, 7> proto_resource_attributes{
    {{1, "namespace"}, {2, "verb"}, {3, "group"}, {4, "version"}, {5, "resource"}, {6, "subresource"}, {7, "name"}}};
inline constexpr std::array<proto_member, 2> proto_path_attributes{{{1, "path"}, {2, "verb"}}};
inline constexpr std::array<proto_member, 2> proto_review_spec{
    {{1, "resourceAttributes", proto_kind::message, proto_resource_attributes},
     {2, "nonResourceAttributes", proto_kind::message, proto_path_attributes}}};
inline constexpr std::array<proto_member, 2> proto_review{
    {{1, "metadata", proto_kind::message, proto_metadata}, {2, "spec", proto_kind::message, proto_review_spec}}};
inline constexpr std::array<proto_member, 2> proto_preconditions{{{1, "uid"}, {2, "resourceVersion"}}};
inline constexpr std::array<proto_member, 3> proto_delete{
    {{2, "preconditions", proto_kind::message, proto_preconditions},
     {4, "propagationPolicy"},
     {5, "dryRun", proto_kind::texts}}};
inline constexpr std::array<std::pair<std::string_view, proto_members>, 7> proto_kinds{
    {{"Secret", proto_secret},
     {"ConfigMap", proto_config_map},
     {"Namespace", proto_namespace},
     {"ServiceAccount", proto_account},
     {"Service", proto_service},
     {"SelfSubjectAccessReview", proto_review},
     {"DeleteOptions", proto_delete}}};
inline constexpr std::array<proto_member, 2> proto_type_meta{{{1, "apiVersion"}, {2, "kind"}}};
inline constexpr std::array<proto_member, 2> proto_entry{{{1, "key"}, {2, "value"}}};

/// One field as it stands on the wire.
struct proto_field
{
    unsigned number = 0;
    std::uint64_t value = 0;
    std::string_view bytes;
};

/// Takes fields from the front; false at the end or where nothing can be understood: then `good` tells.
class proto_reader
{
public:
    explicit proto_reader(std::string_view bytes) : rest_(bytes) {}
    bool good = true;

    bool next(proto_field& out)
    {
        if (rest_.empty() || !good)
            return false;
        auto const tag = varint();
        out = proto_field{static_cast<unsigned>(tag >> 3U), 0, {}};
        switch (tag & 7U) {
        case 0: out.value = varint(); break;
        case 1: skip(8); break;
        case 2: out.bytes = skip(varint()); break;
        case 5: skip(4); break;
        default: good = false;
        }
        return good;
    }
private:
    std::uint64_t varint()
    {
        std::uint64_t v = 0;
        for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
            auto const c = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            v |= static_cast<std::uint64_t>(c & 0x7FU) << shift;
            if ((c & 0x80U) == 0)
                return v;
        }
        good = false;
        return 0;
    }

    std::string_view skip(std::uint64_t n)
    {
        if (n > rest_.size()) {
            good = false;
            return {};
        }
        auto const taken = rest_.substr(0, static_cast<std::size_t>(n));
        rest_.remove_prefix(static_cast<std::size_t>(n));
        return taken;
    }
    std::string_view rest_;
};

inline bool read_proto(std::string_view bytes, proto_members members, boost::json::object& out);

inline boost::json::array& list_at(boost::json::object& o, std::string_view name)
{
    auto& v = o[name];
    if (!v.is_array())
        v.emplace_array();
    return v.get_array();
}

inline bool read_proto_member(proto_field const& f, proto_member const& m, boost::json::object& out)
{
    boost::json::string_view const text(f.bytes.data(), f.bytes.size());
    boost::json::object inner;
    switch (m.kind) {
    case proto_kind::text:
        if (!text.empty())  // an empty one stands for none
            out[m.name] = text;
        return true;
    case proto_kind::integer: out[m.name] = static_cast<std::int64_t>(f.value); return true;
    case proto_kind::boolean: out[m.name] = f.value != 0; return true;
    case proto_kind::texts: list_at(out, m.name).emplace_back(text); return true;
    case proto_kind::message:
        if (!read_proto(f.bytes, m.inner, inner))
            return false;
        if (!inner.empty())
            out[m.name] = std::move(inner);
        return true;
    case proto_kind::messages:
        if (!read_proto(f.bytes, m.inner, inner))
            return false;
        list_at(out, m.name).emplace_back(std::move(inner));
        return true;
    case proto_kind::text_map:
    case proto_kind::bytes_map: {
        if (!read_proto(f.bytes, proto_entry, inner))
            return false;
        std::string value(json_text(inner, {"value"}));
        json_child(out, m.name)[json_text(inner, {"key"})] =
            m.kind == proto_kind::bytes_map ? crypto::base64_encode(value) : value;
        return true;
    }
    }
    return false;
}

inline bool read_proto(std::string_view bytes, proto_members members, boost::json::object& out)
{
    proto_reader reader(bytes);
    proto_field f;
    while (reader.next(f))
        for (auto const& m : members)
            if (m.number == f.number && !read_proto_member(f, m, out))
                return false;
    return reader.good;
}

}  // namespace kube_detail

PENSTOCK_DECL result<boost::json::object> parse_kube_protobuf(std::string_view bytes)
{
    constexpr std::string_view magic("k8s\0", 4);
    if (!bytes.starts_with(magic))
        return failure(errc::malformed, "protocol buffer without its prefix");
    // runtime.Unknown: typeMeta = 1, raw = 2
    boost::json::object out;
    std::string_view raw;
    kube_detail::proto_reader reader(bytes.substr(magic.size()));
    kube_detail::proto_field f;
    while (reader.next(f))
        if (f.number == 1)
            reader.good = kube_detail::read_proto(f.bytes, kube_detail::proto_type_meta, out);
        else if (f.number == 2)
            raw = f.bytes;
    if (!reader.good)
        return failure(errc::malformed, "protocol buffer");
    for (auto const& [kind, members] : kube_detail::proto_kinds)
        if (kind == json_text(out, {"kind"})) {
            if (!kube_detail::read_proto(raw, members, out))
                return failure(errc::malformed, "protocol buffer of a " + std::string(kind));
            return out;
        }
    return failure(errc::unsupported, "protocol buffer of kind " + std::string(json_text(out, {"kind"})));
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_PROTOBUF_IPP
