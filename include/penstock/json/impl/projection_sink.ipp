#ifndef PENSTOCK_JSON_IMPL_PROJECTION_SINK_IPP
#define PENSTOCK_JSON_IMPL_PROJECTION_SINK_IPP
#include <penstock/json/projection.hpp>

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::json {

/// Hears the events of the parser and keeps the scalars that stand at a path.
class projection_sink
{
public:
    // What Boost.JSON demands: no limits of its own, ours are checked below.
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    projection_sink(projection const& of, projection_limits const& l, projected& to) : of_(&of), limits_(&l), to_(&to)
    {}

    bool on_document_begin(error_code&) noexcept { return true; }
    bool on_document_end(error_code&) noexcept { return true; }
    bool on_comment_part(std::string_view, error_code&) noexcept { return true; }
    bool on_comment(std::string_view, error_code&) noexcept { return true; }

    bool on_object_begin(error_code&) { return open(place()); }
    bool on_object_end(std::size_t, error_code&) { return close(); }

    bool on_array_begin(error_code&)
    {
        auto const at = place();
        open(at == projection::no_node ? at : of_->child(at, "*"));
        levels_.back().elements = true;
        return true;
    }
    bool on_array_end(std::size_t, error_code&) { return close(); }

    bool on_key_part(std::string_view part, std::size_t, error_code&)
    {
        if (levels_.back().at != projection::no_node)
            text_.append(part);
        return true;
    }
    bool on_key(std::string_view part, std::size_t, error_code&)
    {
        auto& here = levels_.back();
        if (here.at == projection::no_node)
            return true;
        if (text_.empty()) {
            here.next = member(here.at, part);
            return true;
        }
        text_.append(part);
        here.next = member(here.at, text_);
        text_.clear();
        return true;
    }

    bool on_string_part(std::string_view part, std::size_t, error_code& ec)
    {
        return path() == projection::no_path || append(part, ec);
    }
    bool on_string(std::string_view part, std::size_t, error_code& ec) { return last(kind::string, part, ec); }

    bool on_number_part(std::string_view part, error_code& ec)
    {
        return path() == projection::no_path || append(part, ec);
    }
    bool on_int64(std::int64_t, std::string_view part, error_code& ec) { return last(kind::number, part, ec); }
    bool on_uint64(std::uint64_t, std::string_view part, error_code& ec) { return last(kind::number, part, ec); }
    bool on_double(double, std::string_view part, error_code& ec) { return last(kind::number, part, ec); }
    bool on_bool(bool value, error_code& ec) { return last(kind::boolean, value ? "true" : "false", ec); }
    bool on_null(error_code& ec) { return last(kind::null, "null", ec); }
private:
    struct level
    {
        std::size_t at = projection::no_node;    // the node of this object; of an array, that of its elements
        std::size_t next = projection::no_node;  // the node of the value whose key was read last
        bool elements = false;
    };

    // The node of the value that begins now.
    std::size_t place() const noexcept
    {
        if (levels_.empty())
            return 0;
        auto const& here = levels_.back();
        return here.elements ? here.at : here.next;
    }

    // "*" is for elements: a member of that name is at no path.
    std::size_t member(std::size_t of, std::string_view key) const noexcept
    {
        return key == "*" ? projection::no_node : of_->child(of, key);
    }

    std::size_t path() const noexcept
    {
        auto const at = place();
        return levels_.empty() || at == projection::no_node ? projection::no_path : of_->nodes_[at].path;
    }

    bool open(std::size_t at)
    {
        levels_.push_back({at, projection::no_node, false});
        return true;
    }

    bool close()
    {
        levels_.pop_back();
        return true;
    }

    bool append(std::string_view part, error_code& ec)
    {
        if (text_.size() + part.size() > limits_->max_text) {
            ec = errc::too_large;
            return false;
        }
        text_.append(part);
        return true;
    }

    /// The last part of a scalar, which is mostly the only one and then stands in the document.
    bool last(kind k, std::string_view part, error_code& ec)
    {
        auto const at = path();
        if (at == projection::no_path)
            return true;
        if (text_.empty() && part.size() <= limits_->max_text) {
            bool const lasting = k == kind::boolean || k == kind::null || to_->in_document(part);
            to_->keep(at, {k, lasting ? part : to_->own(part)}, limits_->max_values);
            return true;
        }
        if (!append(part, ec))
            return false;
        to_->keep(at, {k, to_->own(text_)}, limits_->max_values);
        text_.clear();
        return true;
    }

    projection const* of_;
    projection_limits const* limits_;
    projected* to_;
    boost::container::small_vector<level, 32> levels_;  // deeper documents are rare
    std::string text_;  // the parts so far of a key or of a scalar that may be kept
};

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_IMPL_PROJECTION_SINK_IPP
