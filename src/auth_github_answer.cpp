#include <penstock/auth/impl/github_answer.ipp>
