#ifndef PENSTOCK_CEL_BINDINGS_HPP
#define PENSTOCK_CEL_BINDINGS_HPP
#include <boost/json/value.hpp>

#include <string_view>
#include <utility>
#include <vector>

namespace penstock::cel {

/// What the names in an expression stand for. Borrows: the JSON outlives the evaluation.
class bindings
{
public:
    bindings& set(std::string_view name, boost::json::value const& v)
    {
        items_.emplace_back(name, &v);
        return *this;
    }

    /// Null when there is none of that name.
    boost::json::value const* find(std::string_view name) const noexcept
    {
        for (auto const& [n, v] : items_)
            if (n == name)
                return v;
        return nullptr;
    }
private:
    std::vector<std::pair<std::string_view, boost::json::value const*>> items_;
};

}  // namespace penstock::cel

#endif  // PENSTOCK_CEL_BINDINGS_HPP
