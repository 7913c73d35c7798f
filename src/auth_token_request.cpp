#include <penstock/auth/impl/token_request.ipp>
