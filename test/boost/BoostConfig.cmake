# A Boost that was only unpacked: PENSTOCK_NEWEST_BOOST, as tools/newest_boost prints it. Headers and Boost.URL are taken
# as they are; the other libraries were compiled for a newer libstdc++ than this machine may have, and are compiled here.
if(TARGET Boost::headers)
  return()
endif()
if(NOT IS_DIRECTORY "${PENSTOCK_NEWEST_BOOST}/include/boost")
  set(Boost_FOUND FALSE)
  set(Boost_NOT_FOUND_MESSAGE "PENSTOCK_NEWEST_BOOST is to be what tools/newest_boost prints")
  return()
endif()
find_library(PENSTOCK_NEWEST_URL libboost_url.a REQUIRED NO_DEFAULT_PATH
             HINTS "${PENSTOCK_NEWEST_BOOST}/lib/${CMAKE_LIBRARY_ARCHITECTURE}" "${PENSTOCK_NEWEST_BOOST}/lib")

add_library(Boost::headers INTERFACE IMPORTED GLOBAL)
target_include_directories(Boost::headers SYSTEM INTERFACE "${PENSTOCK_NEWEST_BOOST}/include")

add_library(newest_boost_json STATIC "${CMAKE_CURRENT_LIST_DIR}/json.cpp")
target_compile_features(newest_boost_json PUBLIC cxx_std_20)
target_link_libraries(newest_boost_json PUBLIC Boost::headers)
add_library(Boost::json ALIAS newest_boost_json)

add_library(newest_boost_url STATIC "${CMAKE_CURRENT_LIST_DIR}/terminate.cpp")
target_link_libraries(newest_boost_url PUBLIC Boost::headers "${PENSTOCK_NEWEST_URL}")
add_library(Boost::url ALIAS newest_boost_url)

add_library(newest_boost_test SHARED EXCLUDE_FROM_ALL "${CMAKE_CURRENT_LIST_DIR}/unit_test.cpp")
target_compile_features(newest_boost_test PUBLIC cxx_std_20)
target_compile_definitions(newest_boost_test PUBLIC BOOST_TEST_DYN_LINK)
target_link_libraries(newest_boost_test PUBLIC Boost::headers)
add_library(Boost::unit_test_framework ALIAS newest_boost_test)
set(Boost_FOUND TRUE)
