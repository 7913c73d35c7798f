#include <contract/kube/peer.hpp>

using namespace penstock;
using namespace penstock::testing;

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(refusals, kube_peer)

BOOST_AUTO_TEST_CASE(lets_in_only_whom_it_knows)
{
    auto const admin = token;
    for (auto const* stranger : {"", "stranger"}) {
        token = stranger;
        auto const r = call("GET", gadgets);
        BOOST_TEST(r.status == 401);
        BOOST_TEST(r["/kind"] == "Status");
        BOOST_TEST(r["/apiVersion"] == "v1");
        BOOST_TEST(r["/status"] == "Failure");
        BOOST_TEST(r["/message"] == "Unauthorized");
        BOOST_TEST(r["/reason"] == "Unauthorized");
        BOOST_TEST(r["/code"] == "401");
    }
    token = admin;
    BOOST_TEST(call("GET", gadgets).status == 200);
}

BOOST_AUTO_TEST_CASE(tells_what_somebody_may_not_do)
{
    token = nobody;
    auto const r = call("GET", gadgets);
    BOOST_TEST(r.status == 403);
    BOOST_TEST(r["/reason"] == "Forbidden");
    BOOST_TEST(r["/message"]
               == "gadgets.contract.example.com is forbidden: User \"nobody\" cannot list resource \"gadgets\" in API "
                  "group \"contract.example.com\" in the namespace \""
                      + ns + '"');
    BOOST_TEST(r["/details/group"] == "contract.example.com");
    BOOST_TEST(r["/details/kind"] == "gadgets");
    auto const one = merge(gadgets + "/a/status", "{}");
    BOOST_TEST(one.status == 403);
    BOOST_TEST(
        one.says("gadgets.contract.example.com \\\"a\\\" is forbidden: User \\\"nobody\\\" cannot patch resource "
                 "\\\"gadgets/status\\\" in API group"));
    BOOST_TEST(call("GET", gadgets + "?watch=true").says("cannot watch resource"));
    BOOST_TEST(call("DELETE", gadgets).says("cannot deletecollection resource"));
    BOOST_TEST(call("POST", gadgets, gadget("a")).says("cannot create resource"));
    BOOST_TEST(call("PUT", gadgets + "/a", gadget("a")).says("cannot update resource"));
    BOOST_TEST(call("GET", "/api/v1/namespaces").says("in API group \\\"\\\" at the cluster scope"));
    BOOST_TEST(call("GET", "/apis").status == 200);
}

BOOST_AUTO_TEST_CASE(tells_what_is_not_there)
{
    auto const object = call("GET", gadgets + "/a");
    BOOST_TEST(object.status == 404);
    BOOST_TEST(object.fields["Content-Type"] == "application/json");
    BOOST_TEST(object["/message"] == "gadgets.contract.example.com \"a\" not found");
    BOOST_TEST(object["/reason"] == "NotFound");
    BOOST_TEST(object["/details"] == R"({"group":"contract.example.com","kind":"gadgets","name":"a"})");
    BOOST_TEST(object["/metadata"] == "{}");
    BOOST_TEST(object["/code"] == "404");
    auto const secret = call("GET", core("secrets/a"));
    BOOST_TEST(secret["/message"] == "secrets \"a\" not found");
    BOOST_TEST(secret["/details"] == R"({"kind":"secrets","name":"a"})");
    for (auto const* path : {"/apis/contract.example.com/v1/widgets", "/apis/contract.example.com/v9/gadgets",
                             "/apis/nothing.example.com/v1/gadgets", "/apis/nothing.example.com", "/nonsense"}) {
        auto const r = call("GET", path);
        BOOST_TEST(r.status == 404, path << ": " << r.status);
        BOOST_TEST(r.body == "404 page not found\n", path << ": " << r.body);
        BOOST_TEST(r.fields["Content-Type"] == "text/plain; charset=utf-8");
    }
    for (auto const* path : {"/api/v1/widgets", "/api/v2/secrets", "/apis/coordination.k8s.io/v9/leases"}) {
        auto const r = call("GET", path);
        BOOST_TEST(r.status == 404, path << ": " << r.status);
        BOOST_TEST(r["/message"] == "the server could not find the requested resource", path << ": " << r.body);
        BOOST_TEST(r["/reason"] == "NotFound");
        BOOST_TEST(r["/details"] == "{}");
    }
    auto const lost = call("POST", "/apis/contract.example.com/v1/namespaces/nowhere/gadgets", gadget("a"));
    BOOST_TEST(lost.status == 404);
    BOOST_TEST(lost["/message"] == "namespaces \"nowhere\" not found");
}

BOOST_AUTO_TEST_CASE(knows_the_methods_of_a_resource)
{
    auto const with = [this](std::string const& method, std::string const& path) {
        return call(method, path, "{}", method == "PATCH" ? merge_patch : "application/json");
    };
    for (auto const& r : {with("PUT", core("secrets")), with("PATCH", core("secrets")), with("POST", core("secrets/a")),
                          with("POST", "/api/v1/secrets"), with("DELETE", "/api/v1/namespaces/" + ns + "/status")}) {
        BOOST_TEST(r.status == 405, r.body);
        BOOST_TEST(r["/reason"] == "MethodNotAllowed");
        BOOST_TEST(r["/message"] == "the server does not allow this method on the requested resource");
        BOOST_TEST(r["/details"] == "{}");
    }
    for (auto const* method : {"PUT", "PATCH"}) {  // custom resources have a handler of their own
        auto const r = with(method, gadgets);
        BOOST_TEST(r.status == 400);
        BOOST_TEST(r["/message"] == "name must be provided");
    }
    auto const status = with("DELETE", gadgets + "/a/status");
    BOOST_TEST(status.status == 405);
    BOOST_TEST(status["/message"] == "delete is not supported on resources of kind \"gadgets.contract.example.com\"");
    BOOST_TEST(with("POST", "/apis/contract.example.com/v1/gadgets").body == "404 page not found\n");
}

BOOST_AUTO_TEST_CASE(refuses_bodies_that_it_cannot_read)
{
    for (auto const* body : {"{", "[]", "\"text\"", "null", "nonsense"}) {
        auto const r = call("POST", gadgets, body);
        BOOST_TEST(r.status == 400, body << ": " << r.body);
        BOOST_TEST(r["/reason"] == "BadRequest");
    }
    BOOST_TEST(call("POST", gadgets, R"({"apiVersion":"contract.example.com/v1","metadata":{"name":"a"}})").status
               == 400);
    auto const other = call("POST", gadgets, R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}})");
    BOOST_TEST(other.status == 400);
    BOOST_TEST(other["/reason"] == "BadRequest");
    BOOST_TEST(call("PUT", gadgets + "/b", gadget("a")).status == 400);
    auto const elsewhere = call("POST", gadgets, gadget("a", "", R"(,"namespace":"other")"));
    BOOST_TEST(elsewhere.status == 400);
    BOOST_TEST(elsewhere["/message"]
               == "the namespace of the provided object does not match the namespace sent on the request");
}

BOOST_AUTO_TEST_CASE(refuses_forms_that_it_does_not_know)
{
    auto const body = call("POST", gadgets, gadget("a"), "text/plain");
    BOOST_TEST(body.status == 415);
    BOOST_TEST(body["/reason"] == "UnsupportedMediaType");
    BOOST_TEST(call("POST", core("configmaps"), R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}})",
                    "application/json; charset=utf-8")
                   .status
               == 201);
    auto const accept = get_as(gadgets, "image/png");
    BOOST_TEST(accept.status == 406);
    BOOST_TEST(accept["/reason"] == "NotAcceptable");
    BOOST_TEST(get_as(gadgets, "image/png, */*").status == 200);
    BOOST_TEST(get_as(gadgets, "application/*").status == 200);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_too_large)
{
    auto const r = call("POST", gadgets, gadget("a", R"(,"free":{"x":")" + std::string(3'200'000, 'x') + "\"}"));
    BOOST_TEST(r.status == 413);
    BOOST_TEST(r["/reason"] == "RequestEntityTooLarge");
    BOOST_TEST(r["/code"] == "413");
    auto const secret = call("POST", core("configmaps"),
                             R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":")"
                                 + std::string(1'100'000, 'x') + "\"}}");
    BOOST_TEST(secret.status == 422);
    BOOST_TEST(secret["/details/causes/0/reason"] == "FieldValueTooLong");
    auto const noted =
        call("POST", gadgets, gadget("a", "", R"(,"annotations":{"x":")" + std::string(270'000, 'x') + "\"}"));
    BOOST_TEST(noted.status == 422);
    BOOST_TEST(noted["/details/causes/0/field"] == "metadata.annotations");
    BOOST_TEST(noted["/details/causes/0/reason"] == "FieldValueTooLong");
}

BOOST_AUTO_TEST_CASE(names_are_those_of_hosts)
{
    for (auto const* bad : {"Big", "a_b", "-a", "a-", "a..b", "a/b"}) {
        auto const r = call("POST", gadgets, gadget(bad));
        BOOST_TEST(r.status == 422, bad << ": " << r.body);
        BOOST_TEST(r["/details/causes/0/field"] == "metadata.name");
        BOOST_TEST(r["/details/causes/0/reason"] == "FieldValueInvalid");
    }
    BOOST_TEST(call("POST", gadgets, gadget(std::string(254, 'a'))).status == 422);
    BOOST_TEST(call("POST", gadgets, gadget(std::string(253, 'a'))).status == 201);
    BOOST_TEST(call("POST", gadgets, gadget("1.a-b")).status == 201);
    auto const none = call("POST", gadgets, gadget(""));
    BOOST_TEST(none.status == 422);
    BOOST_TEST(none["/message"]
               == "Gadget.contract.example.com \"\" is invalid: metadata.name: Required value: name or generateName is "
                  "required");
    auto const space =
        call("POST", "/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a.b"}})");
    BOOST_TEST(space.status == 422);
    BOOST_TEST(space["/details/causes/0/field"] == "metadata.name");
}

BOOST_AUTO_TEST_CASE(labels_have_a_form)
{
    for (auto const* bad :
         {R"("x":"-y")", R"("x":"a b")", R"("":"y")", R"("-x":"y")", R"("a/b/c":"y")", R"("a_b/c":"y")"}) {
        auto const r = call("POST", gadgets, gadget("a", "", R"(,"labels":{)" + std::string(bad) + '}'));
        BOOST_TEST(r.status == 422, bad << ": " << r.body);
        BOOST_TEST(r["/details/causes/0/field"] == "metadata.labels");
        BOOST_TEST(r["/details/causes/0/reason"] == "FieldValueInvalid");
    }
    auto const note = call("POST", gadgets, gadget("a", "", R"(,"annotations":{"a b":"y"})"));
    BOOST_TEST(note.status == 422);
    BOOST_TEST(note["/details/causes/0/field"] == "metadata.annotations");
    BOOST_TEST(call("POST", gadgets, gadget("a", "", R"(,"finalizers":["hold"])")).status >= 201);
    BOOST_TEST(call("POST", gadgets, gadget("b", "", R"(,"finalizers":["a b"])")).status == 422);
    BOOST_TEST(call("POST", gadgets, gadget("c", "", R"(,"labels":{"example.com/x":"Y_1","y":""})")).status == 201);
    BOOST_TEST(call("POST", gadgets, gadget("d", "", R"(,"labels":{"x":1})")).status == 400);
}

BOOST_AUTO_TEST_CASE(owners_are_named_in_full)
{
    auto const owner = [this](std::string const& o) {
        return call("POST", gadgets, gadget("a", "", R"(,"ownerReferences":[)" + o + ']'));
    };
    auto const r = owner(R"({"apiVersion":"v1","kind":"ConfigMap","name":"x"})");
    BOOST_TEST(r.status == 422);
    BOOST_TEST(r["/details/causes/0/field"] == "metadata.ownerReferences.uid");
    BOOST_TEST(owner(R"({"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"u"})").status == 201);
}

BOOST_AUTO_TEST_CASE(says_by_whose_priority_it_answered)
{
    auto const r = call("GET", gadgets);
    BOOST_TEST(r.fields["X-Kubernetes-PF-FlowSchema-UID"].size() == 36U);
    BOOST_TEST(r.fields["X-Kubernetes-PF-PriorityLevel-UID"].size() == 36U);
    BOOST_TEST(r.fields["Audit-Id"].size() == 36U);
    BOOST_TEST(r.fields["Cache-Control"] == "no-cache, private");
    BOOST_TEST(r.fields["Date"].size() == 29U);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
