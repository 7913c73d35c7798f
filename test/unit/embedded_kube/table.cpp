#include <penstock/embedded/kube_table.hpp>

#include <penstock/embedded/kube_path.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace penstock;
using namespace penstock::embedded;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

std::string found(char const* path)
{
    static auto const root = boost::json::parse(
        R"({"a":{"b":[1,{"c":"x"},{"c":"y"}],"d.e":7},"list":[{"type":"Ready","status":"True"},
        {"type":"Stalled","status":"False"}]})");
    std::string out;
    for (auto const* v : find_path(root.get_object(), path))
        out += (out.empty() ? "" : " ") + boost::json::serialize(*v);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embedded_kube_table)

BOOST_DATA_TEST_CASE(follows_the_paths_of_printer_columns,
                     data::make({".a.b[0]", "a.b[1].c", ".a.b[*].c", "{.a.b[-1].c}", R"(.a.d\.e)", ".a['d.e']",
                                 R"(.list[?(@.type=="Ready")].status)", R"(.list[?(@.type == "Stalled")].status)",
                                 R"(.list[?(@.type=="Gone")].status)", ".nothing.here", ".a.b[9]", ".a.b[x]"})
                         ^ data::make({"1", "\"x\"", "\"x\" \"y\"", "\"y\"", "7", "7", "\"True\"", "\"False\"", "", "",
                                       "", ""}),
                     path, expected)
{
    BOOST_TEST(found(path) == expected);
}

BOOST_DATA_TEST_CASE(writes_ages_as_kubectl_does,
                     data::make({0, 119, 120, 125, 600, 10799, 10800, 11100, 28800, 172799, 172800, 176400, 691200,
                                 63072000, 63158400})
                         ^ data::make({"0s", "119s", "2m", "2m5s", "10m", "179m", "3h", "3h5m", "8h", "47h", "2d",
                                       "2d1h", "8d", "2y", "2y1d"}),
                     seconds, expected)
{
    BOOST_TEST(human_duration(std::chrono::seconds(seconds)) == expected);
}

BOOST_AUTO_TEST_CASE(takes_the_first_form_that_it_has)
{
    BOOST_TEST((kube_accept::parse("").form == kube_form::plain));
    BOOST_TEST((kube_accept::parse("application/vnd.kubernetes.protobuf, application/json").form == kube_form::plain));
    auto const table = kube_accept::parse("application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json");
    BOOST_TEST((table.form == kube_form::table));
    BOOST_TEST(table.version == "v1beta1");
    BOOST_TEST((kube_accept::parse("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1").form
                == kube_form::metadata));
    BOOST_TEST((kube_accept::parse("application/json;as=Other;g=meta.k8s.io;v=v1,*/*").form == kube_form::plain));
    BOOST_TEST((kube_accept::parse("text/html").form == kube_form::none));
}

BOOST_AUTO_TEST_CASE(prints_one_row_per_object)
{
    kube_type type;
    type.columns = {{"Ready", "string", R"(.status.conditions[?(@.type=="Ready")].status)", "", "", 0},
                    {"Size", "integer", ".spec.size", "", "", 1},
                    {"Age", "date", ".metadata.creationTimestamp", "", "", 0}};
    auto const o = std::make_shared<boost::json::object const>(
        boost::json::parse(R"({"metadata":{"name":"n","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"size":3}})")
            .as_object());
    auto const now = wall_time(std::chrono::sys_days(std::chrono::year{2026} / 1 / 1)) + 90s;
    auto const table = make_table(type, {o}, kube_accept(), now);
    BOOST_TEST(boost::json::serialize(table.at("rows").at(0).at("cells")) == R"(["n",null,3,"90s"])");
    BOOST_TEST(table.at("columnDefinitions").as_array().size() == 4U);
    BOOST_TEST(table.at("rows").at(0).at("object").at("kind").as_string() == "PartialObjectMetadata");
    BOOST_TEST(make_table(type, {o}, kube_accept(), now, false).at("columnDefinitions").is_null());
}

BOOST_AUTO_TEST_SUITE_END()
