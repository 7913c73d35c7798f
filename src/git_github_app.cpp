#include <penstock/git/impl/github_app.ipp>
