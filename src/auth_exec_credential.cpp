#include <penstock/auth/impl/exec_credential.ipp>
