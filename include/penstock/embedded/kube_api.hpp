#ifndef PENSTOCK_EMBEDDED_KUBE_API_HPP
#define PENSTOCK_EMBEDDED_KUBE_API_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_call.hpp>
#include <penstock/embedded/kube_store.hpp>
#include <penstock/embedded/kube_watch.hpp>
#include <penstock/http/message.hpp>

#include <boost/json/object.hpp>

#include <variant>

namespace penstock::embedded {

/** The Kubernetes API over a store, without any I/O: a call in, an answer out; a watch is handed over for
    somebody to run.
    @par Thread safety
    One thread. The store outlives it. */
class kube_api
{
public:
    using answer = std::variant<http::response, kube_watch>;

    /// @param watch_list Whether `sendInitialEvents` is understood; older servers refuse it with 422.
    explicit kube_api(kube_store& store, bool watch_list = true) : store_(&store), watch_list_(watch_list) {}

    PENSTOCK_DECL answer serve(kube_call const& call);
    /// The same for somebody who has no permission on any resource: 403, but discovery is open.
    PENSTOCK_DECL answer refuse(kube_call const& call, std::string_view user);

    PENSTOCK_DECL static http::response json_response(int status, boost::json::object const& body);
    PENSTOCK_DECL static http::response error_response(kube_error const& error);
private:
    http::response documents(kube_call const& call) const;
    answer get(kube_call const& call, kube_place const& place) const;
    http::response list(kube_call const& call, kube_place const& place, kube_selector const& selector,
                        kube_accept const& accept) const;
    http::response show(kube_call const& call, kube_place const& place, kube_accept const& accept, int status,
                        kube_object const& object) const;
    kube_result<http::response> write(kube_call const& call, kube_place const& place);
    kube_result<http::response> scale(kube_call const& call, kube_place const& place);
    kube_result<http::response> remove(kube_call const& call, kube_place const& place);
    kube_result<kube_watch_options> watch_options(kube_call const& call, kube_place const& place,
                                                  kube_selector selector) const;

    kube_store* store_;
    bool watch_list_;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_api.ipp>
#include <penstock/embedded/impl/kube_api_read.ipp>
#include <penstock/embedded/impl/kube_api_scale.ipp>
#include <penstock/embedded/impl/kube_api_write.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_API_HPP
