#include <penstock/hook/impl/form.ipp>
