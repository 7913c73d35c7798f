#include <penstock/embedded/kube_selector.hpp>

int main()
{
    using namespace penstock;
    auto const selector = embedded::kube_label_selector::parse("app in (a,b),!old");
    boost::json::value const object = {{"metadata", {{"labels", {{"app", "b"}}}}}};
    return selector && selector->matches(object.as_object()) ? 0 : 1;
}
