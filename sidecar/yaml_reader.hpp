#ifndef PENSTOCK_SIDECAR_YAML_READER_HPP
#define PENSTOCK_SIDECAR_YAML_READER_HPP
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::sidecar {

/** Walks a YAML document and collects the first thing that is wrong with it, with its place.

    After the first error every call does nothing, so that a reader is written straight down. */
class yaml_reader
{
public:
    using member = std::pair<std::string_view, std::function<void(YAML::Node const&, std::string const& path)>>;

    explicit yaml_reader(std::string file) : file_(std::move(file)) {}

    bool failed() const noexcept { return !error_.empty(); }
    failure error() const { return failure(errc::invalid_configuration, error_); }

    /// Says what is wrong with a node: `file:line:column: what; instead`.
    void fail(YAML::Node const& at, std::string_view what, std::string_view instead);

    /// Visits a mapping; unknown and repeated keys are errors that name the known ones.
    void mapping(YAML::Node const& node, std::string const& path, std::vector<member> const& members);

    /// Visits each element of a sequence with its path (`forges[0]`).
    void sequence(YAML::Node const& node, std::string const& path,
                  std::function<void(YAML::Node const&, std::string const& path)> const& element);

    /// Scalars. `empty_allowed` decides about "".
    void text(YAML::Node const& node, std::string const& path, std::string& into, bool empty_allowed = false);
    /// A Go duration of at least `least`.
    void length(YAML::Node const& node, std::string const& path, duration& into, duration least);
    /// A share: `20%` or `0.2`, between 0 and `most`.
    void share(YAML::Node const& node, std::string const& path, double& into, double most);

    /// `file:line:column` of a node.
    std::string position(YAML::Node const& node) const;
private:
    std::string file_;
    std::string error_;
};

/// Where a second document begins, or a null mark. (`YAML::LoadAll` of yaml-cpp 0.7 never ends on some wrong texts.)
YAML::Mark second_document(std::string_view text);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_YAML_READER_HPP
