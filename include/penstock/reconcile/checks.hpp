#ifndef PENSTOCK_RECONCILE_CHECKS_HPP
#define PENSTOCK_RECONCILE_CHECKS_HPP
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::reconcile {

/** Checks by name, as `/healthz` and `/readyz` answer them: `/healthz` for all, `/healthz/NAME` for one.

    @par Thread safety
    One thread. */
class checks
{
public:
    /// Says what is wrong, in one clause without secrets; nothing when all is well. Called on each request: quick.
    using check = std::function<std::string()>;

    struct report
    {
        int status = 200;  ///< Of an HTTP answer: 200, 503 or 404.
        std::string text;  ///< One line for each check, `[+]name ok` or `[-]name: why`, and one for all of them.
    };

    /// A check of that name that there was before is replaced.
    void add(std::string name, check ask) { all_.insert_or_assign(std::move(name), std::move(ask)); }

    /// @param only One check; empty: all of them, of which each must be well.
    report ask(std::string_view only = {}) const
    {
        report out;
        bool found = only.empty();
        for (auto const& [name, look] : all_) {
            if (!only.empty() && name != only)
                continue;
            found = true;
            auto const why = look();
            out.text += why.empty() ? "[+]" + name + " ok\n" : "[-]" + name + ": " + why + '\n';
            out.status = why.empty() ? out.status : 503;
        }
        if (!found)
            return {404, "no such check\n"};
        out.text += out.status == 200 ? "ok\n" : "failed\n";
        return out;
    }

    bool empty() const noexcept { return all_.empty(); }
private:
    std::map<std::string, check, std::less<>> all_;
};

}  // namespace penstock::reconcile

#endif  // PENSTOCK_RECONCILE_CHECKS_HPP
