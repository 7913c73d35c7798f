#ifndef PENSTOCK_KUBE_IMPL_WATCH_DECODER_IPP
#define PENSTOCK_KUBE_IMPL_WATCH_DECODER_IPP
#include <penstock/kube/watch_decoder.hpp>

#include <penstock/kube/api_answer.hpp>
#include <penstock/kube/object.hpp>

#include <utility>

namespace penstock::kube {

PENSTOCK_DECL watch_decoder::watch_decoder(std::string subject, object_parser_options options)
    : subject_(std::move(subject)), parser_(options)
{}

PENSTOCK_DECL std::optional<result<watch_event>> watch_decoder::next(std::string_view& bytes)
{
    auto const used = parser_.write(bytes);
    if (!used)
        return failure(used.error().code, subject_ + ": event with " + used.error().detail);
    bytes.remove_prefix(*used);
    if (!parser_.done())
        return std::nullopt;
    return decode(parser_.release());
}

PENSTOCK_DECL result<watch_event> watch_decoder::decode(boost::json::value document) const
{
    auto* event = document.if_object();
    auto* member = event == nullptr ? nullptr : event->if_contains("object");
    auto* object = member == nullptr ? nullptr : member->if_object();
    if (object == nullptr)
        return failure(errc::malformed, subject_ + ": event without an object");
    auto const type = text_at(*event, "type");
    if (type == "ERROR")
        return failure_of_status(subject_, *object);
    watch_event decoded;
    decoded.kind = watch_event_kind_of(type);
    decoded.object = std::move(*object);
    return decoded;
}

PENSTOCK_DECL result<void> watch_decoder::finish() const
{
    if (parser_.inside())
        return failure(errc::truncated, subject_ + ": the stream ended inside an event");
    return {};
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_WATCH_DECODER_IPP
