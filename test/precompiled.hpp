// What most tests include. Only a matter of time to build: none of them may count on it.
#include "../cmake/precompiled.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
