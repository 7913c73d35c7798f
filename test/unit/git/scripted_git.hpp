#ifndef PENSTOCK_TEST_UNIT_GIT_SCRIPTED_GIT_HPP
#define PENSTOCK_TEST_UNIT_GIT_SCRIPTED_GIT_HPP
#include <penstock/http/transport.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// A transport that gives prepared answers, in slices of a few bytes, and keeps what was asked.
class scripted_git
{
public:
    class stream final : public penstock::http::incoming
    {
    public:
        explicit stream(penstock::http::response whole) : head_(std::move(whole)), body_(std::exchange(head_.body, {}))
        {}
        penstock::http::response const& head() const noexcept override { return head_; }
        penstock::awaitable<penstock::result<std::string>> read(penstock::time_point) override
        {
            auto const size = std::min<std::size_t>(body_.size(), 1000);
            std::string out = body_.substr(0, size);
            body_.erase(0, size);
            co_return out;
        }
    private:
        penstock::http::response head_;
        std::string body_;
    };

    penstock::awaitable<penstock::result<penstock::http::response>> send(penstock::http::request r,
                                                                         penstock::time_point)
    {
        requests.push_back(std::move(r));
        co_return next();
    }

    penstock::awaitable<penstock::result<std::unique_ptr<penstock::http::incoming>>> open(penstock::http::request r,
                                                                                          penstock::time_point)
    {
        requests.push_back(std::move(r));
        std::unique_ptr<penstock::http::incoming> out = std::make_unique<stream>(next());
        co_return out;
    }

    std::vector<penstock::http::request> requests;
    std::deque<penstock::http::response> answers;
private:
    penstock::http::response next()
    {
        if (answers.empty())
            return penstock::http::response(500);
        auto out = std::move(answers.front());
        answers.pop_front();
        return out;
    }
};
static_assert(penstock::http::transport<scripted_git>);

#endif  // PENSTOCK_TEST_UNIT_GIT_SCRIPTED_GIT_HPP
