#include <penstock/git/repository_url.hpp>
#include <penstock/git/semver_range.hpp>

int main()
{
    using namespace penstock;
    auto const range = git::semver_range::parse("~1.2");
    auto const version = git::semver::parse("1.2.9");
    return range && version && range->contains(*version)
                   && git::same_repository("git@github.com:acme/app.git", "https://github.com/acme/app")
               ? 0
               : 1;
}
