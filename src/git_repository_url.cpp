#include <penstock/git/impl/repository_url.ipp>
