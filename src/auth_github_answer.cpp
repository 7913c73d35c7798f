#include <penstock/auth/impl/app_installation.ipp>
#include <penstock/auth/impl/github_answer.ipp>
