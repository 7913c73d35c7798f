#include <penstock/git/impl/proxy_secret.ipp>
