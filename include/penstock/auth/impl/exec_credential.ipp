#ifndef PENSTOCK_AUTH_IMPL_EXEC_CREDENTIAL_IPP
#define PENSTOCK_AUTH_IMPL_EXEC_CREDENTIAL_IPP
#include <penstock/auth/exec_credential.hpp>

#include <penstock/auth/token.hpp>
#include <penstock/json/value.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace penstock::auth {

PENSTOCK_DECL result<std::string> exec_info(std::string_view api_version, std::string_view cluster)
{
    if (api_version != "client.authentication.k8s.io/v1" && api_version != "client.authentication.k8s.io/v1beta1")
        return failure(errc::invalid_configuration,
                       "exec plug-in: apiVersion " + std::string(api_version)
                           + " is not known; use client.authentication.k8s.io/v1 or v1beta1");
    boost::json::object spec;
    spec["interactive"] = false;
    if (!cluster.empty()) {
        auto parsed = json::parse(cluster);
        if (!parsed || !parsed->is_object())
            return failure(errc::invalid_configuration, "exec plug-in: the cluster to tell it of is no JSON object");
        spec["cluster"] = *std::move(parsed);
    }
    boost::json::object out;
    out["apiVersion"] = boost::json::string_view(api_version.data(), api_version.size());
    out["kind"] = "ExecCredential";
    out["spec"] = std::move(spec);
    return boost::json::serialize(out);
}

PENSTOCK_DECL result<exec_credential> read_exec_credential(std::string_view output, std::string_view api_version)
{
    auto const document = json::parse_secret(output);
    if (!document)
        return failure(errc::malformed,
                       "exec plug-in: its output is no JSON document (" + document.error().message() + ")");
    if (json::text_at(*document, {"kind"}) != "ExecCredential")
        return failure(errc::malformed, "exec plug-in: its output is no ExecCredential");
    if (json::text_at(*document, {"apiVersion"}) != api_version)
        return failure(errc::malformed,
                       "exec plug-in: its output is not of the version asked for, " + std::string(api_version));
    if (json::object_at(*document, {"status"}) == nullptr)
        return failure(errc::malformed, "exec plug-in: its output has no status");
    exec_credential out;
    out.token = secret(std::string(json::text_at(*document, {"status", "token"})));
    out.certificate_pem = json::text_at(*document, {"status", "clientCertificateData"});
    out.private_key_pem = secret(std::string(json::text_at(*document, {"status", "clientKeyData"})));
    if (out.certificate_pem.empty() != out.private_key_pem.empty())
        return failure(errc::malformed, "exec plug-in: clientCertificateData and clientKeyData belong together");
    if (out.token.empty() && out.certificate_pem.empty())
        return failure(errc::malformed, "exec plug-in: its status has neither token nor clientCertificateData");
    if (!out.token.empty())
        if (auto const ok = check_token_value(out.token, "the answer of the exec plug-in"); !ok)
            return ok.error();
    if (auto const* when = json::find(*document, {"status", "expirationTimestamp"});
        when != nullptr && !when->is_null()) {
        auto const parsed = parse_rfc3339(json::text_at(*document, {"status", "expirationTimestamp"}));
        if (!parsed)
            return failure(errc::malformed, "exec plug-in: expirationTimestamp is no RFC 3339 time");
        out.expires = *parsed;
    }
    return out;
}

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_IMPL_EXEC_CREDENTIAL_IPP
