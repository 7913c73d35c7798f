#include <penstock/kube/impl/api_answer.ipp>
