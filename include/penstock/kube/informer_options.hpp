#ifndef PENSTOCK_KUBE_INFORMER_OPTIONS_HPP
#define PENSTOCK_KUBE_INFORMER_OPTIONS_HPP
#include <penstock/kube/api.hpp>
#include <penstock/kube/object_parser.hpp>
#include <penstock/kube/reflector.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace penstock::kube {

/// The defaults of informers: lists come as streams where the server can do that, and as pages where not.
inline reflector_options streaming() noexcept
{
    reflector_options o;
    o.stream_lists = true;
    return o;
}

struct informer_options
{
    std::string ns;  ///< Empty: all namespaces.
    std::string label_selector;
    std::string field_selector;
    std::int64_t page_size = 500;
    std::size_t max_objects = 200'000;  ///< A list above this fails with `errc::too_large`; events still come.
    duration list_deadline = std::chrono::seconds(60);  ///< For one page.
    duration open_deadline = std::chrono::seconds(30);  ///< For the answer to a watch.
    object_parser_options event;                        ///< Limits on one event.
    reflector_options reflect = streaming();
};

/// What a list is asked for with.
inline list_options list_of(informer_options const& options, reflector_step const& step)
{
    list_options ask;
    ask.label_selector = options.label_selector;
    ask.field_selector = options.field_selector;
    ask.resource_version = step.resource_version;
    ask.limit = step.paged ? options.page_size : 0;
    return ask;
}

/// What a watch is asked for with, or a stream.
inline watch_options watch_of(informer_options const& options, reflector_step const& step)
{
    watch_options ask;
    ask.label_selector = options.label_selector;
    ask.field_selector = options.field_selector;
    ask.resource_version = step.resource_version;
    ask.timeout = step.timeout;
    ask.initial_events = step.what == reflector_step::kind::stream;
    return ask;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_INFORMER_OPTIONS_HPP
