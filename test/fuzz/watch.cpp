// The body of a watch, and of a list. Oracles: each reader says the same in slices of any size as in one piece; what the
// reader of DOMs takes, that of fields takes too, and finds the same in it.
#include "input.hpp"

#include <penstock/kube/list_reader.hpp>
#include <penstock/kube/watch_decoder.hpp>
#include <penstock/kube/watch_reader.hpp>

#include <boost/json/serialize.hpp>

#include <string>
#include <type_traits>

using namespace penstock;

namespace {

kube::object_parser_options const limits{.max_size = 4096, .max_depth = 32};
kube::resource const things{"", "v1", "things", "Thing"};

/// Keeps a bit of everything.
struct sample
{
    struct value
    {
        std::string name;
        text_map labels;
        text_list finalizers;
        kube::presence status;
        kube::digest spec;

        bool operator==(value const&) const = default;
    };
    static constexpr auto fields =
        std::tuple(kube::field("metadata.name", &value::name), kube::field("metadata.labels", &value::labels),
                   kube::field("metadata.finalizers", &value::finalizers), kube::field("status", &value::status),
                   kube::field("spec", &value::spec));
};

template <class P>
std::string told(kube::sighting<P> const& seen)
{
    auto text = seen.head.name.text() + ' ' + seen.head.uid + ' ' + seen.head.version;
    if constexpr (std::is_same_v<P, sample>) {
        for (auto const& [name, label] : seen.kept.labels)
            ((text += name) += '=') += label;
        for (auto const each : seen.kept.finalizers)
            text += each;
        text += seen.kept.status ? "there" : "";
        text += std::to_string(seen.kept.spec.of_text);
    }
    return text + '\n';
}

class decoded
{
public:
    void take(std::string_view slice)
    {
        while (!ended_) {
            auto event = decoder_.next(slice);
            if (!event)
                return;
            if (!*event) {
                heard_ += "failure " + std::to_string(event->error().code.value());
                ended_ = true;
                return;
            }
            heard_ +=
                std::to_string(static_cast<int>((*event)->kind)) + boost::json::serialize((*event)->object) + "\n";
        }
    }

    std::string end() { return ended_ ? heard_ : heard_ + (decoder_.finish() ? "end" : "truncated"); }
private:
    kube::watch_decoder decoder_{"things", limits};
    std::string heard_;
    bool ended_ = false;
};

template <class P>
class watched
{
public:
    void take(std::string_view slice)
    {
        while (!failed_) {
            auto const event = reader_.next(slice);
            if (!event)
                return;
            failed_ = !*event;
            heard_ += failed_ ? "failure " + std::to_string(event->error().code.value())
                              : std::to_string(static_cast<int>(**event)) + told(reader_.seen());
        }
    }

    bool failed() const { return failed_ || !reader_.finish(); }
    std::string end() { return failed_ ? heard_ : heard_ + (reader_.finish() ? "end" : "truncated"); }
private:
    kube::watch_reader<P> reader_{things, limits};
    std::string heard_;
    bool failed_ = false;
};

template <class P>
class listed
{
public:
    void take(std::string_view slice)
    {
        while (!failed_) {
            auto const object = reader_.next(slice);
            if (!object)
                return;
            failed_ = !*object;
            heard_ += failed_ ? "failure " + std::to_string(object->error().code.value()) : told(reader_.seen());
        }
    }

    bool failed() const { return failed_ || !reader_.finish(); }
    std::string end()
    {
        if (failed_)
            return heard_;
        auto const end = reader_.finish();
        return heard_ + (end ? end->resource_version + end->continue_token : std::to_string(end.error().code.value()));
    }
private:
    kube::list_reader<P> reader_{things, limits};
    std::string heard_;
    bool failed_ = false;
};

template <class Listener>
Listener same_in_slices(std::string_view bytes)
{
    Listener whole, sliced;
    whole.take(bytes);
    fuzz::in_slices(bytes, [&](std::string_view slice) { sliced.take(slice); });
    fuzz::require(whole.end() == sliced.end(), "slices make no difference");
    return whole;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const bytes = fuzz::input(data, size).rest();
    same_in_slices<decoded>(bytes);
    auto events = same_in_slices<watched<kube::names_only>>(bytes);
    auto dom_events = same_in_slices<watched<kube::passing_object>>(bytes);
    same_in_slices<watched<sample>>(bytes);
    auto objects = same_in_slices<listed<kube::names_only>>(bytes);
    auto dom_objects = same_in_slices<listed<kube::passing_object>>(bytes);
    same_in_slices<listed<sample>>(bytes);
    if (!events.failed() && !dom_events.failed())
        fuzz::require(events.end() == dom_events.end(), "an event is the same with and without a DOM");
    if (!objects.failed() && !dom_objects.failed())
        fuzz::require(objects.end() == dom_objects.end(), "a list is the same with and without a DOM");
    return 0;
}
