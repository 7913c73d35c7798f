#include <penstock/git/impl/remote_url.ipp>
