#include <penstock/metrics/names.hpp>
