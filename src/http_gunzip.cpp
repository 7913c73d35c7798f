#include <penstock/http/gunzip.hpp>

#include <penstock/http/impl/gunzip.ipp>
