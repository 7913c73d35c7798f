#ifndef PENSTOCK_TEST_UNIT_EMBEDDED_KUBE_FIXTURE_HPP
#define PENSTOCK_TEST_UNIT_EMBEDDED_KUBE_FIXTURE_HPP
#include <penstock/embedded/kube_flux_types.hpp>
#include <penstock/embedded/kube_store.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <string_view>

/// A store with the Flux types, at a time that stands still.
struct stocked_store
{
    static penstock::embedded::kube_store_options options()
    {
        penstock::embedded::kube_store_options o;
        o.seed = 7;
        o.now = [] { return penstock::wall_time(std::chrono::seconds(1'790'000'000)); };
        return o;
    }

    stocked_store()
    {
        for (auto const d : penstock::embedded::kube_flux_types::all)
            BOOST_REQUIRE(store.seed(d).has_value());
    }

    penstock::embedded::kube_type const& type(std::string_view key) { return *store.types().find_key(key); }
    penstock::embedded::kube_type const& git() { return type("gitrepositories.source.toolkit.fluxcd.io"); }

    static boost::json::object json(std::string_view text)
    {
        return boost::json::parse(boost::json::string_view(text.data(), text.size())).as_object();
    }

    /// A GitRepository; `more` is put into it: `"spec":{…}` is what a spec must have otherwise.
    static boost::json::object repository(std::string const& name, std::string const& metadata = "")
    {
        return json(R"({"apiVersion":"source.toolkit.fluxcd.io/v1","kind":"GitRepository","metadata":{"name":")" + name
                    + '"' + (metadata.empty() ? "" : "," + metadata)
                    + R"(},"spec":{"interval":"1m","url":"https://example.com/a.git"}})");
    }

    penstock::embedded::kube_object add(std::string const& name, std::string const& metadata = "")
    {
        return store.create(git(), "default", repository(name, metadata)).value().object;
    }

    penstock::embedded::kube_store store{options()};
};

#endif  // PENSTOCK_TEST_UNIT_EMBEDDED_KUBE_FIXTURE_HPP
