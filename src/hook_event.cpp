#include <penstock/hook/impl/event.ipp>
