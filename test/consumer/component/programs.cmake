# component_programs(way component...): of each component its program of this folder, as a test of that way to get penstock.
function(component_programs way)
  foreach(component IN LISTS ARGN)
    add_executable(component_${component} "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${component}.cpp")
    target_link_libraries(component_${component} PRIVATE penstock::${component})
    add_test(NAME consumer.${way}.${component} COMMAND component_${component})
  endforeach()
endfunction()

# Every component of headers. Where `compiled` is used alone it has the program of `embedded`.
set(HEADER_COMPONENTS core store sqlite metrics http kube git sync testing embedded)
