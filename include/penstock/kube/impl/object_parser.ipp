#ifndef PENSTOCK_KUBE_IMPL_OBJECT_PARSER_IPP
#define PENSTOCK_KUBE_IMPL_OBJECT_PARSER_IPP
#include <penstock/kube/object_parser.hpp>

#include <penstock/json/wiping_resource.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace penstock::kube {

namespace detail {

/// Builds a value from what the parser finds, without the values of `metadata.managedFields`.
class object_builder
{
public:
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

    using error = boost::system::error_code;
    using text = boost::json::string_view;

    object_builder(bool keep_managed_fields, boost::json::storage_ptr memory)
        : memory_(memory), stack_(std::move(memory)), keep_(keep_managed_fields)
    {
        stack_.reset(memory_);
    }

    void reset()
    {
        stack_.reset(memory_);
        frames_.clear();
        key_.clear();
        last_key_.clear();
        skipping_ = false;
        skip_depth_ = 0;
    }

    boost::json::value release() { return stack_.release(); }

    bool on_document_begin(error&) { return true; }
    bool on_document_end(error&) { return true; }
    bool on_object_begin(error&) { return begin(true); }
    bool on_array_begin(error&) { return begin(false); }

    bool on_object_end(std::size_t size, error&)
    {
        if (!end_skipped()) {
            stack_.push_object(size - frames_.back().dropped);
            frames_.pop_back();
        }
        return true;
    }

    bool on_array_end(std::size_t size, error&)
    {
        if (!end_skipped()) {
            stack_.push_array(size);
            frames_.pop_back();
        }
        return true;
    }

    bool on_key_part(text part, std::size_t, error&)
    {
        if (!skipping_)
            key_.append(part.data(), part.size());
        return true;
    }

    bool on_key(text part, std::size_t, error&)
    {
        if (skipping_)
            return true;
        key_.append(part.data(), part.size());
        if (!keep_ && frames_.back().is_metadata && key_ == "managedFields") {
            skipping_ = true;
            ++frames_.back().dropped;
        } else {
            stack_.push_key(key_);
            last_key_ = key_;
        }
        key_.clear();
        return true;
    }

    bool on_string_part(text part, std::size_t, error&)
    {
        if (!skipping_)
            stack_.push_chars(part);
        return true;
    }

    bool on_string(text part, std::size_t, error&)
    {
        return scalar([&] { stack_.push_string(part); });
    }

    bool on_number_part(text, error&) { return true; }
    bool on_int64(std::int64_t i, text, error&)
    {
        return scalar([&] { stack_.push_int64(i); });
    }
    bool on_uint64(std::uint64_t u, text, error&)
    {
        return scalar([&] { stack_.push_uint64(u); });
    }
    bool on_double(double d, text, error&)
    {
        return scalar([&] { stack_.push_double(d); });
    }
    bool on_bool(bool b, error&)
    {
        return scalar([&] { stack_.push_bool(b); });
    }
    bool on_null(error&)
    {
        return scalar([&] { stack_.push_null(); });
    }
    bool on_comment_part(text, error&) { return true; }
    bool on_comment(text, error&) { return true; }
private:
    struct frame
    {
        bool is_object;
        bool is_metadata;
        std::size_t dropped;  // members that were left out
    };

    bool begin(bool is_object)
    {
        if (skipping_) {
            ++skip_depth_;
            return true;
        }
        bool const is_metadata = is_object && !frames_.empty() && frames_.back().is_object && last_key_ == "metadata";
        frames_.push_back(frame{is_object, is_metadata, 0});
        return true;
    }

    /// Whether what ends here was skipped.
    bool end_skipped()
    {
        if (!skipping_)
            return false;
        skipping_ = --skip_depth_ != 0;
        return true;
    }

    template <class Push>
    bool scalar(Push push)
    {
        if (!skipping_)
            push();
        else
            skipping_ = skip_depth_ != 0;
        return true;
    }

    boost::json::storage_ptr memory_;
    boost::json::value_stack stack_;
    std::vector<frame> frames_;
    std::string key_;       // the key that is being read
    std::string last_key_;  // the key whose value comes next
    bool keep_;
    bool skipping_ = false;
    std::size_t skip_depth_ = 0;
};

inline boost::json::parse_options parser_options(std::size_t max_depth)
{
    boost::json::parse_options o;
    o.max_depth = max_depth;
    return o;
}

}  // namespace detail

struct object_parser::impl
{
    explicit impl(object_parser_options o)
        : options(o), parser(detail::parser_options(o.max_depth), o.keep_managed_fields,
                             o.secret ? json::wiping_resource::storage() : boost::json::storage_ptr())
    {}

    object_parser_options options;
    boost::json::basic_parser<detail::object_builder> parser;
    std::size_t taken = 0;  // bytes of this document so far
};

PENSTOCK_DECL object_parser::object_parser(object_parser_options options) : impl_(std::make_unique<impl>(options)) {}
PENSTOCK_DECL object_parser::object_parser(object_parser&&) noexcept = default;
PENSTOCK_DECL object_parser& object_parser::operator=(object_parser&&) noexcept = default;
PENSTOCK_DECL object_parser::~object_parser() = default;

PENSTOCK_DECL result<std::size_t> object_parser::write(std::string_view bytes)
{
    std::size_t skipped = 0;
    if (impl_->taken == 0)  // white space between documents counts for none of them
        skipped = std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size());
    auto const rest = bytes.substr(skipped);
    if (rest.empty() || done())
        return skipped;
    // One byte more than the limit is enough to know that it is passed.
    auto const room = impl_->options.max_size - impl_->taken;
    auto const slice = rest.substr(0, room);
    boost::system::error_code ec;
    auto const used = impl_->parser.write_some(true, slice.data(), slice.size(), ec);
    if (ec == boost::json::error::too_deep)
        return failure(errc::too_large, "JSON nested deeper than " + std::to_string(impl_->options.max_depth));
    if (ec)
        return failure(errc::malformed, "not JSON (" + ec.message() + ")");
    impl_->taken += used;
    if (!done() && slice.size() < rest.size())
        return failure(errc::too_large, "JSON longer than " + std::to_string(impl_->options.max_size) + " bytes");
    return skipped + used;
}

PENSTOCK_DECL bool object_parser::done() const noexcept
{
    return impl_->parser.done();
}

PENSTOCK_DECL bool object_parser::inside() const noexcept
{
    return impl_->taken != 0 && !done();
}

PENSTOCK_DECL boost::json::value object_parser::release()
{
    auto value = impl_->parser.handler().release();
    reset();
    return value;
}

PENSTOCK_DECL void object_parser::reset()
{
    impl_->parser.reset();
    impl_->parser.handler().reset();
    impl_->taken = 0;
}

PENSTOCK_DECL result<boost::json::value> parse_object(std::string_view text, object_parser_options options)
{
    object_parser parser(options);
    auto const used = parser.write(text);
    if (!used)
        return used.error();
    if (!parser.done())
        return failure(errc::truncated, "JSON ends early");
    if (text.find_first_not_of(" \t\r\n", *used) != std::string_view::npos)
        return failure(errc::malformed, "more than one JSON document");
    return parser.release();
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_OBJECT_PARSER_IPP
