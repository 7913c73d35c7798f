#ifndef PENSTOCK_KUBE_IMPL_KUBECONFIG_PART_IPP
#define PENSTOCK_KUBE_IMPL_KUBECONFIG_PART_IPP
#include <penstock/crypto/base64.hpp>
#include <penstock/env/small_file.hpp>
#include <penstock/error/result.hpp>
#include <penstock/kube/impl/first_certificate.ipp>
#include <penstock/text/secret.hpp>

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace penstock::kube::detail {

/// A part of a kubeconfig that knows where it stands, so that errors can say it.
class kubeconfig_part
{
public:
    kubeconfig_part() = default;
    kubeconfig_part(std::string file, YAML::Node node) : file_(std::move(file)), node_(std::move(node)) {}

    bool has(char const* key) const { return node_.IsMap() && node_[key].IsDefined() && !node_[key].IsNull(); }
    kubeconfig_part at(char const* key) const { return {file_, has(key) ? node_[key] : YAML::Node()}; }
    YAML::Node const& node() const { return node_; }

    failure wrong(std::string const& what, errc code = errc::invalid_configuration) const
    {
        auto const line = node_.IsDefined() ? node_.Mark().line : -1;
        return failure(code, file_ + ':' + std::to_string(std::max(line, 0) + 1) + ": " + what);
    }

    /// A scalar, or nothing when it is not there.
    result<std::string> text(char const* key) const
    {
        if (!has(key))
            return std::string();
        if (!node_[key].IsScalar())
            return at(key).wrong(std::string(key) + " must be text");
        return node_[key].Scalar();
    }

    /// Whether a text stands there that is not empty. Copies nothing: it may be a key.
    bool has_text(char const* key) const { return has(key) && node_[key].IsScalar() && !node_[key].Scalar().empty(); }

    enum class answer : std::uint8_t
    {
        no,
        yes,
    };
    result<answer> flag(char const* key) const
    {
        bool value = false;
        if (has(key) && !YAML::convert<bool>::decode(node_[key], value))
            return at(key).wrong(std::string(key) + " must be true or false");
        return value ? answer::yes : answer::no;
    }

    /// A path, made absolute from the folder of the file.
    result<std::string> path(char const* key) const
    {
        auto value = text(key);
        if (!value || value->empty())
            return value;
        return (folder() / *value).string();
    }

    /// What `key-data` holds in base64, or else the file that `key` names; nothing when neither is there.
    result<std::string> pem(std::string const& key) const
    {
        auto const data_key = key + "-data";
        auto data = text(data_key.c_str());
        if (!data)
            return data;
        if (!data->empty()) {
            auto const ws = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
            std::string compact = *data;
            std::erase_if(compact, ws);
            auto decoded = crypto::base64_decode(compact);
            secret::wipe(compact);
            secret::wipe(*data);
            return decoded ? decoded : at(data_key.c_str()).wrong(data_key + " is not base64");
        }
        auto const name = path(key.c_str());
        if (!name || name->empty())
            return name;
        auto content = env::read_small_file(*name, 1U << 20U);
        return content ? content : at(key.c_str()).wrong(key + ": " + content.error().detail);
    }

    /// The same, which must hold a certificate where it is named: without authorities everybody's would be trusted.
    result<std::string> certificate(std::string const& key) const
    {
        auto content = pem(key);
        auto const data_key = key + "-data";
        auto const name = path(key.c_str());
        bool const from_data = has_text(data_key.c_str());
        if (!content || (!from_data && (!name || name->empty())) || first_certificate(*content))
            return content;
        return from_data ? at(data_key.c_str()).wrong(data_key + " holds no certificate")
                         : at(key.c_str()).wrong(key + ": " + *name + ": holds no certificate");
    }

    /// Where `pem` finds its content, or nothing where that is not a file.
    result<std::string> pem_file(std::string const& key) const
    {
        auto const data_key = key + "-data";
        if (has(data_key.c_str()) && !node_[data_key].IsScalar())
            return text(data_key.c_str());
        return has_text(data_key.c_str()) ? std::string() : path(key.c_str());
    }

    /// A list of texts, or an empty one when it is not there.
    result<std::vector<std::string>> texts(char const* key) const
    {
        std::vector<std::string> out;
        if (!has(key))
            return out;
        if (!node_[key].IsSequence())
            return at(key).wrong(std::string(key) + " must be a list");
        for (auto const& each : node_[key]) {
            if (!each.IsScalar())
                return at(key).wrong(std::string(key) + " must be a list of texts");
            out.push_back(each.Scalar());
        }
        return out;
    }

    /// The folder of the file: what paths in it begin at.
    std::filesystem::path folder() const { return std::filesystem::path(file_).parent_path(); }
private:
    std::string file_;
    YAML::Node node_;
};

}  // namespace penstock::kube::detail

#endif  // PENSTOCK_KUBE_IMPL_KUBECONFIG_PART_IPP
